import { allSteers } from '../db/session-store.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { PullRequestFact } from '../domain/session/facts.ts';
import type { Actor } from '../domain/session/ids.ts';
import { openPr } from '../domain/session/pr.ts';
import type { Snapshot } from '../domain/session/session.ts';
import { plainMessage } from '../lib/message-text.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { agentsGh } from './agents-gh.ts';
import { ownReview, readApprover } from './approver.ts';
import { createAuditCommands } from './audit-log.ts';
import { raiseBudget } from './budgets.ts';
import { changeAgent } from './change-agent.ts';
import type { Commands, Outcome, SendRequest } from './commands.ts';
import { createIdentityCommands } from './identity.ts';
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
import { createReads, mayDo } from './reads.ts';
import { adopt, orchestrate, spawn } from './spawn.ts';
import { viewSteer } from './view-session.ts';
import type { SessionView, SteerView } from './views.ts';

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
    ...createReads(parts),
    may: (actor, verb, session) => mayDo(parts, actor, verb, session ?? null),
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
      return ok(agentsGh(parts, actor, found.value, request));
    },

    prune: (actor, apply) => prune(parts, actor, apply),
    raiseBudget: (actor, id, limitUsd) => raiseBudget(parts, actor, id, limitUsd),
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
}

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

const nothingToSay = (text: string): ReturnType<typeof refusal> =>
  refusal(
    'AO_BAD_REQUEST',
    text.trim() === ''
      ? 'The message is empty.'
      : 'The message has only invisible characters, so nothing was sent.',
  );
