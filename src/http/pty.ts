/** A process on a pseudo-terminal, as narrow as the terminal socket needs it. */
export interface Pty {
  write(data: Uint8Array): void;
  resize(cols: number, rows: number): void;
  pause(): void;
  resume(): void;
  kill(): void;
  onData(listener: (data: Uint8Array) => void): void;
  /** Called once. */
  onExit(listener: (code: number) => void): void;
}

export type OpenPty = (
  argv: readonly string[],
  options: { readonly cols: number; readonly rows: number },
) => Promise<Pty>;

/** `env`: what the attach command may see; never ao's own secrets. node-pty is loaded on first use. */
export function createOpenPty(env: Readonly<Record<string, string>>, cwd: string): OpenPty {
  return async (argv, size) => {
    const [file, ...args] = argv;
    if (file === undefined) throw new Error('no command to attach with');
    const { spawn } = await import('@lydell/node-pty');
    const child = spawn(file, args, {
      name: 'xterm-256color',
      cols: size.cols,
      rows: size.rows,
      cwd,
      env: { ...env, TERM: 'xterm-256color' },
      encoding: null,
    });
    return {
      // Typed as text only, but bytes are passed on as they are.
      write: (data) => child.write(Buffer.from(data) as unknown as string),
      resize: (cols, rows) => child.resize(cols, rows),
      pause: () => child.pause(),
      resume: () => child.resume(),
      kill: () => child.kill(),
      // With `encoding: null` these are bytes already, whatever the types say: a character cut in two stays cut right.
      onData: (listener) => void child.onData((data) => listener(Buffer.from(data))),
      onExit: (listener) => void child.onExit(({ exitCode }) => listener(exitCode)),
    };
  };
}
