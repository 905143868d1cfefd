import { mkdir, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createCommitSettings } from '../../../src/git/commit-settings.ts';
import { createGit, type Git } from '../../../src/git/git.ts';
import { gitSetupOf } from '../../../src/git/setup.ts';
import { sharedFolders, troublesOf } from '../../../src/git/troubles.ts';
import { openBranchRefs } from '../../../src/lib/branch-refs.ts';
import { keyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { notFound, rejected } from '../../../src/slots/errors.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import type {
  WorkspaceInfo,
  WorkspacePlugin,
  WorkspaceSpec,
} from '../../../src/slots/workspace.ts';
import { addForSnapshot, headOf, otherBranchNotes } from './add-for-snapshot.ts';
import { addSubmodules } from './add-submodules.ts';
import { addWorktree, checkOut, reusedBranchStart } from './add-worktree.ts';
import { baseCommits, createBases, type FreshStart } from './base.ts';
import { keepChecked } from './checked-repositories.ts';
import { commitNotes } from './commit-notes.ts';
import type { WorktreeConfig } from './config.ts';
import { doctor } from './doctor.ts';
import { bringForward, fetchBranch } from './fetch-branch.ts';
import { followPush } from './follow-push.ts';
import { diffWorktree, readState, refuseReplaced } from './inspect-worktree.ts';
import { gitDirOf, type Marker, markWorktrees, writeMarker } from './marker.ts';
import { dropModules, putBackModules } from './modules.ts';
import { underFreeName } from './other-branch.ts';
import { excludePaths, placeFiles } from './place-files.ts';
import { runPostCreate } from './post-create.ts';
import { commonDirOf, findPresent, ownWorktrees } from './present.ts';
import { setPushTarget } from './push-target.ts';
import { type RemovalParts, removeWorktree } from './remove-worktree.ts';
import { checkRepository, repositoryFolder, resolveStart, type Start } from './repository.ts';
import { dropSnapshots, listSnapshots, readSnapshot, takeSnapshot } from './snapshot.ts';
import { checkGitVersion } from './version.ts';

