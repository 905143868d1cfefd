import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { SavedFiles } from '../chat/answers/inbound-deps.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Redact } from '../lib/redact.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { InboundFile } from '../slots/chat.ts';
import { PluginError } from '../slots/errors.ts';

/** A platform may have larger ones; agents rarely want them. Bytes. */
const LARGEST_FILE = 20_000_000;
/** File systems take 255 bytes, and a part of the name is ao's. */
const LONGEST_NAME = 100;

interface SaveParts {
  readonly dataDir: string;
  readonly redact: Redact;
  download(file: InboundFile, maxBytes: number): Promise<Uint8Array>;
}

/**
 * Puts the files that came with a message where the session's agent can read them, under names of ao's own making. What is gone or
 * not allowed will not come: it is left out, and named. A failure that may pass refuses all, so that the words wait with their files.
 */
export async function saveFiles(
  { dataDir, redact, download }: SaveParts,
  session: string,
  files: readonly InboundFile[],
): Promise<Result<SavedFiles, Refusal>> {
  const folder = join(dataDir, 'files', session);
  const paths: string[] = [];
  const missing: string[] = [];
  for (const file of files) {
    const path = join(folder, `${randomUUID().slice(0, 8)}-${plainName(file.name)}`);
    try {
      const content = await download(file, LARGEST_FILE);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(path, content, { mode: 0o600 });
      paths.push(path);
    } catch (error) {
      const message = `The file ${saidName(file.name)} could not be read: ${redact((error as Error).message)}`;
      if (!(error instanceof PluginError)) {
        if (!isOfTheDisk(error)) throw error;
        return err({ code: 'AO_UPSTREAM', message });
      }
      if (error.kind === 'transient' || error.kind === 'auth')
        return err({ code: 'AO_UPSTREAM', message });
      missing.push(message);
    }
  }
  return ok({ paths, missing });
}

const isOfTheDisk = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && 'code' in error;

/** Letters, digits and a few signs; the ending stays. */
function plainName(name: string): string {
  const plain = basename(name).replaceAll(/[^\w.-]/g, '_');
  if (plain.length <= LONGEST_NAME) return plain;
  const ending = extname(plain).slice(-20);
  return `${plain.slice(0, LONGEST_NAME - ending.length)}${ending}`;
}

/** As people wrote it, without what would be markup, a mention or an address where it is read. */
function saidName(name: string): string {
  const said = basename(name)
    .replaceAll(/[^\p{L}\p{M}\p{N} .-]+/gu, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  return said === '' ? 'without a name' : said.slice(0, LONGEST_NAME);
}
