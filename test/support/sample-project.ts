import { makeSampleProject } from '../../plugins/agent/command/demo/make-sample-project.ts';
import { fromSlowTemplate } from './template-folder.ts';

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
