import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Kind, kindAt, stampOf } from '../lib/guarded/kind.ts';
import { FileRefused, untold } from '../lib/guarded/problem.ts';
import { readSmallText } from '../lib/guarded/read.ts';
import { readJsonFile, writeJsonFile } from '../lib/json-file.ts';
import { PluginError, rejected } from '../slots/errors.ts';
import {
  configText,
  type Entry,
  isExecutable,
  isLfs,
  isPinned,
  isPlain,
  isRemoteAddress,
  isSharedSetting,
} from './keys.ts';
import type { Scan } from './scan.ts';

/*
 * A view is a git directory of ao's: links to a repository's objects, refs and logs, and a configuration of ao's making beside them.
 * git reads it in place of the repository's own (GIT_COMMON_DIR), so nothing that is written to the repository's configuration
 * while ao looks away is ever read.
 */

export interface View {
  /** The folder for GIT_COMMON_DIR. */
  readonly dir: string;
  /** Keys of the repository that name programs, files or addresses, and were not there, or had another value, when ao took it on. */
  readonly later: readonly string[];
  /** Other settings of the repository that are not as they were then. */
  readonly changed: readonly Changed[];
  /** What git prints of the view in the repository's own words. */
  inRepositoryWords(text: string): string;
}

export interface Changed {
  readonly key: string;
  /** The value then, and now; null: not set. */
  readonly was: string | null;
  readonly now: string | null;
}

export interface Views {
  /** The view of a repository, made anew where its configuration changed. Throws AO_GIT_TAMPERED. */
  of(commonDir: string): Promise<View>;
}

export interface ViewsHost {
  readonly stateDir: string;
  /** A look at the repository; the same object as long as no entry of it became another kind of thing. */
  readonly scanOf: (commonDir: string) => Scan;
  /** Entries of a configuration's text; throws when git can't read it. */
  readonly parse: (text: string) => Promise<readonly Entry[]>;
  /** Told once of each set of keys that are left out. */
  readonly notice: (commonDir: string, keys: readonly string[]) => void;
}

