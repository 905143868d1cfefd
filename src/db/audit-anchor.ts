import { dirname, join } from 'node:path';
import { type FileProblem, FileRefused } from '../lib/guarded/problem.ts';
import { isRecord } from '../lib/is-record.ts';
import { readJsonFile, writeJsonFile } from '../lib/json-file.ts';
import type { Db } from './open.ts';

/** Where the audit log ended at some moment, written down outside the database. */
export interface AuditHead {
  /** UTC, YYYY-MM-DD. */
  readonly day: string;
  readonly row: number;
  readonly hash: string;
}

const fileOf = (dataDir: string): string => join(dataDir, 'audit-heads.json');

/** The last head of each day, oldest first; none when there is no such file. Throws when the file is there and can't be used. */
export function readAuditHeads(dataDir: string): readonly AuditHead[] {
  const problems: FileProblem[] = [];
  const content = readJsonFile(fileOf(dataDir), (problem) => problems.push(problem));
  if (problems[0] !== undefined) throw new FileRefused(problems[0]);
  return Array.isArray(content) ? content.filter(isHead) : [];
}

/** Those beside the database that is open. */
export const headsBeside = (db: Db): readonly AuditHead[] =>
  readAuditHeads(dirname(db.$client.name));

/** Keeps one head a day: a later one of the same day takes the place of the earlier. True when the day is a new one. */
export function keepAuditHead(dataDir: string, head: AuditHead): boolean {
  const kept = readAuditHeads(dataDir);
  const last = kept.at(-1);
  if (last?.hash === head.hash) return false;
  const before = last?.day === head.day ? kept.slice(0, -1) : kept;
  writeJsonFile(fileOf(dataDir), [...before, head]);
  return last?.day !== head.day;
}

const isHead = (value: unknown): value is AuditHead =>
  isRecord(value) &&
  typeof value.day === 'string' &&
  typeof value.row === 'number' &&
  typeof value.hash === 'string';
