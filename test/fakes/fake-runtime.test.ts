import { tmpdir } from 'node:os';
import { runtimeContract } from '../contract/runtime.ts';
import { fakeRuntime } from './fake-runtime.ts';

runtimeContract('the fake runtime', async () => {
  const runtime = fakeRuntime();
  await runtime.start();
  return {
    runtime,
    cwd: tmpdir(),
    env: {},
    programs: {
      stays: ['fake', 'stay'],
      exits: (code) => ['fake', 'exit', String(code)],
      echoes: ['fake', 'echo'],
      stubborn: ['fake', 'stay'],
    },
    dispose: async () => undefined,
  };
});