/** What was there when ao took the repository on. */
interface TakenOn {
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

const LINKED = [
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

interface Made {
  readonly stamp: string;
  /** Nothing of the repository was replaced as this look found it. */
  readonly scan: Scan;
  readonly view: Promise<View>;
}

export function createViews(host: ViewsHost): Views {
  const made = new Map<string, Made>();
  const records = new Map<string, TakenOn>();
  /** Nobody but ao writes them. */
  const recordOf = (file: string, commonDir: string): TakenOn | null => {
    const record = records.get(file) ?? takenOn(file, commonDir);
    if (record !== null) records.set(file, record);
    return record;
  };
  return {
    async of(commonDir) {
      const scan = host.scanOf(commonDir);
      const stamp = stampOfContent(commonDir);
      const before = made.get(commonDir);
      const paths = pathsOf(host.stateDir, commonDir);
      const isCurrent = before?.stamp === stamp && existsSync(join(paths.dir, 'config'));
      if (isCurrent && before.scan === scan) return before.view;
      const taken = recordOf(paths.record, commonDir);
      if (taken !== null) refuseChanged(commonDir, taken, scan.links);
      const view = isCurrent ? before.view : makeView(host, commonDir, paths, taken);
      made.set(commonDir, { stamp, scan, view });
      view.catch(() => made.delete(commonDir));
      return view;
    },
  };
}

/** Of files whose content counts, which changes without a change of their folder. */
const stampOfContent = (commonDir: string): string =>
  ['config', 'objects/info/alternates'].map((part) => stampOf(join(commonDir, part))).join(' ');

function pathsOf(stateDir: string, commonDir: string) {
  const hash = createHash('sha256').update(commonDir).digest('hex').slice(0, 16);
  // git takes the folder above `.git` for the main checkout, and the folder itself where it has another name.
  const name = basename(commonDir) === '.git' ? '.git' : 'git';
  return {
    record: join(stateDir, 'repositories', `${hash}.json`),
    dir: join(stateDir, 'views', hash, name),
  };
}

const takenOn = (file: string, commonDir: string): TakenOn | null => {
  const record = readJsonFile(file, untold) as TakenOn | null;
  return record?.commonDir === commonDir ? record : null;
};

async function makeView(
  host: ViewsHost,
  commonDir: string,
  paths: ReturnType<typeof pathsOf>,
  before: TakenOn | null,
): Promise<View> {
  const entries = await entriesIn(host, commonDir, before);
  const taken = before ?? takeOn(commonDir, entries, host.scanOf(commonDir).links);
  if (before === null) {
    mkdirSync(dirname(paths.record), { recursive: true, mode: 0o700 });
    writeJsonFile(paths.record, taken);
  }
  const used = entries.filter((entry) => isUsed(entry, taken));
  const left = entries.filter((entry) => isExecutable(entry) && !used.includes(entry));
  if (left.length > 0) host.notice(commonDir, [...new Set(left.map((entry) => entry.key))]);
  mkdirSync(paths.dir, { recursive: true, mode: 0o700 });
  for (const name of LINKED) link(join(commonDir, name), join(paths.dir, name), name);
  const temporary = join(paths.dir, `config.${process.pid}.new`);
  writeFileSync(temporary, configText(used), { mode: 0o600 });
  renameSync(temporary, join(paths.dir, 'config'));
  const known = taken.executable ?? taken.pinned;
  const later = left.filter((entry) => !same(known, entry)).map((entry) => entry.key);
  return viewAt(paths.dir, commonDir, {
    later: [...new Set(later)],
    changed: changedSettings(taken.settings ?? null, entries.filter(isSharedSetting)),
  });
}

/** By key: of several values git takes the last. */
function changedSettings(
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

async function entriesIn(
  host: ViewsHost,
  commonDir: string,
  taken: TakenOn | null,
): Promise<readonly Entry[]> {
  try {
    return await host.parse(readPart(commonDir, 'config', taken) ?? '');
  } catch (error) {
    if (!(error instanceof PluginError) || error.code !== 'AO_GIT_CONFIG') throw error;
    throw rejected(
      error.code,
      `git can't read ${join(commonDir, 'config')} (${error.message}), so ao runs no git in this repository. Mend that file.`,
    );
  }
}

function link(target: string, path: string, name: string): void {
  if (MADE.includes(name) && kindAt(target) === 'none') mkdirSync(target, { recursive: true });
  if (name === 'reftable' && kindAt(target) === 'none') return;
  if (kindAt(path) === 'a symbolic link' && readlinkSync(path) === target) return;
  rmSync(path, { force: true, recursive: true });
  symlinkSync(target, path);
}

function viewAt(dir: string, commonDir: string, found: Pick<View, 'later' | 'changed'>): View {
  const [shown, real] =
    basename(commonDir) === '.git' ? [dirname(dir), dirname(commonDir)] : [dir, commonDir];
  return {
    dir,
    ...found,
    inRepositoryWords: (text) => (text.includes(shown) ? text.replaceAll(shown, real) : text),
  };
}

const same = (list: readonly Entry[], { key, value }: Entry): boolean =>
  list.some((entry) => entry.key === key && entry.value === value);

const isAddress = ({ key }: Entry): boolean => /^remote\..*\.(?:url|pushurl)$/s.test(key);

function isUsed(entry: Entry, taken: TakenOn): boolean {
  if (isAddress(entry)) return isRemoteAddress(entry.value ?? '') || same(taken.addresses, entry);
  return isPlain(entry.key) || isLfs(entry) || (isPinned(entry.key) && same(taken.pinned, entry));
}

function takeOn(commonDir: string, entries: readonly Entry[], links: readonly string[]): TakenOn {
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
function refuseChanged(commonDir: string, taken: TakenOn, links: readonly string[]): void {
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

function readPart(commonDir: string, part: string, taken: TakenOn | null): string | null {
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
