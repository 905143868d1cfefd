/** What can be read of one session, once the gate let the reader through. */
import { readEvents } from '../db/event-store.ts';
import { allSteers } from '../db/session-store.ts';
import { type ReviewThread, reviewThreads } from '../domain/merge/review-threads.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { PullRequestFact } from '../domain/session/facts.ts';
import type { Actor } from '../domain/session/ids.ts';
import { headRepository, shownPr } from '../domain/session/pr.ts';
import type { Snapshot } from '../domain/session/session.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { AttachView, LogsView, Outcome } from './commands.ts';
import { asking, audit, type CommandParts, refusal } from './parts.ts';
import { viewSteer } from './view-session.ts';
import type { EventView, SteerView, ThreadView } from './views.ts';

export const events = (
  { db }: CommandParts,
  { session }: Snapshot,
  _actor: Actor,
  { after, limit }: { readonly after?: number | undefined; readonly limit?: number | undefined },
): Result<readonly EventView[], Refusal> =>
  ok(
    readEvents(db, {
      session: session.id,
      after,
      limit: Math.min(limit ?? 200, 1_000),
    }) as readonly EventView[],
  );

export const steers = (
  { db }: CommandParts,
  { session }: Snapshot,
): Result<readonly SteerView[], Refusal> =>
  ok(allSteers(db, session.id).map((entry) => viewSteer(entry, null)));

export function threads(
  _parts: CommandParts,
  snapshot: Snapshot,
): Result<readonly ThreadView[], Refusal> {
  const pr = shownPr(snapshot);
  return ok(pr === null ? [] : reviewThreads(pr).map(threadView));
}

const threadView = ({ ref, id, file, line, resolved, comments }: ReviewThread): ThreadView => ({
  ref,
  id,
  file,
  line,
  resolved,
  comments: comments.map(({ author, own, body, at }) => ({ author, own, body, at })),
});

export async function logs(
  parts: CommandParts,
  { session, facts: { runtime } }: Snapshot,
  _actor: Actor,
  lines: number,
): Outcome<LogsView> {
  if (runtime?.handle == null) return ok({ text: '', live: false });
  const { handle, state } = runtime;
  const text = await asking('the runtime', () =>
    parts.plugins.runtime(session).capture(handle, lines),
  );
  return text.ok ? ok({ text: parts.redact(text.value), live: state === 'alive' }) : text;
}

export async function checkLog(
  parts: CommandParts,
  snapshot: Snapshot,
  actor: Actor,
  check: string,
): Outcome<{ readonly name: string; readonly text: string }> {
  const pr = shownPr(snapshot);
  const ref = pr?.checks.checks.find((candidate) => candidate.name === check)?.ref;
  if (pr === null || ref == null)
    return refusal('AO_BAD_REQUEST', `There is no log of a check "${check}".`);
  if (actor.via === 'agent' && pr.foreign && !wasSentToAgent(parts, snapshot, pr))
    return refusal(
      'AO_ACCESS_DENIED',
      `This log comes from ${headRepository(pr)}, another repository. Somebody has to read it and send it first.`,
    );
  const text = await asking('the scm', () =>
    parts.plugins.scm(snapshot.session.project).checkLog(pr.key, ref),
  );
  return text.ok ? ok({ name: check, text: parts.redact(text.value) }) : text;
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

export async function attach(
  { plugins }: CommandParts,
  { session, facts: { runtime } }: Snapshot,
): Outcome<AttachView> {
  if (runtime?.handle == null || runtime.state !== 'alive')
    return refusal('AO_STATE', `${session.id} has no running terminal.`);
  return ok(plugins.runtime(session).attach(runtime.handle));
}

/** Typing needs the verb `terminal`, looking the right to view. Each terminal that is opened is a row, as is each refusal. */
export async function openTerminal(
  parts: CommandParts,
  snapshot: Snapshot,
  actor: Actor,
  mode: 'read' | 'write',
): Outcome<{ readonly session: string; readonly argv: readonly string[] }> {
  const { id, ended } = snapshot.session;
  const denied = mode === 'write' ? parts.access.refusal(actor, 'terminal') : null;
  if (denied !== null) {
    audit(parts, actor, `terminal ${mode}`, id, denied);
    return err(denied);
  }
  if (ended !== null) return refusal('AO_STATE', `${id} is over; it has no terminal.`);
  const found = await attach(parts, snapshot);
  if (!found.ok) return found;
  audit(parts, actor, `terminal ${mode}`, id, null);
  return ok({ session: id, argv: mode === 'write' ? found.value.argv : found.value.readOnlyArgv });
}
