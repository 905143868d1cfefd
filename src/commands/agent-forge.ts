import type { Clock } from '../lib/clock.ts';
import { isRecord } from '../lib/is-record.ts';
import type { KeyValue } from '../slots/plugin.ts';
import type { QuotaAgentView, QuotaLimitView } from './view/quota.ts';

/** What the `gh` on an agent's PATH asks and tells. */
export type GhRequest =
  | { readonly type: 'ask'; readonly key: string }
  | {
      readonly type: 'tell';
      /** Null: nothing to keep. */
      readonly key: string | null;
      readonly kind: 'read' | 'write';
      readonly outcome: 'ok' | 'unchanged' | 'failed';
      readonly output?: string | undefined;
      readonly etag?: string | undefined;
      readonly limit?: QuotaLimitView | undefined;
      /** GitHub refused because of a limit: nothing is worth sending before. */
      readonly heldUntil?: number | undefined;
      /** Address of the pull request that was opened. */
      readonly opened?: string | undefined;
    }
  /** Whose a pull request is; see `agent-pulls.ts`. */
  | { readonly type: 'whose'; readonly pull: string | null; readonly repo: string | null }
  /** A rule forbade what the agent wanted; `words` is what it was told, `line` what it wanted. */
  | { readonly type: 'refused'; readonly line: string; readonly words: string };

export interface GhAnswer {
  /** To be used as it is. */
  readonly fresh: string | null;
  /** Too old to be used, unless GitHub says that nothing changed. */
  readonly stale: { readonly output: string; readonly etag: string | null } | null;
  readonly heldUntil: number | null;
  /** Only to `whose`. */
  readonly whose?: 'own' | 'session' | 'other' | undefined;
}

/** How agents use the forge, session by session. Answers are kept for the session alone: one agent can't put words into another's. */
export interface AgentForge {
  handle(session: string, request: GhRequest & { readonly type: 'ask' | 'tell' }): GhAnswer;
  use(): readonly QuotaAgentView[];
}

interface Kept {
  readonly output: string;
  readonly etag: string | null;
  readonly at: number;
}

/** How long an answer is used again, ms; longer when the agent's own limit runs out. */
const FRESH = 15_000;
const FRESH_WHEN_SHORT = 60_000;
const SHORT_BELOW = 0.1;
const MAX_KEPT = 60;
const MAX_SESSIONS = 200;
const FORGET_AFTER = 30 * 86_400_000;
export const NOTHING: GhAnswer = { fresh: null, stale: null, heldUntil: null };

interface AgentForgeState {
  readonly kv: KeyValue;
  readonly clock: Clock;
  readonly memory: Map<string, Map<string, Kept>>;
  readonly held: Map<string, number>;
}

export function createAgentForge({
  kv,
  clock,
}: {
  readonly kv: KeyValue;
  readonly clock: Clock;
}): AgentForge {
  const forge: AgentForgeState = {
    kv,
    clock,
    memory: new Map<string, Map<string, Kept>>(),
    held: new Map<string, number>(),
  };
  return {
    handle: (session, request) => handle(forge, session, request),
    use: () => use(forge),
  };
}

function useOf(forge: AgentForgeState, session: string): QuotaAgentView {
  const known = forge.kv.get(session);
  const empty: QuotaAgentView = {
    session,
    reads: 0,
    cached: 0,
    unchanged: 0,
    writes: 0,
    failed: 0,
    limits: [],
    lastAt: 0,
  };
  return isRecord(known) ? { ...empty, ...(known as Partial<QuotaAgentView>), session } : empty;
}

function count(
  forge: AgentForgeState,
  session: string,
  change: (before: QuotaAgentView) => Partial<QuotaAgentView>,
): void {
  const before = useOf(forge, session);
  forge.kv.set(session, { ...before, ...change(before), lastAt: forge.clock.now() });
}

const isShort = (forge: AgentForgeState, session: string): boolean =>
  useOf(forge, session).limits.some(
    (limit) => limit.resetAt > forge.clock.now() && limit.remaining < limit.limit * SHORT_BELOW,
  );

function keptOf(forge: AgentForgeState, session: string): Map<string, Kept> {
  const known = forge.memory.get(session) ?? new Map<string, Kept>();
  forge.memory.delete(session);
  forge.memory.set(session, known);
  if (forge.memory.size > MAX_SESSIONS) forge.memory.delete(forge.memory.keys().next().value ?? '');
  return known;
}

function ask(forge: AgentForgeState, session: string, key: string): GhAnswer {
  const known = keptOf(forge, session).get(key);
  const until = forge.held.get(session) ?? 0;
  if (
    known !== undefined &&
    forge.clock.now() - known.at < (isShort(forge, session) ? FRESH_WHEN_SHORT : FRESH)
  ) {
    count(forge, session, (before) => ({ cached: before.cached + 1 }));
    return { ...NOTHING, fresh: known.output };
  }
  const stale = known === undefined ? null : { output: known.output, etag: known.etag };
  return { fresh: null, stale, heldUntil: until > forge.clock.now() ? until : null };
}

function told(
  forge: AgentForgeState,
  session: string,
  request: GhRequest & { type: 'tell' },
): void {
  const kept = keptOf(forge, session);
  const { key, outcome, output } = request;
  // What was written may be what was read before.
  if (request.kind === 'write') kept.clear();
  else if (key !== null && outcome === 'unchanged') {
    const known = kept.get(key);
    if (known !== undefined) kept.set(key, { ...known, at: forge.clock.now() });
  } else if (key !== null) {
    kept.delete(key);
    if (outcome === 'ok' && output !== undefined)
      kept.set(key, { output, etag: request.etag ?? null, at: forge.clock.now() });
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value ?? '');
  }
  if (request.heldUntil !== undefined)
    forge.held.set(session, Math.min(request.heldUntil, forge.clock.now() + 3_600_000));
  count(forge, session, (before) => ({
    reads: before.reads + Number(request.kind === 'read' && outcome !== 'unchanged'),
    unchanged: before.unchanged + Number(outcome === 'unchanged'),
    writes: before.writes + Number(request.kind === 'write'),
    failed: before.failed + Number(outcome === 'failed'),
    limits:
      request.limit === undefined
        ? before.limits
        : [
            ...before.limits.filter((limit) => limit.name !== request.limit?.name),
            request.limit,
          ].slice(-8),
  }));
}

function handle(
  forge: AgentForgeState,
  session: string,
  request: GhRequest & { readonly type: 'ask' | 'tell' },
): GhAnswer {
  if (request.type === 'ask') return ask(forge, session, request.key);
  told(forge, session, request);
  return NOTHING;
}

function use(forge: AgentForgeState): readonly QuotaAgentView[] {
  const oldest = forge.clock.now() - FORGET_AFTER;
  const all = forge.kv.list('').map(([session]) => useOf(forge, session));
  for (const { session, lastAt } of all) if (lastAt < oldest) forge.kv.delete(session);
  return all.filter(({ lastAt }) => lastAt >= oldest);
}
