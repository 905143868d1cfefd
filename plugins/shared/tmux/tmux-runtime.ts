import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { keyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { OLDEST_TMUX } from '../../../src/lib/oldest.ts';
import { readProcessTable, treeTotals } from '../../../src/lib/process-table.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import type { DoctorFinding, PluginContext } from '../../../src/slots/plugin.ts';
import type { ObservedRuntime, Resources, RuntimePlugin } from '../../../src/slots/runtime.ts';
import { captureScreen } from './capture-screen.ts';
import { defaultSocket, type TmuxConfig } from './config.ts';
import { type Connection, createConnection } from './connection.ts';
import { createPane } from './create-pane.ts';
import { exitWatch } from './exit-watch.ts';
import { formatHandle, parseHandle } from './handle.ts';
import { killPane } from './kill-pane.ts';
import { listPanes, type Pane } from './panes.ts';
import { checkVersion } from './version.ts';
import { pressKeys, writeText } from './write-text.ts';

const COMMAND_TIMEOUT_MS = 5_000;

/** Agents in tmux, through one control-mode connection. Builds only; `start` connects. */
export function createTmuxRuntime(config: TmuxConfig, context: PluginContext): RuntimePlugin {
  const socket = config.socket ?? defaultSocket(context.dataDir);
  const env = clientEnvironment(context.env);
  const tempDir = join(context.dataDir, 'tmp');
  const lock = keyedMutex();
  const connection: Connection = createConnection({
    ...config,
    socket,
    env,
    clock: context.clock,
    logger: context.logger,
    timeoutMs: COMMAND_TIMEOUT_MS,
    onNotification: (name, rest) => exits.notification(name, rest),
    onReconnect: () => exits.check(),
  });
  const exits = exitWatch(() => listPanes(connection), context.logger);
  // `-N`: without a server, attaching would start one with the person's own configuration.
  const attachArgv = (handle: string, ...flags: string[]): string[] => [
    config.bin,
    '-u',
    '-N',
    '-L',
    socket,
    'attach-session',
    ...flags,
    '-t',
    `=${parseHandle(handle).id}:`,
  ];

  return {
    where: `tmux server ${socket}`,
    async start() {
      await checkVersion(config.bin, env);
      // Left over by a bot that was killed in the middle of a paste.
      await rm(tempDir, { recursive: true, force: true });
      await mkdir(tempDir, { recursive: true, mode: 0o700 });
      await connection.start();
    },
    stop: () => connection.stop(),
    create: (spec) => lock(`create:${spec.id}`, () => createPane(connection, spec)),
    async observe() {
      const panes = await listPanes(connection);
      exits.seen(panes);
      const at = context.clock.now();
      return panes.map((pane) => observed(pane, at));
    },
    onExit: (listener) => exits.subscribe(listener),
    // One writer at a time: two pastes, or a paste and somebody's keys, must not mix.
    write: (handle, text, { submit }) =>
      lock(handle, () => writeText(connection, tempDir, handle, text, submit)),
    keys: (handle, keys) => lock(handle, () => pressKeys(connection, handle, keys)),
    capture: (handle, lines) => captureScreen(connection, tempDir, handle, lines),
    kill: (handle, { graceMs }) => killPane(connection, handle, graceMs, context.clock),
    attach: (handle) => ({
      argv: attachArgv(handle),
      readOnlyArgv: attachArgv(handle, '-r', '-f', 'read-only,ignore-size'),
    }),
    resources: (handles) => resourcesOf(connection, handles),
    doctor: () => doctor(config.bin, env),
  };
}

const observed = (pane: Pane, at: number): ObservedRuntime => {
  const handle = formatHandle(pane.handle);
  return {
    id: pane.id,
    handle,
    fact: {
      state: pane.dead ? 'exited' : 'alive',
      exitCode: pane.exitCode,
      pid: pane.dead ? null : pane.pid,
      handle,
      at,
    },
  };
};

/** Without TMUX, a bot that itself was started inside tmux would be taken for a nested client. */
function clientEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const { TMUX: _socket, TMUX_PANE: _pane, ...rest } = env;
  return rest;
}

async function doctor(
  bin: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly DoctorFinding[]> {
  try {
    return [{ level: 'ok', what: `tmux ${await checkVersion(bin, env)}`, fix: null }];
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    const fix =
      error.code === 'AO_TMUX_OLD'
        ? `Upgrade tmux to ${OLDEST_TMUX} or newer, or set runtime.tmux.bin.`
        : 'Install tmux (apt-get install tmux, brew install tmux), or set runtime.tmux.bin.';
    return [{ level: 'error', what: error.message, fix }];
  }
}

async function resourcesOf(
  connection: Connection,
  handles: readonly string[],
): Promise<ReadonlyMap<string, Resources>> {
  const wanted = new Set(handles);
  const panes = (await listPanes(connection)).filter(
    (pane) => wanted.has(formatHandle(pane.handle)) && !pane.dead,
  );
  const totals = treeTotals(
    await readProcessTable(),
    panes.map((pane) => pane.pid),
  );
  return new Map(
    panes.map((pane) => [
      formatHandle(pane.handle),
      totals.get(pane.pid) ?? { rssBytes: 0, processes: 0 },
    ]),
  );
}
