import { mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Kind, kindAt } from '../lib/guarded/kind.ts';
import { FileRefused, untold } from '../lib/guarded/problem.ts';
import { readSmallText } from '../lib/guarded/read.ts';
import { readJsonFile } from '../lib/json-file.ts';
import { rejected } from '../slots/errors.ts';
import {
  type Entry,
  isExecutable,
  isLfs,
  isPinned,
  isPlain,
  isRemoteAddress,
  isSharedSetting,
} from './keys.ts';

export interface Changed {
  readonly key: string;
  /** The value then, and now; null: not set. */
  readonly was: string | null;
  readonly now: string | null;
}

/** What was there when ao took the repository on. */
export interface TakenOn {
  readonly commonDir: string;
  readonly pinned: readonly Entry[];
  /** All that named programs, files or addresses, also what ao's git never obeys. Absent in notes of older versions. */
  readonly executable?: readonly Entry[];
  /** Settings of the operator's own git. Absent in notes of older versions. */
  readonly settings?: readonly Entry[];
  /** Local paths that were remotes' addresses. */
  readonly addresses: readonly Entry[];
  readonly alternates: string | null;
  /** Parts that were links already. */
  readonly links: readonly string[];
}

export const LINKED = [
  'HEAD',
  'objects',
  'refs',
  'packed-refs',
  'logs',
  'info',
  'worktrees',
  'shallow',
  'reftable',
];

const FOLDERS = new Set([
  'objects',
  'refs',
  'logs',
  'info',
  'worktrees',
  'reftable',
  'objects/info',
  'objects/pack',
]);

/** git would make these itself, and can't through a link to nothing. */
const MADE = ['logs', 'info', 'worktrees'];

const PARTS = [
  ...LINKED,
  'config',
  'info/exclude',
  'info/attributes',
  'info/sparse-checkout',
  'objects/info',
  'objects/pack',
  'objects/info/alternates',
];

export const takenOn = (file: string, commonDir: string): TakenOn | null => {
  const record = readJsonFile(file, untold) as TakenOn | null;
  return record?.commonDir === commonDir ? record : null;
};

/** By key: of several values git takes the last. */
export function changedSettings(
  before: readonly Entry[] | null,
  entries: readonly Entry[],
): readonly Changed[] {
  if (before === null) return [];
  const valuesOf = (list: readonly Entry[]): ReadonlyMap<string, string> =>
    new Map(list.map(({ key, value }) => [key, value ?? 'true']));
  const [was, now] = [valuesOf(before), valuesOf(entries)];
  return [...new Set([...was.keys(), ...now.keys()])]
    .map((key) => ({ key, was: was.get(key) ?? null, now: now.get(key) ?? null }))
    .filter((one) => one.was !== one.now);
}

export function link(target: string, path: string, name: string): void {
  if (MADE.includes(name) && kindAt(target) === 'none') mkdirSync(target, { recursive: true });
  if (name === 'reftable' && kindAt(target) === 'none') return;
  if (kindAt(path) === 'a symbolic link' && readlinkSync(path) === target) return;
  rmSync(path, { force: true, recursive: true });
  symlinkSync(target, path);
}

export const same = (list: readonly Entry[], { key, value }: Entry): boolean =>
  list.some((entry) => entry.key === key && entry.value === value);

const isAddress = ({ key }: Entry): boolean => /^remote\..*\.(?:url|pushurl)$/s.test(key);

export function isUsed(entry: Entry, taken: TakenOn): boolean {
  if (isAddress(entry)) return isRemoteAddress(entry.value ?? '') || same(taken.addresses, entry);
  return isPlain(entry.key) || isLfs(entry) || (isPinned(entry.key) && same(taken.pinned, entry));
}

export function takeOn(
  commonDir: string,
  entries: readonly Entry[],
  links: readonly string[],
): TakenOn {
  return {
    commonDir,
    pinned: entries.filter((entry) => isPinned(entry.key)),
    executable: entries.filter(isExecutable),
    settings: entries.filter(isSharedSetting),
    addresses: entries.filter((entry) => isAddress(entry) && !isRemoteAddress(entry.value ?? '')),
    alternates: readPart(commonDir, 'objects/info/alternates', null),
    links: [
      ...PARTS.filter((part) => kindAt(join(commonDir, part)) === 'a symbolic link'),
      ...links,
    ],
  };
}

/** Parts an agent replaced by something that leads elsewhere, or that would never end. */
export function refuseChanged(commonDir: string, taken: TakenOn, links: readonly string[]): void {
  for (const part of PARTS) {
    const kind = kindAt(join(commonDir, part));
    if (kind !== 'none' && !isRight(part, kind) && !taken.links.includes(part))
      throw replaced(commonDir, part, kind);
  }
  const link = links.find((part) => !taken.links.includes(part));
  if (link !== undefined) throw replaced(commonDir, link, 'a symbolic link');
  const alternates = readPart(commonDir, 'objects/info/alternates', taken);
  if (alternates !== null && alternates !== taken.alternates)
    throw rejected(
      'AO_GIT_TAMPERED',
      `${join(commonDir, 'objects/info/alternates')} was written after ao took the project on. It makes git read the objects of ${alternates.trim().split('\n').join(', ')}, so ao runs no git there. Look who wrote it, then remove the file.`,
      { mendable: true },
    );
}

const isRight = (part: string, kind: Kind): boolean =>
  FOLDERS.has(part) ? kind === 'a folder' : kind === 'a regular file';

const replaced = (commonDir: string, part: string, kind: Kind) =>
  rejected(
    'AO_GIT_TAMPERED',
    `${join(commonDir, part)} is ${kind} and was not when ao took the project on, so ao runs no git there. Nothing was deleted; the files of the sessions are in their folders. Look who made it, then put back what was there.`,
    { mendable: true },
  );

export function readPart(commonDir: string, part: string, taken: TakenOn | null): string | null {
  const path = join(commonDir, part);
  try {
    return readSmallText(path);
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    // A link from before: nothing of it is used.
    if (taken?.links.includes(part) || taken === null) return null;
    throw replaced(commonDir, part, kindAt(path));
  }
}
