import type { Readable, Writable } from 'node:stream';

/** Ctrl-\ as a terminal in raw mode sends it. */
const LEAVE = 0x1c;

/** The part of a person's terminal that is needed: what is typed, what is shown, and how large it is. */
export interface OwnTerminal {
  readonly input: Readable & { setRawMode?(raw: boolean): unknown };
  readonly output: Writable & { readonly columns?: number; readonly rows?: number };
}

/**
 * Runs a program in the person's terminal, through a terminal in between, until it ends or the person presses Ctrl-\; resolves
 * with its exit code, 0 after Ctrl-\. In between, because ao's tmux has no keys: nothing in it could mean "leave".
 */
export async function inTerminal(
  argv: readonly string[],
  { input, output }: OwnTerminal,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const { spawn } = await import('@lydell/node-pty');
  const [program = '', ...args] = argv;
  const size = (): { cols: number; rows: number } => ({
    cols: output.columns ?? 80,
    rows: output.rows ?? 24,
  });
  const child = spawn(program, args, { ...size(), env, encoding: null });
  const typed = (data: Buffer): void => {
    const leave = data.indexOf(LEAVE);
    child.write((leave === -1 ? data : data.subarray(0, leave)) as unknown as string);
    if (leave !== -1) left();
  };
  const resized = (): void => {
    const { cols, rows } = size();
    child.resize(cols, rows);
  };
  const { promise, resolve } = Promise.withResolvers<number>();
  let code: number | null = null;
  const left = (): void => {
    code = 0;
    child.kill();
  };
  // With `encoding: null` these are bytes, whatever the types say.
  child.onData((data) => void output.write(data));
  child.onExit(({ exitCode }) => resolve(code ?? exitCode));
  input.setRawMode?.(true);
  input.on('data', typed);
  output.on('resize', resized);
  try {
    return await promise;
  } finally {
    input.off('data', typed);
    output.off('resize', resized);
    input.setRawMode?.(false);
    input.pause();
    // The program may have been left in the other screen, with the mouse on and the cursor hidden.
    output.write(
      '\u001b[?1049l\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?2004l\u001b[?25h',
    );
  }
}
