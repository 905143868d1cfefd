import { createHash } from 'node:crypto';
import { link, lstat, mkdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { type FileProblem, FileRefused, sentenceOf } from '../../../src/lib/guarded/problem.ts';
import { listFolder, readText } from '../../../src/lib/guarded/read.ts';
import { notFound, PluginError, rejected } from '../../../src/slots/errors.ts';
import type { DoctorFinding, PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';
import type { Issue, IssueQuery, TrackerPlugin } from '../../../src/slots/tracker.ts';
import { formatIssueFile, type IssueFile, parseIssueFile } from './issue-file.ts';

const FILE_NAME = /^([1-9][0-9]{0,8})(?:-.*)?\.md$/;
const REFERENCE = /^#?([1-9][0-9]{0,8})$/;
const FOLDER = join('.ao', 'issues');
/** Of an issue file, bytes. */
const LONGEST = 4 << 20;

interface TrackerState {
  readonly project: ProjectInfo;
  readonly context: PluginContext;
  readonly folder: string;
  readonly changes: ReturnType<typeof createLane>;
  unreadable: readonly FileProblem[];
}

/** Issues as Markdown files in the repository. Whoever can write to the repository may do anything, hence `admin`. */
export function createLocalTracker(context: PluginContext, project: ProjectInfo): TrackerPlugin {
  const tracker: TrackerState = {
    project,
    context,
    folder: join(project.repo, FOLDER),
    changes: createLane(),
    unreadable: [],
  };
  return {
    recognises: (reference) => REFERENCE.test(reference.trim()),
    get: (reference) => get(tracker, reference),
    list: (query) => list(tracker, query),
    unreadable: () => tracker.unreadable,
    comment: (id, body, key) => comment(tracker, id, body, key),
    update: (id, wanted) => update(tracker, id, wanted),
    create: (issue) => create(tracker, issue),
    doctor: () => doctor(tracker),
  };
}

async function files(tracker: TrackerState): Promise<ReadonlyMap<number, string>> {
  const numbered = listFolder(tracker.folder, refused).flatMap((name) => {
    const number = FILE_NAME.exec(name)?.[1];
    return number === undefined ? [] : [[Number(number), join(tracker.folder, name)] as const];
  });
  return new Map(numbered.reverse());
}

async function locate(
  tracker: TrackerState,
  reference: string,
): Promise<{ number: number; path: string }> {
  const number = Number(REFERENCE.exec(reference.trim())?.[1]);
  const path = Number.isNaN(number) ? undefined : (await files(tracker)).get(number);
  if (path === undefined)
    throw notFound(
      'AO_TRACKER_NO_ISSUE',
      `There is no issue ${reference.trim()} in ${FOLDER}. Issues are files named <number>-<title>.md there.`,
    );
  return { number, path };
}

async function read(tracker: TrackerState, path: string): Promise<IssueFile> {
  const text = readText(path, refused, { max: LONGEST, inside: tracker.project.repo });
  if (text === null) throw notFound('AO_TRACKER_NO_ISSUE', `${path} is gone.`);
  return parseIssueFile(text, relative(tracker.project.repo, path));
}

async function toIssue(tracker: TrackerState, number: number, path: string): Promise<Issue> {
  const [file, info] = await Promise.all([read(tracker, path), lstat(path)]);
  const { title, body, state, labels, assignee, author } = file;
  const comments = file.comments.map((comment) => ({ ...comment, permission: 'admin' as const }));
  return {
    id: String(number),
    title,
    body,
    state,
    labels,
    assignee,
    author,
    authorPermission: 'admin',
    url: null,
    comments,
    updatedAt: Math.round(info.mtimeMs),
  };
}

const change = (
  tracker: TrackerState,
  id: string,
  edit: (issue: IssueFile) => IssueFile,
): Promise<void> =>
  tracker.changes(async () => {
    const { path } = await locate(tracker, id);
    const before = await read(tracker, path);
    const after = edit(before);
    if (after !== before) await replaceFile(path, formatIssueFile(after));
  });

async function get(tracker: TrackerState, reference: string): Promise<Issue> {
  const { number, path } = await locate(tracker, reference);
  return toIssue(tracker, number, path);
}

async function list(tracker: TrackerState, query: IssueQuery): Promise<readonly Issue[]> {
  const all = [...(await files(tracker))].sort(([a], [b]) => a - b);
  const issues: Issue[] = [];
  const problems: FileProblem[] = [];
  for (const [number, path] of all) {
    const issue = await toIssue(tracker, number, path).catch((error: unknown) => {
      const { cause } = error as Error;
      if (cause instanceof FileRefused) problems.push(cause.problem);
      return skipBroken(tracker.context, error);
    });
    if (issue !== null && matches(issue, query)) issues.push(issue);
  }
  tracker.unreadable = problems;
  return issues.slice(0, query.limit ?? issues.length);
}

const comment = (tracker: TrackerState, id: string, body: string, key: string): Promise<void> =>
  change(tracker, id, (issue) => {
    const commentId = `c-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
    if (issue.comments.some((comment) => comment.id === commentId)) return issue;
    return {
      ...issue,
      comments: [
        ...issue.comments,
        { id: commentId, author: 'ao', body, at: tracker.context.clock.now() },
      ],
    };
  });

const update = (
  tracker: TrackerState,
  id: string,
  wanted: Parameters<TrackerPlugin['update']>[1],
): Promise<void> =>
  change(tracker, id, (issue) => {
    const kept = issue.labels.filter((label) => !wanted.removeLabels?.includes(label));
    const labels = [...new Set([...kept, ...(wanted.addLabels ?? [])])];
    const assignee = wanted.assignee === '@me' ? 'ao' : wanted.assignee;
    const next = {
      ...issue,
      state: wanted.state ?? issue.state,
      labels,
      assignee: assignee === undefined ? issue.assignee : assignee,
    };
    const same =
      next.state === issue.state &&
      next.assignee === issue.assignee &&
      labels.join('\0') === issue.labels.join('\0');
    return same ? issue : next;
  });

const create = (
  tracker: TrackerState,
  { title, body, labels }: { title: string; body: string; labels: readonly string[] },
): Promise<Issue> =>
  tracker.changes(async () => {
    if (title.trim() === '')
      throw rejected('AO_TRACKER_NO_TITLE', 'An issue needs a title. Give it one.');
    const content = formatIssueFile({
      title: title.trim(),
      state: 'open',
      labels,
      assignee: null,
      author: null,
      other: {},
      body,
      comments: [],
    });
    await makeFolder(tracker.project.repo, tracker.folder);
    for (let number = Math.max(0, ...(await files(tracker)).keys()) + 1; ; number += 1) {
      const path = join(tracker.folder, `${number}-${slug(title)}.md`);
      if (await createFile(path, content)) return toIssue(tracker, number, path);
    }
  });

async function doctor(tracker: TrackerState): Promise<readonly DoctorFinding[]> {
  const broken: string[] = [];
  const all = await files(tracker);
  for (const path of all.values())
    await read(tracker, path).catch((error: unknown) =>
      broken.push(error instanceof Error ? error.message : String(error)),
    );
  return broken.length === 0
    ? [{ level: 'ok', what: `${all.size} issues in ${FOLDER}`, fix: null }]
    : broken.map((what) => ({
        level: 'warning' as const,
        what,
        fix: 'Repair the front matter of the file.',
      }));
}

/** Part of a file name: lower-case letters and digits with single dashes, at most 50 characters. */
export function slug(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'issue' : plain;
}

function skipBroken(context: PluginContext, error: unknown): null {
  // Unreadable or deleted in this moment: the others still count.
  const known = error instanceof PluginError || (error as NodeJS.ErrnoException).code !== undefined;
  if (!known) throw error;
  context.logger.warn(
    { err: error },
    error instanceof Error ? error.message : 'an issue file could not be read',
  );
  return null;
}

function matches(issue: Issue, query: IssueQuery): boolean {
  const state = query.state ?? 'open';
  const text = query.text?.toLowerCase();
  return (
    (state === 'all' || issue.state === state) &&
    (query.label === undefined || issue.labels.includes(query.label)) &&
    (text === undefined ||
      `#${issue.id} ${issue.title}\n${issue.body}`.toLowerCase().includes(text))
  );
}

/** Whoever works in the repository can put anything in the place of a file. */
function refused(problem: FileProblem): never {
  throw rejected('AO_TRACKER_UNREADABLE', sentenceOf(problem), {
    cause: new FileRefused(problem),
  });
}

/** A link in the repository must not lead what is written out of it. */
async function makeFolder(repo: string, folder: string): Promise<void> {
  for (const path of [dirname(folder), folder]) {
    await mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    const [root, real] = await Promise.all([realpath(repo), realpath(path)]);
    if (!real.startsWith(root + sep))
      refused({ kind: 'symlink', path, found: `a link that leaves ${repo}` });
  }
}

/** Readers see the old file or the new one, never half of it. */
async function replaceFile(path: string, content: string): Promise<void> {
  const temp = await writeTemp(path, content);
  await rename(temp, path);
}

/** False when the file exists already. A link, because a rename would overwrite what somebody made in this moment. */
async function createFile(path: string, content: string): Promise<boolean> {
  const temp = await writeTemp(path, content);
  try {
    await link(temp, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temp, { force: true });
  }
}

/** Always the same name for a file: what a crash left behind is overwritten by the next try and goes away with it. */
async function writeTemp(path: string, content: string): Promise<string> {
  const temp = join(dirname(path), `.${basename(path)}.tmp`);
  await rm(temp, { force: true });
  await writeFile(temp, content, { flush: true, flag: 'wx' });
  return temp;
}

function createLane(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
