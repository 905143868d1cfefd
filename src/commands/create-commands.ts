import { readEvents } from '../db/event-store.ts';
import { sessionCounts } from '../db/session-history.ts';
import { allSteers } from '../db/session-store.ts';
import { type ReviewThread, reviewThreads } from '../domain/merge/review-threads.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { PullRequestFact } from '../domain/session/facts.ts';
import type { Actor } from '../domain/session/ids.ts';
import { headRepository, openPr, shownPr } from '../domain/session/pr.ts';
import type { Snapshot } from '../domain/session/session.ts';
import { plainMessage } from '../lib/message-text.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { ownReview, readApprover } from './approver.ts';
import { createAuditCommands } from './audit-log.ts';
import { budgets, raiseBudget } from './budgets.ts';
import { changeAgent } from './change-agent.ts';
import { changesSince } from './changes.ts';
import type { Commands, Outcome, SendRequest } from './commands.ts';
import { cost } from './cost.ts';
import { diffOf } from './diff.ts';
import { digest } from './digest.ts';
import { createIdentityCommands } from './identity.ts';
import { inboxItems } from './inbox.ts';
import { isBranch } from './names.ts';
import { ofOwnMessage } from './own-message.ts';
import {
  asking,
  audit,
  audited,
  authorized,
  type CommandParts,
  commandSession,
  decideFor,
  findSession,
  refusal,
  view,
} from './parts.ts';
import { prune } from './prune.ts';
import { quotaView } from './quota.ts';
import { sessionPage } from './session-list.ts';
import { adopt, chooseProject, orchestrate, spawn } from './spawn.ts';
import { viewSteer } from './view-session.ts';
import type { EventView, SessionView, SteerView, ThreadView } from './views.ts';

