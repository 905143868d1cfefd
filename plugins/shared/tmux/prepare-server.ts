import { CONTROL_SESSION, type ControlClient } from './control-client.ts';
import { dropKeys, KEYLESS } from './no-keys.ts';
import type { ServerIdentity } from './server-identity.ts';

/** Name of the control session's window after some pane's process ended; its renaming is the push. */
export const EXIT_MARK = 'ao-exit';

/**
 * Options without which a pane's exit, screen or environment would not be what the runtime promises.
 * Given again at every connection: the server may be new.
 */
const settings = (history: number): ReadonlyArray<readonly string[]> => [
  // First of all, or every byte the agents print is sent to us.
  ['refresh-client', '-f', 'no-output,ignore-size'],
  ['set-option', '-g', 'remain-on-exit', 'on'],
  // The line "Pane is dead" would be part of the captured screen (`-q`: unknown to 3.2).
  ['set-option', '-gq', 'remain-on-exit-format', ''],
  // The client's variables must not be copied into new sessions.
  ['set-option', '-g', 'update-environment', ''],
  ['set-option', '-g', 'history-limit', String(history)],
  ['set-option', '-g', 'default-terminal', 'screen-256color'],
  ['set-option', '-g', 'automatic-rename', 'off'],
  ['set-option', '-g', 'allow-rename', 'off'],
  ['set-option', '-g', 'set-titles', 'off'],
  ['set-option', '-g', 'status', 'off'],
  ['set-option', '-g', 'bell-action', 'none'],
  ['set-option', '-s', 'escape-time', '10'],
  ...KEYLESS,
  // `run-shell -C`: what a hook itself does sends no notification, and `display-message` goes to whichever
  // client was active last, which is a person's terminal when one is attached.
  [
    'set-hook',
    '-g',
    'pane-died',
    `run-shell -b -C "rename-window -t =${CONTROL_SESSION}: ${EXIT_MARK}"`,
  ],
];

export async function prepareServer(
  client: ControlClient,
  history: number,
): Promise<ServerIdentity> {
  const [environment, identity] = await Promise.all([
    client.run(['show-environment', '-g']),
    client.run(['display-message', '-p', '#{pid}\t#{start_time}\t#{socket_path}']),
    ...settings(history).map((words) => client.run(words)),
  ]);
  await Promise.all([clearEnvironment(client, environment ?? []), dropKeys(client)]);
  const [pid, startedAt, socketPath] = (identity?.[0] ?? '').split('\t');
  return { pid: Number(pid), startedAt: startedAt ?? '', socketPath: socketPath ?? '' };
}

/** Panes inherit the server's global environment; emptied, they get what their spec says and nothing else. */
async function clearEnvironment(client: ControlClient, lines: readonly string[]): Promise<void> {
  // A value may span lines; asking to unset a name that isn't one is harmless.
  const names = lines.flatMap((line) => /^-?([A-Za-z_][A-Za-z0-9_]*)(?:=|$)/.exec(line)?.[1] ?? []);
  await Promise.all(names.map((name) => client.run(['set-environment', '-gu', name])));
}