/** Workspaces as git worktrees of the project's repository. */
export function createWorktreeWorkspace(
  config: WorktreeConfig,
  context: PluginContext,
): WorkspacePlugin {
  const setup = gitSetupOf(context, config.bin);
  const git = createGit(setup);
  const bases = createBases(git, context.clock);
  const lock = keyedMutex();
  let version: Promise<string> | null = null;
  const ready = (): Promise<string> =>
    (version ??= checkGitVersion(git).catch((error: unknown) => {
      version = null; // It may be installed meanwhile.
      throw error;
    }));
  const place = async (
    repo: string,
    start: Pick<Start, 'commonDir'>,
    id: string,
  ): Promise<string> => {
    if (!/^[a-z0-9-]+$/.test(id))
      throw rejected('AO_WORKSPACE_ID', `"${id}" can't name a workspace: use a-z, 0-9 and dashes.`);
    const root = config.root ?? context.dataDir;
    await mkdir(root, { recursive: true, mode: 0o700 });
    await markWorktrees(root);
    return join(await realpath(root), repositoryFolder(start.commonDir, repo), id);
  };
  const choosePushTarget = async (
    { repo, id, branch, pushTo }: WorkspaceSpec,
    commonDir: string,
  ): Promise<void> => {
    if (pushTo !== undefined)
      await lock(commonDir, () => setPushTarget(git, repo, { id, branch, pushTo }));
  };
  const finish = (spec: WorkspaceSpec, path: string, commonDir: string) =>
    finishWorkspace({ spec, path, commonDir, context, lock, git });

  const create = async (asked: WorkspaceSpec): Promise<WorkspaceInfo> => {
    const commonDir = await commonDirOf(git, asked.repo);
    const path = await place(asked.repo, { commonDir }, asked.id);
    const found = await findPresent(path, asked, null);
    if (found?.ready && found.baseSha !== null)
      return { path, branch: found.branch, baseSha: found.baseSha };
    const start = await bases.start(asked.repo, asked.base);
    const present = found === null ? null : { ...found, baseSha: found.baseSha ?? start.baseSha };
    const fetched =
      asked.from === undefined
        ? null
        : await fetchBranch(git, asked.repo, { id: asked.id, ...asked.from });
    const from = present ? null : await register(git, lock, asked, path, start, fetched);
    const spec = { ...asked, branch: present?.branch ?? from?.branch ?? asked.branch };
    const marker = present ?? (await gitDirMarker(path, spec, from?.baseSha ?? start.baseSha));
    const notes: string[] = [...start.notes, ...(from?.notes ?? [])];
    try {
      if (fetched !== null) await bringForward(git, path, { branch: spec.branch, fetched });
      await choosePushTarget(spec, start.commonDir);
      const lfs = await checkOut(git, path, 'HEAD', config.checkoutWorkers);
      notes.push(...lfs, ...(await addSubmodules(git, spec.repo, path, marker.baseSha)));
      await finish(spec, path, start.commonDir);
    } catch (error) {
      // No agent was in it yet: what is left would only stand in the way of the next try.
      const madeAt = from ? from.at : spec.reuseBranch ? null : marker.baseSha;
      await discard(git, lock, spec, path, start.commonDir, madeAt);
      throw error;
    }
    notes.push(...(await commitNotes(settings, context.env, spec.repo, path)));
    await writeMarker(await requireGitDir(path), { ...marker, ready: true });
    return { path, branch: spec.branch, baseSha: marker.baseSha, ...noted(notes) };
  };

  const restore = async (spec: WorkspaceSpec, ref: string): Promise<WorkspaceInfo> => {
    const snapshot = await readSnapshot(git, spec.repo, ref);
    const start = await resolveStart(git, spec.repo, snapshot.head);
    const path = await place(spec.repo, start, spec.id);
    const present = await findPresent(path, spec, snapshot.head, headOf(snapshot));
    if (present?.ready) return { path, branch: present.branch, baseSha: present.baseSha };
    const sides = await baseCommits(git, spec.repo, spec.base);
    const origin = await git.attempt(spec.repo, ['merge-base', snapshot.head, ...sides]);
    const baseSha = origin.ok && sides.length > 0 ? origin.stdout : snapshot.head;
    if (!present) await lock(start.commonDir, () => addForSnapshot(git, spec, path, snapshot));
    const marker = present ?? (await gitDirMarker(path, spec, baseSha));
    await choosePushTarget(spec, start.commonDir);
    const lfs = await checkOut(git, path, snapshot.ref, config.checkoutWorkers);
    const notes = [...otherBranchNotes(snapshot, spec.branch), ...lfs];
    // Only the index goes to what was staged; without `-u` the files stay.
    await git(path, ['read-tree', '--reset', snapshot.index]);
    await git.attempt(path, ['update-index', '-q', '--refresh']);
    const gitDir = await requireGitDir(path);
    await putBackModules(git, { commonDir: start.commonDir, gitDir, path, ref: snapshot.ref });
    notes.push(...(await addSubmodules(git, spec.repo, path, baseSha)));
    await finish(spec, path, start.commonDir);
    await writeMarker(gitDir, { ...marker, ready: true });
    return { path, branch: spec.branch, baseSha, ...noted(notes) };
  };

  const settings = createCommitSettings(setup);
  const check = keepChecked((repo: string) => checkRepository(git, repo));
  const each =
    <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await ready();
      return await call(...args);
    };
  return {
    checkRepository: each(async (repo) => {
      const checked = await check(repo);
      // A session is about to start, most likely from there: the remote is asked while it waits for its turn.
      bases.begin(repo, checked.defaultBranch);
      return checked;
    }),
    create: each((spec) => lock(`workspace:${spec.id}`, () => create(spec))),
    restore: each((spec, ref) => lock(`workspace:${spec.id}`, () => restore(spec, ref))),
    state: each((path, base) => readState(git, path, base)),
    follow: each((input) => lock(`workspace:${input.id}`, () => followPush(git, input))),
    snapshot: each(
      async (path, id) =>
        (
          await takeSnapshot(git, {
            path,
            gitDir: await workGitDir(git, path),
            id,
            now: context.clock.now(),
          })
        ).ref,
    ),
    remove: each((input) =>
      lock(`workspace:${input.id}`, async () => {
        const { commonDir } = await resolveStart(git, input.repo, 'HEAD');
        const alone: RemovalParts['alone'] = (task) => lock(commonDir, task);
        return await removeWorktree(
          { ...input, commonDir },
          { git, now: context.clock.now(), alone },
        );
      }),
    ),
    list: each(async (repo) => {
      const { commonDir } = await resolveStart(git, repo, 'HEAD');
      const folder = dirname(await place(repo, { commonDir }, 'any'));
      return await ownWorktrees(await git(repo, ['worktree', 'list', '--porcelain']), folder);
    }),
    diff: each((path, base) => diffWorktree(git, path, base)),
    snapshots: each(async (repo) =>
      (await listSnapshots(git, repo, null)).map(({ ref, at }) => ({
        ref,
        id: ref.split('/').at(-2) ?? '',
        at,
      })),
    ),
    dropSnapshots: each(async (repo, refs) => {
      await dropSnapshots(git, repo, refs);
      dropModules((await resolveStart(git, repo, 'HEAD')).commonDir, refs);
    }),
    ...lookingAt(setup),
    doctor: (repo) => doctor({ ready, git, setup, settings }, repo),
  };
}