/** The use cases over one bot. Every change is policy first, then audit, then one decision. */
export function createCommands(parts: CommandParts): Commands {
  const { dispatch, plugins, clock } = parts;

  const simple =
    (verb: Parameters<typeof commandSession>[3]) =>
    async (
      actor: Actor,
      session: string,
      command: Parameters<typeof commandSession>[4],
      action?: string,
    ): Outcome<SessionView> =>
      commandSession(parts, actor, session, verb, command, action);
  const steer = simple('steer');
  const admin = simple('spawn');

  const steerResult = (session: string, id: string): Result<SteerView, Refusal> => {
    const found = findSession(parts, session);
    if (!found.ok) return found;
    const queued = found.value.steers.filter((candidate) => candidate.state === 'queued');
    const wanted =
      found.value.steers.find((candidate) => candidate.id === id) ??
      allSteers(parts.db, found.value.session.id).find((candidate) => candidate.id === id);
    if (wanted === undefined) return refusal('AO_BAD_REQUEST', 'There is no such message.');
    const position = queued.findIndex((candidate) => candidate.id === id);
    return ok(viewSteer(wanted, position < 0 ? null : position + 1));
  };

  const steerCommand = async (
    actor: Actor,
    session: string,
    id: string,
    command: Parameters<typeof commandSession>[4],
    action?: string,
  ): Outcome<SteerView> => {
    const done = commandSession(parts, actor, session, 'steer', command, action);
    return done.ok ? steerResult(session, id) : done;
  };

  const changeOwn = (
    actor: Actor,
    session: string,
    command: Parameters<typeof ofOwnMessage>[2],
  ): Outcome<SteerView> =>
    steerCommand(
      actor,
      session,
      command.steer,
      ofOwnMessage(parts.access, actor, command),
      command.type,
    );

  const send = async (actor: Actor, session: string, request: SendRequest): Outcome<SteerView> => {
    if (request.files.length === 0 && plainMessage(request.text) === '')
      return nothingToSay(request.text);
    const id = request.key ?? parts.newId();
    return steerCommand(actor, session, id, {
      type: 'send',
      steer: id,
      text: request.text,
      files: request.files,
      urgent: request.now,
      source: request.source,
    });
  };

  const withPr = (
    snapshot: Snapshot,
    act: (pr: NonNullable<ReturnType<typeof openPr>>) => Parameters<typeof decideFor>[3],
  ): Parameters<typeof decideFor>[3] | Refusal => {
    const pr = openPr(snapshot);
    return pr === null ? noPullRequest(snapshot).error : act(pr);
  };

  const review: Commands['review'] = async (actor, session, request) => {
    const found = authorized(
      parts,
      actor,
      session,
      request.decision === 'approve' ? 'merge' : 'steer',
      `review ${request.decision}`,
    );
    if (!found.ok) return found;
    return audited(
      parts,
      actor,
      `review ${request.decision}`,
      found.value.session.id,
      await giveReview(actor, found.value, request),
    );
  };

  const giveReview = async (
    actor: Actor,
    snapshot: Snapshot,
    request: Parameters<Commands['review']>[2],
  ): Outcome<SessionView> => {
    const pr = openPr(snapshot);
    if (pr === null) return noPullRequest(snapshot);
    if (request.sha !== null && request.sha !== pr.headSha)
      return refusal(
        'AO_STALE',
        `${snapshot.session.id} moved on: you looked at ${request.sha.slice(0, 7)}, the head is now ${pr.headSha.slice(0, 7)}. Look at the new diff first.`,
      );
    const moved =
      baseMoved(snapshot, pr, request) ??
      (request.decision === 'approve' ? await ownReview(parts, actor, snapshot, pr) : null);
    if (moved !== null) return err(moved);
    if (request.decision !== 'approve' && request.text.trim() === '')
      return refusal('AO_BAD_REQUEST', 'Say what should change.');
    const scm = plugins.scm(snapshot.session.project);
    if (!scm.capabilities.review)
      return refusal(
        'AO_UNSUPPORTED',
        'Review this pull request where it lives; ao sees it there.',
      );
    const by = parts.plainActor(actor);
    const done = await asking('the scm', () =>
      scm.review(pr.key, {
        decision: request.decision,
        text: request.text,
        by,
        file: request.file,
        line: request.line,
        sha: pr.headSha,
        base: pr.base,
        key: request.key ?? parts.newId(),
      }),
    );
    if (!done.ok) return done;
    await parts.lookAtPullRequests(snapshot.session.project);
    if (
      snapshot.episodes.some(
        (episode) =>
          episode.open && episode.escalatedAt !== null && episode.acknowledgedBy === null,
      )
    )
      decideFor(parts, actor, snapshot.session.id, { type: 'acknowledge', key: null });
    return refreshed(snapshot);
  };

  const refreshed = (snapshot: Snapshot): Result<SessionView, Refusal> =>
    ok(view(parts, dispatch.snapshot(snapshot.session.id) ?? snapshot));

  const ownSession = (actor: Actor, session: string, action: string): Result<Snapshot, Refusal> =>
    actor.via === 'agent'
      ? agentsOwn(actor, session, action)
      : authorized(parts, actor, session, 'steer', action);

  /** Without an action only a refusal is written down: it is asked many times a minute. */
  const agentsOwn = (
    actor: Actor,
    session: string,
    action: string | null,
  ): Result<Snapshot, Refusal> => {
    const found = findSession(parts, session);
    if (!found.ok) return found;
    const own = actor.subject === `agent:${found.value.session.id}`;
    const denied = own
      ? null
      : { code: 'AO_ACCESS_DENIED', message: 'An agent can only act on its own session.' };
    if (action !== null || denied !== null)
      audit(parts, actor, action ?? 'gh', found.value.session.id, denied);
    return denied === null ? found : err(denied);
  };

  const createPullRequest: Commands['createPullRequest'] = async (actor, session, request) => {
    const found = ownSession(actor, session, 'create pull request');
    if (!found.ok) return found;
    const { session: own } = found.value;
    if (own.ended !== null) return refusal('AO_STATE', `${own.id} has ended.`);
    if (request.base !== null && !isBranch(request.base))
      return refusal(
        'AO_BAD_REQUEST',
        `${JSON.stringify(request.base.slice(0, 80))} is no branch.`,
      );
    const scm = plugins.scm(own.project);
    if (!scm.capabilities.create)
      return refusal(
        'AO_UNSUPPORTED',
        'This project uses a forge: push the branch and open the pull request there.',
      );
    const at =
      own.workspace?.state !== 'present'
        ? ok(null)
        : await asking('git', () =>
            plugins.workspace(own.project).state(own.workspace?.path ?? '', own.base),
          );
    if (!at.ok) return at;
    const input = {
      session: own.id,
      head: at.value?.headSha ?? null,
      own: { prs: found.value.prs.map((pr) => pr.key), since: own.createdAt },
      branch: own.branch,
      base: request.base ?? basedOn(found.value),
      title: request.title,
      body: request.body,
      draft: request.draft,
      // People approve for one base: whose work it is can't have it moved under them.
      mayMove: actor.via !== 'agent',
    };
    const made = await asking('the scm', () => scm.create(input));
    if (!made.ok) return made;
    dispatch.input(own.id, { type: 'fact', fact: { type: 'pull_request', fact: made.value } });
    return refreshed(found.value);
  };

  const report: Commands['report'] = async (actor, session, request) => {
    const found = ownSession(actor, session, 'report');
    if (!found.ok) return found;
    dispatch.input(found.value.session.id, {
      type: 'fact',
      fact: { type: 'report', fact: { ...request, at: clock.now() } },
    });
    return refreshed(found.value);
  };

  const answer: Commands['answer'] = async (actor, session, request, given) =>
    commandSession(parts, actor, session, 'answer', (snapshot) => {
      const open = snapshot.requests.filter((candidate) => candidate.answer === null);
      const wanted = request ?? (open.length === 1 ? open[0]?.id : undefined);
      if (wanted === undefined)
        return {
          code: 'AO_STALE',
          message:
            open.length === 0
              ? `${snapshot.session.id} has no open question.`
              : 'More than one question is open. Answer in its card.',
        };
      const known = snapshot.requests.find((candidate) => candidate.id === wanted);
      const denied =
        known?.kind === 'permission' ? parts.access.refusal(actor, 'approve-tool') : null;
      const chosen = given.option ?? optionByLabel(known, given.text);
      if (denied === null)
        audit(
          parts,
          actor,
          known?.kind === 'permission' ? 'decide permission' : 'answer question',
          snapshot.session.id,
          null,
          `${wanted}: ${chosen ?? 'in words'}`,
        );
      return (
        denied ?? {
          type: 'answer',
          request: wanted,
          option: chosen,
          text: given.option === null ? given.text : null,
        }
      );
    });

  /** The approver is read between policy and decision; the decision looks at the head again. */
  const merge: Commands['merge'] = async (actor, session, request) => {
    const found = authorized(parts, actor, session, 'merge', 'merge');
    if (!found.ok) return found;
    const pr = openPr(found.value);
    if (pr === null)
      return audited(parts, actor, 'merge', found.value.session.id, noPullRequest(found.value));
    const moved = baseMoved(found.value, pr, request);
    if (moved !== null) return audited(parts, actor, 'merge', found.value.session.id, err(moved));
    const approver = await readApprover(parts, actor, found.value, pr);
    const command = {
      type: 'merge',
      pr: pr.key,
      sha: request.sha ?? pr.headSha,
      base: request.base ?? pr.base,
      method: request.method,
    } as const;
    if (!approver.ok) return audited(parts, actor, 'merge', found.value.session.id, approver);
    return decideFor(parts, actor, found.value.session.id, {
      ...command,
      approver: approver.value,
    });
  };

  const runReaction: Commands['runReaction'] = async (actor, session, key) => {
    if (!merges(session, key)) return steer(actor, session, { type: 'run_reaction', key });
    const found = authorized(parts, actor, session, 'merge', 'run_reaction');
    if (!found.ok) return found;
    const pr = openPr(found.value);
    if (pr === null)
      return audited(
        parts,
        actor,
        'run_reaction',
        found.value.session.id,
        noPullRequest(found.value),
      );
    const approver = await readApprover(parts, actor, found.value, pr);
    if (!approver.ok)
      return audited(parts, actor, 'run_reaction', found.value.session.id, approver);
    return decideFor(parts, actor, found.value.session.id, {
      type: 'run_reaction',
      key,
      approver: approver.value,
    });
  };

  return {
    spawn: (actor, request) => spawn(parts, actor, request),
    adopt: (actor, request) => adopt(parts, actor, request),
    orchestrate: (actor, request) => orchestrate(parts, actor, request),
    send,
    editSteer: async (actor, session, id, text) =>
      plainMessage(text) === ''
        ? nothingToSay(text)
        : changeOwn(actor, session, { type: 'edit_steer', steer: id, text }),
    removeSteer: (actor, session, id) =>
      changeOwn(actor, session, { type: 'remove_steer', steer: id }),
    retrySteer: (actor, session, id) =>
      steerCommand(actor, session, id, { type: 'retry_steer', steer: id }),
    sendSteerNow: (actor, session, id) =>
      steerCommand(actor, session, id, { type: 'send_now', steer: id }),
    answer,
    async interrupt(actor, session, text) {
      if (text === null) return steer(actor, session, { type: 'interrupt', id: parts.newId() });
      const sent = await send(actor, session, {
        text,
        files: [],
        now: true,
        source: null,
        key: null,
      });
      return sent.ok ? current(session) : sent;
    },
    stop: (actor, session) => steer(actor, session, { type: 'stop', id: parts.newId() }),
    kill: (actor, session, reason) => admin(actor, session, { type: 'kill', reason }),
    undo: (actor, session) =>
      admin(actor, session, (snapshot) => withinBudget(snapshot, { type: 'undo' })),
    restore: (actor, session, message) =>
      admin(
        actor,
        session,
        (snapshot) => withinBudget(snapshot, { type: 'restore', message }),
        'restore',
      ),
    pause: (actor, session, reason) =>
      steer(actor, session, { type: 'pause', reason: reason ?? 'paused' }),
    resume: (actor, session) => steer(actor, session, { type: 'resume' }),
    done: (actor, session) => admin(actor, session, { type: 'done' }),
    merge,
    rerun: (actor, session) =>
      steer(
        actor,
        session,
        (snapshot) => withPr(snapshot, (pr) => ({ type: 'rerun', pr: pr.key })),
        'rerun',
      ),
    review,
    replyThread: (actor, session, { thread, text, key }) =>
      steer(actor, session, { type: 'reply_thread', thread, text, key: key ?? parts.newId() }),
    resolveThread: (actor, session, thread) =>
      steer(actor, session, { type: 'resolve_thread', thread }),
    acknowledge: (actor, session, key) => steer(actor, session, { type: 'acknowledge', key }),
    snooze: (actor, session, key, minutes) =>
      steer(actor, session, { type: 'snooze', key, until: clock.now() + minutes * 60_000 }),
    runReaction,
    mute: (actor, session, muted) => steer(actor, session, { type: 'mute', muted }),
    changeAgent: (actor, session, request) => changeAgent(parts, actor, session, request),
    handOver: (actor, session, to) => steer(actor, session, { type: 'hand_over', to }),
    createPullRequest,
    report,
    async gh(actor, session, request) {
      const found = agentsOwn(actor, session, null);
      if (!found.ok) return found;
      const { id } = found.value.session;
      if (request.type === 'tell' && request.opened !== undefined)
        dispatch.input(id, {
          type: 'fact',
          fact: { type: 'pr_created', reference: request.opened },
        });
      return ok(parts.agentForge.handle(id, request));
    },

    sessions: (filter) => sessionPage(parts, filter).sessions,
    sessionPage: (filter) => sessionPage(parts, filter),
    session: (session) => current(session),
    events: (filter) =>
      readEvents(parts.db, {
        session: idOf(filter.session),
        after: filter.after,
        limit: Math.min(filter.limit ?? 200, 1_000),
      }) as readonly EventView[],
    steers(session) {
      const found = findSession(parts, session);
      return found.ok
        ? ok(allSteers(parts.db, found.value.session.id).map((entry) => viewSteer(entry, null)))
        : found;
    },
    threads(session) {
      const found = findSession(parts, session);
      if (!found.ok) return found;
      const pr = shownPr(found.value);
      return ok(pr === null ? [] : reviewThreads(pr).map(threadView));
    },
    async logs(session, lines) {
      const found = findSession(parts, session);
      if (!found.ok) return found;
      const { runtime } = found.value.facts;
      if (runtime?.handle == null) return ok({ text: '', live: false });
      const handle = runtime.handle;
      const text = await asking('the runtime', () =>
        plugins.runtime(found.value.session).capture(handle, lines),
      );
      return text.ok
        ? ok({ text: parts.redact(text.value), live: runtime.state === 'alive' })
        : text;
    },
    async checkLog(actor, session, check) {
      const found = findSession(parts, session);
      if (!found.ok) return found;
      const pr = shownPr(found.value);
      const wanted = pr?.checks.checks.find((candidate) => candidate.name === check);
      if (pr === null || wanted?.ref == null)
        return refusal('AO_BAD_REQUEST', `There is no log of a check "${check}".`);
      if (actor.via === 'agent' && pr.foreign && !wasSentToAgent(parts, found.value, pr))
        return refusal(
          'AO_ACCESS_DENIED',
          `This log comes from ${headRepository(pr)}, another repository. Somebody has to read it and send it first.`,
        );
      const ref = wanted.ref;
      const text = await asking('the scm', () =>
        plugins.scm(found.value.session.project).checkLog(pr.key, ref),
      );
      return text.ok ? ok({ name: check, text: parts.redact(text.value) }) : text;
    },
    diff: (session) => diffOf(parts, session),
    changes: (session, from) => changesSince(parts, session, from),
    async attach(session) {
      const found = findSession(parts, session);
      if (!found.ok) return found;
      const { runtime } = found.value.facts;
      if (runtime?.handle == null || runtime.state !== 'alive')
        return refusal('AO_STATE', `${found.value.session.id} has no running terminal.`);
      return ok(plugins.runtime(found.value.session).attach(runtime.handle));
    },
    prune: (actor, apply) => prune(parts, actor, apply),
    inbox: (actor) => inboxItems(parts, actor),
    async issues(request) {
      const projects =
        request.project === null
          ? ok(plugins.projects())
          : chooseProject(parts, { project: request.project, channel: null });
      if (!projects.ok) return projects;
      const wanted = Array.isArray(projects.value) ? projects.value : [projects.value];
      const lists = await Promise.all(
        wanted.map(async (project) => {
          const read = await asking('the tracker', () =>
            plugins.tracker(project.id).list({
              state: request.state,
              limit: 100,
              ...(request.text === null ? {} : { text: request.text }),
            }),
          );
          if (!read.ok) return read;
          return ok(
            read.value.map((issue) => ({
              project: project.id,
              id: issue.id,
              title: issue.title,
              state: issue.state,
              labels: issue.labels,
              assignee: issue.assignee,
              url: issue.url,
              session: sessionOn(project.id, issue.id),
            })),
          );
        }),
      );
      const failed = lists.find((list) => !list.ok);
      if (failed !== undefined && !failed.ok) return err(failed.error);
      return ok(lists.flatMap((list) => (list.ok ? list.value : [])));
    },
    projects() {
      const counts = sessionCounts(parts.db);
      const live = dispatch.live();
      return plugins.projects().map(({ id, name, repo, defaultBranch, agent }) => ({
        id,
        name,
        path: repo,
        defaultBranch,
        agent,
        sessions: counts.get(id) ?? 0,
        live: live.filter(({ session }) => session.project === id).length,
      }));
    },
    cost: (request) => cost(parts, request),
    digest: (stretch) => digest(parts, stretch ?? null),
    budgets: () => budgets(parts),
    raiseBudget: (actor, id, limitUsd) => raiseBudget(parts, actor, id, limitUsd),
    quota: async () => ok(await quotaView(parts, parts.agentForge.use())),
    agents: () => parts.agentNames,
    identity: createIdentityCommands(parts),
    auditLog: createAuditCommands(parts),
  };

  /** One that ended is not watched: what it may spend now is looked at before it is brought back. */
  function withinBudget<T>(snapshot: Snapshot, command: T): T {
    parts.budgets.look(snapshot.session.id);
    return command;
  }

  function current(session: string): Result<SessionView, Refusal> {
    const found = findSession(parts, session);
    return found.ok ? ok(view(parts, found.value)) : found;
  }

  /** A reaction that merges needs the right to merge, whatever button it hides behind. */
  function merges(session: string, key: string): boolean {
    const found = findSession(parts, session);
    if (!found.ok) return false;
    return (
      key === 'approved-and-green' ||
      key === 'merge-failed' ||
      parts.policyOf(found.value.session.project).reactions[key]?.action === 'merge'
    );
  }

  function idOf(session: string | undefined): string | undefined {
    if (session === undefined) return undefined;
    const found = findSession(parts, session);
    return found.ok ? found.value.session.id : session;
  }

  function sessionOn(project: string, issue: string): string | null {
    return (
      dispatch
        .live()
        .find(
          (snapshot) =>
            snapshot.session.project === project &&
            snapshot.session.task.type === 'issue' &&
            snapshot.session.task.issue === issue,
        )?.session.id ?? null
    );
  }
}

