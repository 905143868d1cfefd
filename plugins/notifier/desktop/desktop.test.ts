import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { NotifierPlugin } from '../../../src/slots/notifier.ts';
import { MESSAGE, notifierContract } from '../../../test/contract/notifier.ts';
import {
  childEnvironment,
  pluginContext,
  temporaryFolder,
} from '../../../test/support/plugin-context.ts';
import type { Desktop } from './command-of.ts';
import desktop from './index.ts';

/** A program of that name on PATH that writes its arguments down, one JSON line per call, and ends with `code`. */
function desktopWorld(program: Desktop, code = 0) {
  const folder = temporaryFolder('desktop');
  const bin = join(folder.path, 'bin');
  const log = join(folder.path, 'shown.jsonl');
  mkdirSync(bin);
  const script = `#!${process.execPath}\nconst args = process.argv.slice(2);\nif (args[0] !== '--version' && args[1] !== 'return 1') require('node:fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify(args) + '\\n');\nif (${code} !== 0) console.error('no display');\nprocess.exit(${code});\n`;
  writeFileSync(join(bin, program), script);
  chmodSync(join(bin, program), 0o755);
  const context = pluginContext({
    id: 'desktop',
    folder: folder.path,
    env: childEnvironment(folder.path, [bin]),
  });
  const calls = (): readonly (readonly string[])[] =>
    existsSync(log)
      ? readFileSync(log, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as string[])
      : [];
  const notifier: NotifierPlugin = desktop.create(desktop.config.parse({ program }), context);
  return {
    notifier,
    calls,
    arrived: () => calls().map((args) => args.join('\n')),
    close: () => folder.remove(),
  };
}

for (const program of ['notify-send', 'osascript'] as const)
  notifierContract(`desktop with ${program}`, () => desktopWorld(program));

describe('desktop', () => {
  let close = (): void => {};
  afterEach(() => close());
  const opened = (program: Desktop, code = 0) => {
    const world = desktopWorld(program, code);
    close = world.close;
    return world;
  };

  it('gives texts as arguments of their own, with markup escaped', async () => {
    const { notifier, calls } = opened('notify-send');
    await notifier.notify(
      { ...MESSAGE, title: '--help', text: '<b>"; rm -rf /' },
      { priority: 'urgent', key: 'k' },
    );
    const [args = []] = calls();
    expect(args.slice(0, 4)).toEqual(['--app-name=ao', '--urgency=critical', '--', '--help']);
    expect(args[4]).toContain('&lt;b&gt;"; rm -rf /');
  });

  it('puts nothing into the script of osascript', async () => {
    const { notifier, calls } = opened('osascript');
    await notifier.notify(
      { ...MESSAGE, text: '" & do shell script "id' },
      { priority: 'info', key: 'k' },
    );
    const [args = []] = calls();
    const scripts = args.filter((_, index) => args[index - 1] === '-e');
    expect(scripts.join('\n')).not.toContain('do shell script');
    expect(args.slice(args.indexOf('--') + 1)).toHaveLength(3);
  });

  it('says what is wrong where there is no desktop', async () => {
    const { notifier } = opened('notify-send', 1);
    await expect(notifier.notify(MESSAGE, { priority: 'info', key: 'k' })).rejects.toMatchObject({
      kind: 'rejected',
      message: expect.stringContaining('no display'),
    });
    expect(await notifier.doctor()).toMatchObject([{ level: 'error' }]);
  });

  it('says how to install what is missing', async () => {
    const folder = temporaryFolder('desktop');
    close = () => folder.remove();
    const context = pluginContext({
      id: 'desktop',
      folder: folder.path,
      env: { PATH: folder.path, HOME: folder.path },
    });
    const notifier = desktop.create(desktop.config.parse({ program: 'notify-send' }), context);
    await expect(notifier.notify(MESSAGE, { priority: 'info', key: 'k' })).rejects.toThrow(
      /There is no notify-send.*libnotify-bin/,
    );
  });
});
