import { spawn } from 'node:child_process';
import type { Clock } from '../../../src/lib/clock.ts';
import { isExhausted } from '../../../src/lib/process/run-process.ts';
import { type PluginError, rejected, transient } from '../../../src/slots/errors.ts';
import { type ControlEvent, controlParser } from './control-parser.ts';
import { commandLine } from './quote.ts';

/** Session the control client itself is attached to. No runtime id can have this name. */
export const CONTROL_SESSION = '_ao';

export interface ControlClientOptions {
  readonly bin: string;
  readonly socket: string;
  /** Complete environment of the client, and of the server when this client starts it. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly onNotification: (name: string, rest: string) => void;
  /** The connection is over, for whatever reason. Called once. */
  readonly onClose: (error: PluginError) => void;
}

/** One control-mode connection; when it is over it stays over. */
export interface ControlClient {
  readonly pid: number | null;
  /** Resolves when tmux answered for the first time. */
  readonly opened: Promise<void>;
  /**
   * Runs one command and returns the lines it printed. Commands are answered in order. `then` goes to tmux in the same line: it is
   * run right after the first one, and not at all when that failed; nothing that happens to ao can come in between.
   */
  run(words: readonly string[], then?: readonly string[]): Promise<readonly string[]>;
  /** Ends the client; server and sessions stay. Resolves when its process is gone. */
  close(): Promise<void>;
}

/** tmux answered with `%error`. */
export class TmuxCommandError extends Error {
  override readonly name = 'TmuxCommandError';
}

interface Pending {
  resolve(lines: readonly string[]): void;
  reject(error: Error): void;
  readonly command: string;
  /** Follows in the same line; when this one fails tmux leaves it out, and there is no reply to it. */
  readonly then: Pending | null;
  readonly timer: { cancel(): void };
}

export function openControlClient(options: ControlClientOptions): ControlClient {
  const child = spawn(options.bin, clientArgs(options.socket), {
    env: options.env,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
    // Its own process group: Ctrl-C on the bot's terminal must not end it.
    detached: true,
  });
  const queue: Pending[] = [];
  const opening = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  let closed: PluginError | null = null;
  let lastWords = '';

  const fail = (error: PluginError): void => {
    if (closed) return;
    closed = error;
    child.kill('SIGKILL');
    opening.reject(error);
    for (const pending of queue.splice(0)) {
      pending.timer.cancel();
      pending.reject(error);
    }
    options.onClose(error);
  };
  const settle = (event: ControlEvent & { type: 'reply' }): void => {
    if (!event.own)
      return event.ok
        ? opening.resolve()
        : fail(unreachable(options.socket, event.lines.join(' ')));
    const pending = queue.shift();
    pending?.timer.cancel();
    if (event.ok) pending?.resolve(event.lines);
    else if (pending !== undefined) {
      pending.reject(
        new TmuxCommandError(`tmux refused "${pending.command}": ${event.lines.join(' ')}`),
      );
      if (pending.then === null) return;
      queue.splice(queue.indexOf(pending.then), 1);
      pending.then.timer.cancel();
      pending.then.resolve([]);
    }
  };
  // A reply that doesn't come leaves the queue out of step, so the connection is given up, not only the command.
  const timeout = (what: string) => () =>
    fail(
      transient(
        'AO_TMUX_TIMEOUT',
        `tmux did not answer "${what}" within ${options.timeoutMs} ms; ao connects to it again.`,
      ),
    );
  const openTimer = options.clock.after(options.timeoutMs, timeout('new-session'));

  const parse = controlParser((event) => {
    if (event.type === 'reply') return settle(event);
    if (event.name === 'exit') return fail(lost(options.socket, event.rest));
    options.onNotification(event.name, event.rest);
  });
  child.stdout.setEncoding('utf8').on('data', parse);
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (lastWords = (lastWords + text).slice(-500)));
  child.stdin.on('error', () => fail(lost(options.socket, 'its input was closed')));
  child.on('error', (cause) => {
    fail(spawnFailure(options.bin, cause));
    gone.resolve();
  });
  // Not `close`: the server holds the client's own pipes, and may outlive it with them open.
  child.on('exit', () => {
    fail(lost(options.socket, lastWords.trim()));
    gone.resolve();
  });
  opening.promise.then(
    () => openTimer.cancel(),
    () => openTimer.cancel(),
  );

  const expectReply = (
    words: readonly string[],
    then: Pending | null,
  ): { readonly pending: Pending; readonly answer: Promise<readonly string[]> } => {
    const command = words.slice(0, 3).join(' ');
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
    return {
      answer: promise,
      pending: {
        resolve,
        reject,
        command,
        then,
        timer: options.clock.after(options.timeoutMs, timeout(command)),
      },
    };
  };

  return {
    pid: child.pid ?? null,
    opened: opening.promise,
    async run(words, then) {
      if (closed) throw closed;
      const second = then === undefined ? null : expectReply(then, null);
      const first = expectReply(words, second?.pending ?? null);
      queue.push(first.pending, ...(second === null ? [] : [second.pending]));
      child.stdin.write(
        `${[words, ...(then === undefined ? [] : [then])].map(commandLine).join(' ; ')}\n`,
      );
      // Both are waited for, so that neither is an unhandled rejection.
      const [one, two] = await Promise.allSettled([first.answer, second?.answer ?? first.answer]);
      if (one.status === 'rejected') throw one.reason;
      if (two.status === 'rejected') throw two.reason;
      return two.value;
    },
    async close() {
      child.stdin.end();
      const force = options.clock.after(options.timeoutMs, () => child.kill('SIGKILL'));
      await gone.promise;
      force.cancel();
    },
  };
}

/** `-u`: output is UTF-8 whatever the locale; `-f /dev/null`: nobody's own configuration. `cat` only keeps the session alive. */
function clientArgs(socket: string): string[] {
  return [
    '-u',
    '-L',
    socket,
    '-f',
    '/dev/null',
    '-C',
    'new-session',
    '-A',
    '-s',
    CONTROL_SESSION,
    '-x',
    '200',
    '-y',
    '50',
    '--',
    'cat',
  ];
}

const lost = (socket: string, why: string): PluginError =>
  transient(
    'AO_TMUX_LOST',
    `The connection to the tmux server "${socket}" ended${why ? ` (${why})` : ''}; ao connects again by itself.`,
  );
const unreachable = (socket: string, why: string): PluginError =>
  transient('AO_TMUX_UNREACHABLE', `The tmux server "${socket}" refused the connection: ${why}`);

function spawnFailure(bin: string, cause: Error): PluginError {
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  if (missing) return tmuxMissing(bin, cause);
  const kind = isExhausted(cause) ? transient : rejected;
  return kind('AO_TMUX_UNREACHABLE', `${bin} could not be started: ${cause.message}`, { cause });
}

export const tmuxMissing = (bin: string, cause: unknown): PluginError =>
  rejected(
    'AO_TMUX_MISSING',
    `tmux was not found ("${bin}"). Agents run in tmux; install it (apt-get install tmux, brew install tmux) or set runtime.tmux.bin.`,
    { cause },
  );