const threadView = ({ ref, id, file, line, resolved, comments }: ReviewThread): ThreadView => ({
  ref,
  id,
  file,
  line,
  resolved,
  comments: comments.map(({ author, own, body, at }) => ({ author, own, body, at })),
});
/** The base of the open pull request of its branch, else where the session began. */
const basedOn = ({ session, prs }: Snapshot): string =>
  prs.find((pr) => pr.state === 'open' && pr.branch === session.branch)?.base ?? session.base;

/** A head that was seen under another base is not what is there now. */
function baseMoved(
  { session }: Snapshot,
  pr: PullRequestFact,
  seen: { readonly sha: string | null; readonly base: string | null },
): Refusal | null {
  const was = seen.base ?? (seen.sha === null ? pr.base : (pr.baseWas ?? pr.base));
  return was === pr.base
    ? null
    : {
        code: 'AO_STALE',
        message: `${session.id} moved on: you looked at a merge into ${was}, the base is now ${pr.base}. Look at it again, and say both head and base.`,
      };
}

const noPullRequest = ({ session }: Snapshot): ReturnType<typeof refusal> =>
  refusal('AO_NO_PULL_REQUEST', `${session.id} has no open pull request.`);

/** People type the label; buttons send the id. */
function optionByLabel(
  request: { options: ReadonlyArray<{ id: string; label: string }> } | undefined,
  text: string | null,
): string | null {
  const wanted = (text ?? '').trim().toLowerCase();
  const options = request?.options ?? [];
  return (
    options.find(
      (option) => option.label.toLowerCase() === wanted || option.id.toLowerCase() === wanted,
    )?.id ?? null
  );
}

/** Somebody pressed the button since this head was pushed. */
const wasSentToAgent = (
  { db }: CommandParts,
  { session }: Snapshot,
  { headAt }: PullRequestFact,
): boolean =>
  allSteers(db, session.id).some(
    (steer) => steer.reaction === 'ci-failed' && steer.createdAt >= headAt,
  );

const nothingToSay = (text: string): ReturnType<typeof refusal> =>
  refusal(
    'AO_BAD_REQUEST',
    text.trim() === ''
      ? 'The message is empty.'
      : 'The message has only invisible characters, so nothing was sent.',
  );
