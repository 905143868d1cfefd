import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Claude Code's own folder for a process with this environment. */
export function configDirOf(
  env: Readonly<Record<string, string>>,
  configured: string | null,
): string {
  return configured ?? env.CLAUDE_CONFIG_DIR ?? join(env.HOME ?? '/root', '.claude');
}

/** Where Claude Code writes (or will write) the transcript: one folder per working directory, everything unusual a dash. */
export function transcriptPath(configDir: string, cwd: string, agentSession: string): string {
  const real = existsSync(cwd) ? realpathSync(cwd) : cwd;
  return join(configDir, 'projects', real.replace(/[^A-Za-z0-9]/g, '-'), `${agentSession}.jsonl`);
}

/** The transcript of a conversation wherever it is: long paths are shortened, and a conversation may have begun in another folder. */
export function findTranscript(
  configDir: string,
  cwd: string,
  agentSession: string,
): string | null {
  const expected = transcriptPath(configDir, cwd, agentSession);
  if (existsSync(expected)) return expected;
  const projects = join(configDir, 'projects');
  if (!existsSync(projects)) return null;
  return (
    readdirSync(projects)
      .map((name) => join(projects, name, `${agentSession}.jsonl`))
      .find((path) => existsSync(path)) ?? null
  );
}

/** Before the first message a transcript has lines of the program's own only, and can't be resumed. */
export function holdsMessages(transcript: string): boolean {
  const bytes = readFileSync(transcript);
  return bytes.includes('"type":"user"') || bytes.includes('"type":"assistant"');
}
