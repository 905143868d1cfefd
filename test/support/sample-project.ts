import {
  makeSampleProject,
  SAMPLE_CHECKS,
} from '../../plugins/agent/command/demo/make-sample-project.ts';
import { fromSlowTemplate } from './template-folder.ts';

/** For the demo agent: it doesn't play that it thinks, and runs the project's tests in one process, which takes a third of the time. */
export const DEMO_ENV = { AO_DEMO_SPEED: '0', NODE_OPTIONS: '--test-isolation=none' } as const;

/** The checks of the sample project, its tests in one process. */
export const QUICK_CHECKS = SAMPLE_CHECKS.map(({ name, run }) => ({
  name,
  run: run.replace('node --test', 'node --test --test-isolation=none'),
  timeout: '2m',
}));

/** The sample repository at the new folder `path`, as `ao start --demo` makes it; made by git once in a run of the tests. */
export const sampleProjectAt = (path: string): Promise<void> =>
  fromSlowTemplate('sample project', path, (folder) =>
    makeSampleProject(folder, {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: '/nonexistent',
      LANG: 'C.UTF-8',
      GIT_CONFIG_NOSYSTEM: '1',
    }),
  );
