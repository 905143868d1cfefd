import { closeSync, existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { listFolder, openGuarded, readAt } from '../../../src/lib/guarded/read.ts';

/** Claude Code's own folder for a process with this environment. */
export function configDirOf(
  env: Readonly<Record<string, string>>,
  configured: string | null,
): string {
  return configured ?? env.CLAUDE_CONFIG_DIR ?? join(env.HOME ?? '/root', '.claude');
}

/** All transcripts are in it. */
export const transcriptsIn = (configDir: string): string => join(configDir, 'projects');

/** Where Claude Code writes (or will write) the transcript: one folder per working directory, everything unusual a dash. */
export function transcriptPath(configDir: string, cwd: string, agentSession: string): string {
  const real = existsSync(cwd) ? realpathSync(cwd) : cwd;
  return join(
    transcriptsIn(configDir),
    real.replace(/[^A-Za-z0-9]/g, '-'),
    `${agentSession}.jsonl`,
  );
}

/** The transcript of a conversation wherever it is: long paths are shortened, and a conversation may have begun in another folder. */
export function findTranscript(
  configDir: string,
  cwd: string,
  agentSession: string,
): string | null {
  const expected = transcriptPath(configDir, cwd, agentSession);
  if (existsSync(expected)) return expected;
  const projects = transcriptsIn(configDir);
  return (
    listFolder(projects, untold)
      .map((name) => join(projects, name, `${agentSession}.jsonl`))
      .find((path) => existsSync(path)) ?? null
  );
}

const USER = '"type":"user"';
const ASSISTANT = '"type":"assistant"';
const CHUNK = 1 << 20;
/** A file in which so much was looked through is longer than what the program writes of itself. */
const LOOKED_THROUGH = 64 << 20;

/**
 * Before the first message a transcript has lines of the program's own only, and can't be resumed. The same holds for what is
 * no regular file; the watch tells of that.
 */
export function holdsMessages(transcript: string): boolean {
  const opened = openGuarded(transcript);
  if (opened.type !== 'file') return false;
  try {
    const overlap = ASSISTANT.length;
    for (let at = 0; at < Math.min(opened.file.size, LOOKED_THROUGH); at += CHUNK) {
      const bytes = readAt(opened.file.fd, at, CHUNK + overlap);
      if (bytes.includes(USER) || bytes.includes(ASSISTANT)) return true;
    }
    return opened.file.size > LOOKED_THROUGH;
  } finally {
    closeSync(opened.file.fd);
  }
}
