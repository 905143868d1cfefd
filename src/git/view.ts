import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { stampOf } from '../lib/guarded/kind.ts';
import { writeJsonFile } from '../lib/json-file.ts';
import { PluginError, rejected } from '../slots/errors.ts';
import { configText, type Entry, isExecutable, isSharedSetting } from './keys.ts';
import type { Scan } from './scan.ts';
import {
  type Changed,
  changedSettings,
  isUsed,
  LINKED,
  link,
  readPart,
  refuseChanged,
  same,
  type TakenOn,
  takenOn,
  takeOn,
} from './taken-on.ts';

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

interface Made {
  readonly stamp: string;
  /** Nothing of the repository was replaced as this look found it. */
  scan: Scan;
  readonly view: Promise<View>;
  /** Several calls at once share what one of them makes. */
  isMaking: boolean;
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
      const isCurrent =
        before?.stamp === stamp && (before.isMaking || existsSync(join(paths.dir, 'config')));
      if (isCurrent && before.scan === scan) return before.view;
      const taken = recordOf(paths.record, commonDir);
      if (taken !== null) refuseChanged(commonDir, taken, scan.links);
      if (isCurrent) {
        before.scan = scan;
        return before.view;
      }
      const view = makeView(host, commonDir, paths, taken);
      const one: Made = { stamp, scan, view, isMaking: true };
      made.set(commonDir, one);
      view.then(
        () => {
          one.isMaking = false;
        },
        () => made.delete(commonDir),
      );
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

function viewAt(dir: string, commonDir: string, found: Pick<View, 'later' | 'changed'>): View {
  const [shown, real] =
    basename(commonDir) === '.git' ? [dirname(dir), dirname(commonDir)] : [dir, commonDir];
  return {
    dir,
    ...found,
    inRepositoryWords: (text) => (text.includes(shown) ? text.replaceAll(shown, real) : text),
  };
}