/** What is read of the repository's own files, without git. */
const lookingAt = (
  setup: ReturnType<typeof gitSetupOf>,
): Required<Pick<WorkspacePlugin, 'folders' | 'troubles'>> => ({
  folders: (path) => sharedFolders(setup, path),
  troubles: (repo, paths) => troublesOf(setup, repo, paths),
});

const noted = (notes: readonly string[]): { notes?: readonly string[] } =>
  notes.length === 0 ? {} : { notes };

type Lock = ReturnType<typeof keyedMutex>;

interface Registered {
  /** Commit the branch was made at; null: it was there. */
  readonly at: string | null;
  readonly baseSha: string;
  readonly branch: string;
  readonly notes: readonly string[];
}

async function register(
  git: Git,
  lock: Lock,
  spec: WorkspaceSpec,
  path: string,
  start: FreshStart,
  fetched: string | null,
): Promise<Registered> {
  const { repo } = spec;
  const { baseSha } = start;
  return await lock(start.commonDir, async () => {
    // What a cut off try left is at the base's commit; anything else of that name is somebody's work.
    const reuse =
      spec.reuseBranch &&
      (spec.orOtherBranch !== true || openBranchRefs(repo).head(spec.branch) === baseSha);
    if (reuse || spec.orOtherBranch !== true) {
      const from = reuse
        ? await reusedBranchStart(git, repo, { branch: spec.branch, baseSha, fetched })
        : { at: baseSha, baseSha };
      await addWorktree(git, { repo, path, branch: spec.branch, at: from.at });
      return { ...from, branch: spec.branch, notes: [] };
    }
    const { branch, notes } = await underFreeName(repo, spec.branch, start.remoteNames, (name) =>
      addWorktree(git, { repo, path, branch: name, at: baseSha }),
    );
    return { at: baseSha, baseSha, branch, notes };
  });
}

async function gitDirMarker(path: string, spec: WorkspaceSpec, baseSha: string): Promise<Marker> {
  const marker = { id: spec.id, branch: spec.branch, baseSha, ready: false };
  await writeMarker(await requireGitDir(path), marker);
  return marker;
}

async function finishWorkspace(input: {
  spec: WorkspaceSpec;
  path: string;
  commonDir: string;
  context: PluginContext;
  lock: Lock;
  git: Git;
}): Promise<void> {
  const { spec, path, commonDir, context, lock, git } = input;
  await lock(commonDir, () =>
    excludePaths(commonDir, [...spec.copies, ...spec.symlinks, ...Object.keys(spec.files)]),
  );
  await placeFiles(git, spec, path, context);
  await runPostCreate(spec, path, context.env, context.clock);
}

async function discard(
  git: Git,
  lock: Lock,
  spec: WorkspaceSpec,
  path: string,
  commonDir: string,
  madeAt: string | null,
): Promise<void> {
  await lock(commonDir, async () => {
    await rm(path, { recursive: true, force: true });
    await git.attempt(spec.repo, ['worktree', 'remove', '--force', '--', path]);
    // Only the branch this call made, and only while nothing was committed to it.
    if (madeAt !== null)
      await git.attempt(spec.repo, ['update-ref', '-d', `refs/heads/${spec.branch}`, madeAt]);
  });
}

/** The same where an agent may have been at work. */
async function workGitDir(git: Git, path: string): Promise<string> {
  if ((await gitDirOf(path)) === null) await refuseReplaced(git, path);
  return requireGitDir(path);
}

async function requireGitDir(path: string): Promise<string> {
  const gitDir = await gitDirOf(path);
  if (gitDir === null) throw notFound('AO_WORKSPACE_GONE', `There is no workspace at ${path}.`);
  return gitDir;
}
