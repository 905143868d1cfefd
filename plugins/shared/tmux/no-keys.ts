import type { ControlClient } from './control-client.ts';
import { ignoreRefusal } from './refusal.ts';

/**
 * What a person who is attached could otherwise reach: tmux's prefix leads to a command prompt, and from there to `run-shell`
 * as the user that runs ao. Set for the server and all its sessions; see `dropKeys` for the bindings.
 */
export const KEYLESS: ReadonlyArray<readonly string[]> = [
  ['set-option', '-g', 'prefix', 'None'],
  ['set-option', '-g', 'prefix2', 'None'],
  ['set-option', '-g', 'key-table', 'root'],
  ['set-option', '-g', 'mouse', 'off'],
  ['set-option', '-g', 'lock-after-time', '0'],
  ['set-option', '-g', 'visual-activity', 'off'],
  ['set-option', '-g', 'visual-bell', 'off'],
  ['set-option', '-g', 'visual-silence', 'off'],
  // A program in a pane can't set anybody's clipboard (OSC 52), nor speak to the outer terminal past tmux (3.3 and newer).
  ['set-option', '-s', 'set-clipboard', 'off'],
  ['set-option', '-gwq', 'allow-passthrough', 'off'],
  ['set-option', '-s', 'user-keys', ''],
];

/** Options a person may once have set for one session of a server that an older ao started. */
const OF_SESSIONS = ['prefix', 'prefix2', 'key-table', 'mouse', 'lock-after-time'] as const;

/**
 * The window keeps the size it was started with: nobody who attaches changes what an agent draws and what ao reads. For each
 * window, because tmux 3.3a crashes at the next `new-session` where this is set for the whole server.
 */
export const fixedSize = (target: string): readonly string[] => [
  'set-option',
  '-w',
  '-t',
  target,
  'window-size',
  'manual',
];

/**
 * Takes every key binding away, in all tables, and ends every mode a pane is in (copy mode, a tree of sessions): nothing could
 * leave it any more. A server that was started by an older ao has tmux's defaults; one of this ao is changed by nobody, but
 * asking costs two commands.
 */
export async function dropKeys(client: ControlClient): Promise<void> {
  const [keys, sessions, panes] = await Promise.all([
    client.run(['list-keys']),
    client.run(['list-sessions', '-F', '#{session_id}']),
    client.run(['list-panes', '-a', '-F', '#{pane_id} #{pane_in_mode}']),
  ]);
  const tables = new Set(keys.flatMap((line) => /^bind-key .*?-T +(\S+)/.exec(line)?.[1] ?? []));
  const commands: ReadonlyArray<readonly string[]> = [
    ...[...tables].map((table) => ['unbind-key', '-a', '-q', '-T', table]),
    ...sessions.flatMap((session) => [
      ...OF_SESSIONS.map((option) => ['set-option', '-u', '-q', '-t', session, option]),
      fixedSize(`${session}:`),
    ]),
    ...panes
      .map((line) => line.split(' '))
      .filter(([, mode]) => mode !== '0')
      .map(([pane = '']) => ['copy-mode', '-q', '-t', pane]),
  ];
  await Promise.all(commands.map((words) => client.run(words).catch(ignoreRefusal)));
}
