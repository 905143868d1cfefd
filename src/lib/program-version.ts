import { stat } from 'node:fs/promises';
import { runProcess } from './process/run-process.ts';

const TIMEOUT = 20_000;

/** What a program says of its version, both channels, asked once per file: another version is another file or another time of change. */
export interface ProgramVersions {
  /** Empty when the program says nothing in time. Never throws. */
  outputOf(
    path: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<string>;
}

/** Starting a coding agent only to ask for its version takes up to seconds, and is asked before every session. */
export function createProgramVersions(): ProgramVersions {
  const known = new Map<string, { readonly changed: number; readonly output: Promise<string> }>();
  return {
    async outputOf(path, args, env) {
      const file = await stat(path).catch(() => null);
      const key = [path, ...args].join('\u0000');
      const former = known.get(key);
      if (file !== null && former?.changed === file.mtimeMs) return former.output;
      const output = ask(path, args, env);
      if (file !== null) known.set(key, { changed: file.mtimeMs, output });
      // Silence may have been a moment's: asked again next time.
      if ((await output) === '') known.delete(key);
      return output;
    },
  };
}

async function ask(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const end = await runProcess({ bin: path, args, cwd: '/', env, timeoutMs: TIMEOUT });
  return end.type === 'exited' ? `${end.stdout}\n${end.stderr}`.trim() : '';
}
