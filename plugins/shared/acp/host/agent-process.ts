import { type ChildProcess, spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { ndJsonStream, type Stream } from '@agentclientprotocol/sdk';

/** Its last words on the error channel that are kept. */
const KEPT = 2_000;

export interface AgentProcess {
  readonly stream: Stream;
  /** Resolves with the exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** The end of what it wrote to its error channel. */
  lastWords(): string;
  stop(): void;
}

/** Starts the agent in this program's own process group: who ends the pane ends both. */
export function startAgent(argv: readonly string[], cwd: string): AgentProcess {
  const [program = '', ...args] = argv;
  const child: ChildProcess = spawn(program, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null)
    throw new Error(`${program} has no channels.`);
  let words = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-KEPT);
  });
  // A write to an agent that is gone: its end is told by `ended`.
  stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      words += error.message;
      resolve(127);
    });
    child.once('exit', (code) => resolve(code));
  });
  return {
    stream: ndJsonStream(
      Writable.toWeb(stdin) as WritableStream<Uint8Array>,
      Readable.toWeb(stdout) as ReadableStream<Uint8Array>,
    ),
    ended,
    lastWords: () => words.trim(),
    stop: () => void child.kill('SIGTERM'),
  };
}
