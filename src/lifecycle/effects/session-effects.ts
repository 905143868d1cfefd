import { dirname } from 'node:path';
import type { Job } from '../../db/outbox-store.ts';
import type { AgentProgram } from '../../domain/session/agent-program.ts';
import type { Session, Snapshot } from '../../domain/session/session.ts';
import { ensureFolder, replaceFile } from '../../lib/guarded/write.ts';
import type { AgentPlugin } from '../../slots/agent.ts';
import { PluginError, transient } from '../../slots/errors.ts';
import type { WorkspaceSpec } from '../../slots/workspace.ts';
import { steerText } from '../agent-facts.ts';
import type { Handled, Handler } from '../outbox-parts.ts';
import { placed } from '../placed.ts';
import { type EffectParts, effectHandler, type Run } from './effect-handler.ts';
import { releaseBranch } from './release-branch.ts';
import { runtimeSpec } from './runtime-spec.ts';

/** Workspace and runtime: made once, found again when in doubt. */
export function sessionEffects(parts: EffectParts): Readonly<Record<string, Handler>> {
  const { plugins, dispatch, agents, clock } = parts;

  const spec = (session: Session, reuseBranch: boolean): WorkspaceSpec => {
    const project = plugins.project(session.project);
    return {
      id: session.id,
      repo: project.repo,
      branch: session.branch,
      base: session.base,
      reuseBranch,
      copies: project.copies,
      symlinks: project.symlinks,
      postCreate: project.postCreate,
      postCreateTimeoutMs: project.postCreateTimeoutMs,
      files: {},
    };
  };

  /** Of an adopted pull request: as the forge has it, not as the clone happens to remember it. */
  const headOf = async ({
    task,
    project,
  }: Session): Promise<Pick<WorkspaceSpec, 'from' | 'pushTo'>> => {
    const head =
      task.type === 'pull_request' ? await plugins.scm(project).head?.(task.prKey) : undefined;
    if (head === undefined) return {};
    const { from, push } = head;
    return {
      ...(from === null ? {} : { from }),
      ...(push.type === 'fork' ? { pushTo: { url: push.url, branch: push.branch } } : {}),
    };
  };

  const createWorkspace: Run<'create_workspace'> = async (_effect, snapshot, job) => {
    const { session } = snapshot;
    const began = clock.now();
    const head = await headOf(session);
    const made = await plugins.workspace(session).create(
      session.task.type === 'pull_request'
        ? { ...spec(session, true), ...head }
        : // In doubt, the branch at the base's commit is what a cut off try left.
          { ...spec(session, job.inDoubt), orOtherBranch: true },
    );
    return {
      type: 'workspace_created',
      path: made.path,
      branch: made.branch,
      baseSha: made.baseSha,
      tookMs: clock.now() - began,
      ...(made.notes === undefined ? {} : { notes: made.notes }),
    };
  };

  const startRuntime: Run<'start_runtime'> = async (effect, snapshot) => {
    const { session, steers } = snapshot;
    const info = { ...agents.info(session), launch: effect.launch };
    const task = steers.find(
      (steer) => steer.kind === 'task' && steer.state !== 'accepted' && steer.state !== 'removed',
    );
    const agent = plugins.agent(session.agent);
    const program = programOf(agent);
    const plan = await agent.plan(info, {
      prompt: task === undefined ? null : steerText(task),
      resume: effect.resume,
    });
    // A task that is still to be given begins a conversation anyway.
    if (effect.resume && plan.conversationLost === true && task === undefined)
      return { type: 'conversation_lost', launch: effect.launch };
    for (const [file, content] of Object.entries(plan.files)) {
      ensureFolder(dirname(file), agents.tellOf(session));
      replaceFile(file, content);
    }
    const runtime = placed(plugins, dispatch, session);
    const started = await runtime.create(runtimeSpec(parts, session, info, plan));
    return {
      type: 'runtime_started',
      launch: effect.launch,
      handle: started.handle,
      pid: started.pid,
      agentSession: plan.agentSession,
      promptIncluded: plan.promptIncluded && task !== undefined,
      ...(await program),
    };
  };

  const killRuntime: Run<'kill_runtime'> = async (effect, snapshot) => {
    const runtime = plugins.runtime(snapshot.session);
    agents.close(snapshot.session.id);
    const handle =
      effect.handle ??
      (await runtime.observe()).find((seen) => seen.id === snapshot.session.id)?.handle;
    if (handle !== undefined) await runtime.kill(handle, { graceMs: 3_000 });
    return { type: 'runtime_killed', launch: effect.launch };
  };

  const removeWorkspace: Run<'remove_workspace'> = async (effect, snapshot, job) => {
    const { session } = snapshot;
    if (session.workspace === null)
      return { type: 'workspace_removed', snapshotRef: null, branchDeleted: false };
    const { path, branch } = session.workspace;
    const { mayDelete, notes } = effect.deleteBranch
      ? await releaseBranch(snapshot, plugins.scm(session.project), dispatch.live())
      : { mayDelete: false, notes: [] };
    try {
      const removed = await plugins.workspace(session).remove({
        repo: plugins.project(session.project).repo,
        path,
        id: session.id,
        branch,
        deleteBranch: mayDelete,
      });
      if (mayDelete) await deleteRemoteBranch(snapshot);
      return { type: 'workspace_removed', ...removed, ...(notes.length === 0 ? {} : { notes }) };
    } catch (error) {
      // Processes of the agent may need a moment to go after its terminal was closed.
      if (error instanceof PluginError && error.code === 'AO_WORKSPACE_BUSY' && job.attempts < 5)
        throw transient(error.code, error.message, { retryAfter: 1_000, cause: error });
      throw error;
    }
  };

  /** The forge's own copy of a merged branch. That it can't be deleted is no reason to keep the workspace. */
  const deleteRemoteBranch = async ({ session, prs }: Snapshot): Promise<void> => {
    const scm = plugins.scm(session.project);
    if (scm.capabilities.remoteBranches !== true) return;
    for (const pr of prs.filter((candidate) => candidate.state === 'merged')) {
      await scm.deleteBranch(pr.key).catch((error: unknown) => {
        // Somebody else's branch is theirs to delete.
        if (pr.foreign && error instanceof PluginError && error.code === 'AO_SCM_FOREIGN') return;
        parts.logger.warn(
          { err: error, session: session.id, branch: pr.branch },
          'the merged branch could not be deleted at the forge',
        );
      });
    }
  };

  const restoreWorkspace: Run<'restore_workspace'> = async (_effect, snapshot) => {
    const { session } = snapshot;
    const ref = session.workspace?.snapshotRef ?? null;
    const workspace = plugins.workspace(session);
    // What is in the snapshot comes back also when the forge can't be asked; where it is pushed then stays as it is for any branch.
    const { pushTo } = await headOf(session).catch((error: unknown) => {
      parts.logger.warn(
        { err: error, session: session.id },
        'where the pull request is pushed could not be asked',
      );
      return { pushTo: undefined };
    });
    const wanted = { ...spec(session, true), ...(pushTo === undefined ? {} : { pushTo }) };
    const made =
      ref === null ? await workspace.create(wanted) : await workspace.restore(wanted, ref);
    return {
      type: 'workspace_restored',
      path: made.path,
      ...(made.notes === undefined ? {} : { notes: made.notes }),
    };
  };

  const runtimeHandler = effectHandler(parts, startRuntime);
  return {
    create_workspace: effectHandler(parts, createWorkspace),
    start_runtime: {
      ...runtimeHandler,
      /** The watch begins after the start is recorded, so that the agent's first events meet a session that knows its runtime. */
      async run(job: Job): Promise<Handled> {
        const handled = await runtimeHandler.run(job);
        return { ...handled, commit: () => watchAfter(handled.commit, job) };
      },
    },
    kill_runtime: effectHandler(parts, killRuntime),
    remove_workspace: effectHandler(parts, removeWorkspace),
    restore_workspace: effectHandler(parts, restoreWorkspace),
  };

  function watchAfter(commit: (() => void) | undefined, job: Job): void {
    commit?.();
    queueMicrotask(() => {
      const after = job.session === null ? null : dispatch.snapshot(job.session);
      if (after !== null) watchLive(after);
    });
  }

  function watchLive(snapshot: Snapshot): void {
    const handle = snapshot.facts.runtime?.handle ?? null;
    if (
      snapshot.session.ended !== null ||
      snapshot.facts.runtime?.state !== 'alive' ||
      handle === null
    )
      return;
    try {
      agents.open(snapshot.session, handle);
    } catch (error) {
      parts.logger.error(
        { session: snapshot.session.id, err: error },
        'an agent can not be watched; the next look at the runtimes tries again',
      );
    }
  }
}

/** Which program is started. Looked for beside the start; what can't be found out keeps nothing from starting. */
const programOf = (agent: AgentPlugin): Promise<{ program?: AgentProgram }> =>
  agent.detect().then(
    ({ version, untried }) => ({ program: { version, untried: untried ?? null } }),
    () => ({}),
  );
