import { z } from 'zod';
import { failureOf, type ProcessEnd, runProcess } from '../../../src/lib/process/run-process.ts';
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
    const run = (args: readonly string[]): Promise<ProcessEnd> =>
      runProcess({ bin: desktop, args, cwd: '/', env: context.env, timeoutMs: TIMEOUT });
    return {
      notify: (message, { priority, key }) =>
        once(key, async () => {
          const end = await run(argumentsOf(desktop, message, priority));
          const why = failureOf(end, TIMEOUT);
          if (why === null) return;
          if (end.type === 'timed_out')
            throw transient(
              'AO_NOTIFIER_TIMEOUT',
              `${desktop} did not end within ${TIMEOUT / 1000} s. It is tried again.`,
            );
          if (isMissing(end))
            throw rejected(
              'AO_NOTIFIER_MISSING',
              `There is no ${desktop} on this machine. ${INSTALL[desktop]}`,
            );
          throw rejected(
            'AO_NOTIFIER_REFUSED',
            `${desktop} failed: ${why}. Is there a desktop session?`,
          );
        }),
      async doctor() {
        const end = await run(desktop === 'osascript' ? ['-e', 'return 1'] : ['--version']);
        const why = failureOf(end, TIMEOUT);
        if (why === null)
          return [{ level: 'ok', what: `shows notifications with ${desktop}`, fix: null }];
        return [
          {
            level: 'error',
            what: isMissing(end)
              ? `${desktop} is not installed`
              : `${desktop} does not run: ${why}`,
            fix: INSTALL[desktop],
          },
        ];
      },
    };
  },
});

const isMissing = (end: ProcessEnd): boolean =>
  end.type === 'not_started' && end.error.code === 'ENOENT';
