import { execa } from 'execa';
import { z } from 'zod';
import { rejected, transient } from '../../../src/slots/errors.ts';
import { definePlugin } from '../../../src/slots/plugin.ts';
import { oncePerKey } from '../../shared/notifier/once-per-key.ts';
import { argumentsOf, type Desktop } from './command-of.ts';

const TIMEOUT = 8_000;
const INSTALL = {
  'notify-send':
    'Install notify-send (Debian: apt-get install libnotify-bin), and run ao in the desktop session.',
  osascript: 'osascript is part of macOS; run ao on the Mac itself.',
} as const satisfies Record<Desktop, string>;

export default definePlugin({
  slot: 'notifier',
  name: 'desktop',
  description:
    'Shows notifications on the desktop of the machine ao runs on: notify-send on Linux, osascript on macOS.',
  config: z
    .strictObject({ program: z.enum(['auto', 'notify-send', 'osascript']).default('auto') })
    .prefault({}),
  create(config, context) {
    const desktop: Desktop =
      config.program === 'auto'
        ? process.platform === 'darwin'
          ? 'osascript'
          : 'notify-send'
        : config.program;
    const once = oncePerKey();
    const run = (args: readonly string[]) =>
      execa(desktop, args, {
        env: context.env,
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
        timeout: TIMEOUT,
        forceKillAfterDelay: 500,
      });
    return {
      notify: (message, { priority, key }) =>
        once(key, async () => {
          const done = await run(argumentsOf(desktop, message, priority));
          if (!done.failed) return;
          if (done.timedOut)
            throw transient(
              'AO_NOTIFIER_TIMEOUT',
              `${desktop} did not end within ${TIMEOUT / 1000} s. It is tried again.`,
            );
          if (done.code === 'ENOENT')
            throw rejected(
              'AO_NOTIFIER_MISSING',
              `There is no ${desktop} on this machine. ${INSTALL[desktop]}`,
            );
          throw rejected(
            'AO_NOTIFIER_REFUSED',
            `${desktop} failed: ${done.stderr.trim() || done.shortMessage}. Is there a desktop session?`,
          );
        }),
      async doctor() {
        const found = await run(desktop === 'osascript' ? ['-e', 'return 1'] : ['--version']);
        if (!found.failed)
          return [{ level: 'ok', what: `shows notifications with ${desktop}`, fix: null }];
        return [
          {
            level: 'error',
            what:
              found.code === 'ENOENT'
                ? `${desktop} is not installed`
                : `${desktop} does not run: ${found.shortMessage}`,
            fix: INSTALL[desktop],
          },
        ];
      },
    };
  },
});
