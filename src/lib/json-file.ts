import type { Tell } from './guarded/problem.ts';
import { type ReadOptions, readText } from './guarded/read.ts';
import { replaceFile, replaceFileOrTell } from './guarded/write.ts';

/**
 * The parsed content of a JSON file; null when it is missing or not JSON (half-written by somebody else), or when it
 * can't be read and `tell` got the reason.
 */
export function readJsonFile(path: string, tell: Tell, options: ReadOptions = {}): unknown {
  const text = readText(path, tell, options);
  try {
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Replaces the file in one step, mode 0600: readers see the old content or the new one. */
export function writeJsonFile(path: string, value: unknown): void {
  replaceFile(path, JSON.stringify(value));
}

/** The same, where the session goes on without the file: `tell` gets what stands in the way. */
export function saveJsonFile(path: string, value: unknown, tell: Tell): void {
  replaceFileOrTell(path, JSON.stringify(value), tell);
}
