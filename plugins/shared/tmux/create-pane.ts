import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { rejected, transient } from '../../../src/slots/errors.ts';
import type { RuntimeSpec } from '../../../src/slots/runtime.ts';
import type { Connection } from './connection.ts';
import { TmuxCommandError } from './control-client.ts';
import { formatHandle, serverMark } from './handle.ts';
import { fixedSize } from './no-keys.ts';
import { listPanes } from './panes.ts';
import { escapeFormat } from './quote.ts';
import { ignoreRefusal } from './refusal.ts';

/** Starts the agent as the process of a new session's only pane; a live one of that id is returned as it is. */
export async function createPane(
  connection: Connection,
  spec: RuntimeSpec,
): Promise<{ handle: string; pid: number | null }> {
  await checkSpec(spec);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      return await newSession(connection, spec);
    } catch (error) {
      if (!(error instanceof TmuxCommandError)) throw error;
      if (!error.message.includes('duplicate session'))
        throw rejected('AO_TMUX_CREATE', `tmux could not start ${spec.id}: ${error.message}`, {
          cause: error,
        });
    }
    const existing = (await listPanes(connection)).find((pane) => pane.id === spec.id);
    if (existing && !existing.dead) {
      if (spec.key === undefined || (await keyOf(connection, existing.handle.pane)) === spec.key)
        return { handle: formatHandle(existing.handle), pid: existing.pid };
      await moveAside(connection, existing.handle.pane, spec.id);
      continue;
    }
    // What is left of an earlier launch. By pane, not by name: the name may be a new session by now.
    if (existing)
      await connection.run(['kill-session', '-t', existing.handle.pane]).catch(ignoreRefusal);
  }
  throw transient(
    'AO_TMUX_CREATE',
    `tmux session ${spec.id} keeps changing under ao; trying again later.`,
  );
}

/** Session environment that holds the launch key; nothing an agent does can change it. */
const KEY = 'AO_LAUNCH';

async function keyOf(connection: Connection, pane: string): Promise<string | null> {
  const lines = await connection
    .run(['show-environment', '-t', pane, KEY])
    .catch((error: unknown) => {
      // An unset variable is an error to tmux; here it means: started without a key.
      ignoreRefusal(error);
      return [];
    });
  return lines[0]?.startsWith(`${KEY}=`) ? lines[0].slice(KEY.length + 1) : null;
}

/** Somebody may still want what that agent does: it keeps running under another name. */
async function moveAside(connection: Connection, pane: string, id: string): Promise<void> {
  const name = `${id}-left-${pane.replaceAll(/\D/g, '')}`;
  await connection.run(['rename-session', '-t', pane, name]).catch(ignoreRefusal);
}

async function newSession(
  connection: Connection,
  spec: RuntimeSpec,
): Promise<{ handle: string; pid: number }> {
  const marked = spec.key === undefined ? spec.env : { ...spec.env, [KEY]: spec.key };
  const environment = Object.entries(marked).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const [line] = await connection.run([
    'new-session',
    '-d',
    '-s',
    spec.id,
    '-c',
    escapeFormat(spec.cwd),
    '-x',
    String(spec.columns),
    '-y',
    String(spec.rows),
    ...environment,
    '-P',
    '-F',
    '#{pane_id} #{pane_pid} #{pid} #{start_time}',
    '--',
    ...withoutShell(spec.argv),
  ]);
  const [pane = '', pid, serverPid, startedAt] = (line ?? '').split(' ');
  await connection.run(fixedSize(pane)).catch(ignoreRefusal);
  const server = serverMark({ pid: Number(serverPid), startedAt: startedAt ?? '' });
  return { handle: formatHandle({ id: spec.id, pane, server }), pid: Number(pid) };
}

/** tmux hands a single word to a shell, several to execvp; a shell that only execs makes one word several. */
const withoutShell = (argv: readonly string[]): readonly string[] =>
  argv.length === 1 ? ['/bin/sh', '-c', 'exec "$0"', ...argv] : argv;

/** tmux itself starts in the home directory when `cwd` is missing, and exits with 1 and no word when the program is. */
async function checkSpec(spec: RuntimeSpec): Promise<void> {
  if (!/^[a-z0-9-]+$/.test(spec.id))
    throw rejected(
      'AO_TMUX_ID',
      `"${spec.id}" can't name a tmux session: use a-z, 0-9 and dashes.`,
    );
  const program = spec.argv[0];
  if (!program) throw rejected('AO_TMUX_COMMAND', `There is no command to run for ${spec.id}.`);
  const bad =
    Object.entries(spec.env).find(
      ([name, value]) => !/^[^=\0]+$/.test(name) || value.includes('\0'),
    ) ?? spec.argv.find((word) => word.includes('\0'));
  if (bad)
    throw rejected(
      'AO_TMUX_COMMAND',
      `The command or environment of ${spec.id} contains a NUL character or an empty name.`,
    );
  const folder = await stat(spec.cwd).catch(() => null);
  if (!isAbsolute(spec.cwd) || !folder?.isDirectory())
    throw rejected('AO_TMUX_CWD', `The folder ${spec.cwd} of ${spec.id} does not exist.`);
  if (!(await isRunnable(program, spec)))
    throw rejected(
      'AO_TMUX_COMMAND',
      `"${program}" was not found or is not executable, so ${spec.id} can't start. Install it, or give its absolute path (PATH is ${spec.env.PATH ?? 'not set'}).`,
    );
}

async function isRunnable(program: string, spec: RuntimeSpec): Promise<boolean> {
  const folders = program.includes('/') ? [''] : (spec.env.PATH ?? '/usr/bin:/bin').split(':');
  for (const folder of folders) {
    const path = resolve(spec.cwd, folder === '' ? program : join(folder, program));
    const found = await access(path, constants.X_OK)
      .then(
        () => stat(path),
        () => null,
      )
      .catch(() => null);
    if (found?.isFile()) return true;
  }
  return false;
}
