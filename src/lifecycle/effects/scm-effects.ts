import { approvalWaits } from '../../domain/merge/merge-approval.ts';
import { gate } from '../../domain/merge/merge-gate.ts';
import { reviewedByOther } from '../../domain/merge/review-counts.ts';
import type { Effect, Outcome } from '../../domain/session/effect.ts';
import type { PullRequestFact } from '../../domain/session/facts.ts';
import type { SessionId } from '../../domain/session/ids.ts';
import type { ProjectPolicy } from '../../domain/session/policy.ts';
import { shortSha } from '../../domain/session/pr.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import type { Handler } from '../outbox-parts.ts';
import { sensitiveFiles } from '../sensitive-files.ts';
import { lookAtWork } from '../work-at-head.ts';
import { type EffectParts, effectHandler, type Run } from './effect-handler.ts';

/** What is done to pull requests and issues. Merges look at the world again first. */
export function scmEffects(
  parts: EffectParts & { readonly policyOf: (project: string) => ProjectPolicy },
): Readonly<Record<string, Handler>> {
  const { plugins, dispatch, clock, redact } = parts;

  const observe = (session: string, fact: PullRequestFact): void => {
    dispatch.input(session as SessionId, { type: 'fact', fact: { type: 'pull_request', fact } });
  };

  const merge: Run<'merge_pr'> = async (effect, snapshot, job): Promise<Outcome> => {
    const { session } = snapshot;
    const scm = plugins.scm(session.project);
    const fresh = await scm.read(effect.pr);
    if (fresh.state === 'merged' && fresh.headSha === effect.sha)
      return mergedAs(effect.pr, effect.sha, fresh.mergeSha ?? effect.sha, effect.by.name);
    if (job.inDoubt && fresh.mergeability === 'queued' && fresh.headSha === effect.sha)
      return { type: 'enqueued', pr: effect.pr, sha: effect.sha };
    // A former try that got through would have been seen by now; one that didn't must go through the gate again.
    observe(session.id, fresh);
    await compareWork(session.id);
    const refusal = whyNot(session.id, effect);
    if (refusal !== null) return refusal;
    const missing = await whyNotPeople(session.id, effect);
    if (missing !== null) return missing;
    const result = await scm.merge(effect.pr, {
      sha: effect.sha,
      base: effect.base,
      method: effect.method,
      title: fresh.title,
      body: '',
      by: effect.by,
    });
    const note = result.note === undefined ? {} : { note: result.note };
    if (result.type === 'enqueued')
      return { type: 'enqueued', pr: effect.pr, sha: effect.sha, ...note };
    return {
      ...mergedAs(effect.pr, effect.sha, result.mergeSha ?? effect.sha, effect.by.name),
      ...note,
    };
  };

  /** What can't be compared, because git is refused there, stays as it was compared last. */
  const compareWork = async (id: string): Promise<void> => {
    const snapshot = dispatch.snapshot(id);
    if (snapshot === null) return;
    await lookAtWork(parts, snapshot).catch((error: unknown) =>
      parts.logger.warn({ session: id, err: error }, 'the head could not be compared'),
    );
  };

  /** The gate on fresh data, after the click was checked on what was known then. */
  const whyNot = (
    id: string,
    { pr: key, sha, base }: MergeEffect,
  ): (Outcome & { type: 'failed' }) | null => {
    const snapshot = dispatch.snapshot(id);
    const pr = snapshot?.prs.find((candidate) => candidate.key === key);
    if (snapshot == null || pr === undefined || snapshot.session.ended !== null)
      return {
        type: 'failed',
        code: 'AO_GATE_CLOSED',
        reason: 'The session or its pull request has ended.',
      };
    if (pr.headSha !== sha)
      return {
        type: 'failed',
        code: 'AO_SCM_HEAD_MOVED',
        reason: `The head moved from ${shortSha(sha)} to ${shortSha(pr.headSha)}.`,
      };
    if (pr.base !== base)
      return {
        type: 'failed',
        code: 'AO_SCM_BASE_CHANGED',
        reason: `The base changed from ${base} to ${pr.base}.`,
      };
    const policy = parts.policyOf(snapshot.session.project);
    const waits = gate({
      pr,
      merge: policy.merge,
      settle: policy.settle,
      episodes: snapshot.episodes,
      work: snapshot.facts.workAtHead,
      now: clock.now(),
    });
    return waits.length === 0
      ? null
      : { type: 'failed', code: 'AO_GATE_CLOSED', reason: waits.join(' ') };
  };

  /** The people too: the policy may have changed since the click, and ao itself looks at sensitive files only now. */
  const whyNotPeople = async (
    id: string,
    { pr: key, sha, base }: MergeEffect,
  ): Promise<(Outcome & { type: 'failed' }) | null> => {
    const no = (reason: string): Outcome & { type: 'failed' } => ({
      type: 'failed',
      code: 'AO_MERGE_POLICY',
      reason,
    });
    const snapshot = dispatch.snapshot(id);
    const pr = snapshot?.prs.find((candidate) => candidate.key === key);
    if (snapshot == null || pr === undefined)
      return no('The session or its pull request has ended.');
    const { project, approvals } = snapshot.session;
    const { merge: policy } = parts.policyOf(project);
    const files =
      policy.sensitivePaths.length === 0
        ? []
        : sensitiveFiles((await plugins.scm(project).diff(key, sha)).files, policy.sensitivePaths);
    if (files === null)
      return no(
        "Which files it changes can't be read, and the policy has sensitive paths (merge.sensitivePaths).",
      );
    const waits = approvalWaits({
      merge: policy,
      approvals,
      what: { sha, base },
      sensitiveFiles: files,
      reviewed: reviewedByOther(pr),
      alone: true,
    });
    return waits.length === 0 ? null : no(waits.join(' '));
  };

  const readDetails: Run<'read_pr_details'> = async (effect, snapshot) => {
    const details = await plugins.scm(snapshot.session.project).details(effect.pr, effect.sha);
    const pr = dispatch
      .snapshot(snapshot.session.id)
      ?.prs.find((candidate) => candidate.key === effect.pr);
    if (pr === undefined || pr.headSha !== effect.sha) return { type: 'done' };
    const checks = details.checks.map((check) => ({
      ...check,
      excerpt: check.excerpt === null ? null : redact(check.excerpt),
    }));
    observe(snapshot.session.id, {
      ...pr,
      checks: { ...pr.checks, checks },
      review: { ...pr.review, comments: details.comments },
    });
    return { type: 'done' };
  };

  const refresh: Run<'refresh_pr'> = async (effect, snapshot) => {
    const scm = plugins.scm(snapshot.session.project);
    if (snapshot.prs.some((pr) => pr.key === effect.pr)) {
      observe(snapshot.session.id, await scm.read(effect.pr));
      return { type: 'done' };
    }
    const fresh = await scm.read(await scm.resolve(effect.pr));
    if (mayBeOf(snapshot, fresh)) observe(snapshot.session.id, fresh);
    else
      parts.logger.warn(
        { session: snapshot.session.id, pr: fresh.key },
        'the agent named a pull request that is not its own; it is not followed',
      );
    return { type: 'done' };
  };

  /** An agent says what it opened; it can't take over what somebody else did. */
  const mayBeOf = ({ session, prs }: Snapshot, pr: PullRequestFact): boolean =>
    prs.some((known) => known.key === pr.key) ||
    (!pr.foreign &&
      pr.openedAt >= Math.floor(session.createdAt / 1_000) * 1_000 &&
      !dispatch
        .live()
        .some(
          (other) =>
            other.session.id !== session.id &&
            (other.session.branch === pr.branch || other.prs.some((known) => known.key === pr.key)),
        ));

  const rerun: Run<'rerun_checks'> = async (effect, snapshot) => {
    await plugins.scm(snapshot.session.project).rerun(effect.pr, effect.sha);
    return { type: 'checks_rerun', pr: effect.pr, sha: effect.sha };
  };

  const updateBranch: Run<'update_branch'> = async (effect, snapshot) => {
    await plugins.scm(snapshot.session.project).updateBranch(effect.pr, effect.sha);
    return { type: 'branch_updated', pr: effect.pr };
  };

  const markReady: Run<'mark_ready'> = async (effect, snapshot) => {
    const scm = plugins.scm(snapshot.session.project);
    if (scm.markReady === undefined)
      return {
        type: 'failed',
        code: 'AO_UNSUPPORTED',
        reason: 'ao can not mark it as ready here. Do it where the pull request is.',
      };
    await scm.markReady(effect.pr, effect.sha);
    observe(snapshot.session.id, await scm.read(effect.pr));
    return { type: 'done' };
  };

  const askReviewAgain: Run<'ask_review_again'> = async (effect, snapshot) => {
    const { reviewers, from, sha } = effect;
    await plugins.scm(snapshot.session.project).askAgain?.(effect.pr, { reviewers, from, sha });
    return { type: 'done' };
  };

  /** The forge shows ao as the author, so the text says whose it is. */
  const reply: Run<'reply_thread'> = async (effect, snapshot) => {
    const body = `${effect.text.trim()}\n\n_${effect.by.name.replace(/[^\p{L}\p{N} .-]/gu, '')}, through ao_`;
    await plugins
      .scm(snapshot.session.project)
      .comment(effect.pr, { body, key: effect.key, inReplyTo: effect.to });
    return { type: 'thread_replied', pr: effect.pr, thread: effect.thread };
  };

  const resolveThreads: Run<'resolve_threads'> = async (effect, snapshot) => {
    const scm = plugins.scm(snapshot.session.project);
    const { to } = effect;
    const touched = new Map<string, ReadonlySet<string>>();
    const isAnswered = async ({
      file,
      from,
    }: (typeof effect.threads)[number]): Promise<boolean> => {
      if (to === null) return true;
      if (from === null || file === null || scm.changedFiles === undefined) return false;
      const files = touched.get(from) ?? new Set(await scm.changedFiles(effect.pr, from, to));
      touched.set(from, files);
      return files.has(file);
    };
    const resolved: string[] = [];
    for (const thread of effect.threads) {
      if (!(await isAnswered(thread))) continue;
      await scm.resolveThread(effect.pr, thread.id);
      resolved.push(thread.id);
    }
    return { type: 'threads_resolved', pr: effect.pr, threads: resolved };
  };

  /** Each step may be repeated: the tracker looks what is there. A label that another live session needs stays. */
  const updateIssue: Run<'update_issue'> = async (effect, snapshot) => {
    const { session } = snapshot;
    const tracker = plugins.tracker(session.project);
    if (effect.comment !== null)
      await tracker.comment(effect.issue, effect.comment, `${effect.key}-${session.id}`);
    const shared =
      effect.key.startsWith('ends') &&
      dispatch
        .live()
        .some(
          (other) =>
            other.session.id !== session.id && worksOn(other, session.project, effect.issue),
        );
    const change = {
      addLabels: effect.addLabels,
      removeLabels: shared ? [] : effect.removeLabels,
      ...(effect.close ? { state: 'closed' as const } : {}),
      ...(effect.assignee === null ? {} : { assignee: effect.assignee }),
    };
    if (Object.keys(change).length > 2 || change.addLabels.length + change.removeLabels.length > 0)
      await tracker.update(effect.issue, change);
    return { type: 'done' };
  };

  return {
    merge_pr: effectHandler(parts, merge),
    read_pr_details: effectHandler(parts, readDetails),
    refresh_pr: effectHandler(parts, refresh),
    rerun_checks: effectHandler(parts, rerun),
    update_branch: effectHandler(parts, updateBranch),
    mark_ready: effectHandler(parts, markReady),
    ask_review_again: effectHandler(parts, askReviewAgain),
    reply_thread: effectHandler(parts, reply),
    resolve_threads: effectHandler(parts, resolveThreads),
    update_issue: effectHandler(parts, updateIssue),
  };
}

type MergeEffect = Effect & { readonly type: 'merge_pr' };

const worksOn = ({ session }: Snapshot, project: string, issue: string): boolean =>
  session.project === project && session.task.type === 'issue' && session.task.issue === issue;

const mergedAs = (
  pr: string,
  sha: string,
  mergeSha: string,
  by: string,
): Outcome & { type: 'merged' } => ({ type: 'merged', pr, sha, mergeSha, by });
