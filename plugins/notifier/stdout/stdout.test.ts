import { vi } from 'vitest';
import type { NotifierPlugin } from '../../../src/slots/notifier.ts';
import { notifierContract } from '../../../test/contract/notifier.ts';
import { pluginContext, temporaryFolder } from '../../../test/support/plugin-context.ts';
import stdout from './index.ts';

for (const json of [false, true]) {
  notifierContract(json ? 'stdout as JSON' : 'stdout', () => {
    const folder = temporaryFolder('notifier');
    const lines: string[] = [];
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation(((
      text: string,
      done: () => void,
    ) => {
      lines.push(...text.trimEnd().split('\n'));
      done();
      return true;
    }) as typeof process.stdout.write);
    const notifier = stdout.create(
      stdout.config.parse({ json }),
      pluginContext({ id: 'stdout', folder: folder.path, project: null }),
    ) as NotifierPlugin;
    return {
      notifier,
      arrived: () => lines,
      close: () => {
        spy.mockRestore();
        folder.remove();
      },
    };
  });
}
