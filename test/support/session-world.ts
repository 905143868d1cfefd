import { decide } from '../../src/domain/decide/decide.ts';
import { customReaction, REACTION_DEFAULTS } from '../../src/domain/reactions/reaction-defaults.ts';
import type { Decision } from '../../src/domain/session/decision.ts';
import type { Effect, EffectType, Outcome } from '../../src/domain/session/effect.ts';
import { effectKey } from '../../src/domain/session/effect-key.ts';
import type { SessionEvent, SessionEventType } from '../../src/domain/session/event.ts';
import type {
  ActivityState,
  Check,
  CheckConclusion,
  ChecksFact,
  PullRequestFact,
  ReviewComment,
} from '../../src/domain/session/facts.ts';
import { type Actor, parseSessionId, subject } from '../../src/domain/session/ids.ts';
import type { Command, FactInput, Input } from '../../src/domain/session/input.ts';
import { type NewSession, newSession } from '../../src/domain/session/new-session.ts';
import type { ProjectPolicy, ReactionPolicy } from '../../src/domain/session/policy.ts';
import type { AgentRequest, Episode, Snapshot, Steer } from '../../src/domain/session/session.ts';
import { statusOf, type Turn, turnOf } from '../../src/domain/session/status.ts';
import type { Status } from '../../src/domain/session/statuses.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** When every world begins: an ordinary morning, ms UTC. */
export const T0 = Date.UTC(2026, 2, 3, 9, 0, 0);

export const DANA: Actor = { subject: subject('web:dana'), name: 'Dana', via: 'web' };
export const LEE: Actor = { subject: subject('web:lee'), name: 'Lee', via: 'web' };

type Overrides = Readonly<Record<string, Partial<ReactionPolicy>>>;

/** A template renderer that shows which variables came in, enough to see what the agent would read. */
const render = (template: string, variables: Readonly<Record<string, unknown>>): string => {
  const value = (path: string): unknown =>
    path
      .split('.')
      .reduce<unknown>(
        (at, name) => (at as Record<string, unknown> | null | undefined)?.[name],
        variables,
      );
  const said = (found: unknown): string =>
    found === null || found === undefined ? '' : String(found);
  const sections = template.replaceAll(
    /\{\{#([\w.]+)\}\}([\s\S]*?)\{\{\/\1\}\}/g,
    (_all, name: string, inner: string) => (said(value(name)) === '' ? '' : inner),
  );
  return sections.replaceAll(/\{\{([\w.]+)\}\}/g, (_all, name: string) => said(value(name)));
};

/** The built-in policy; `reactions` are merged over the defaults key by key, as a configuration would. */
export function policyWith(
  change: Partial<Omit<ProjectPolicy, 'reactions' | 'merge'>> & {
    merge?: Partial<ProjectPolicy['merge']>;
    reactions?: Overrides;
  } = {},
): ProjectPolicy {
  const { merge, reactions = {}, ...rest } = change;
  const keys = new Set([...Object.keys(REACTION_DEFAULTS), ...Object.keys(reactions)]);
  return {
    project: 'app',
    permissions: 'default',
    reactions: Object.fromEntries(
      [...keys].map((key) => [
        key,
        { ...(REACTION_DEFAULTS[key] ?? customReaction(key)), ...reactions[key] },
      ]),
    ),
    merge: {
      method: 'squash',
      deleteBranch: true,
      closeIssue: true,
      requireChecks: true,
      requireReview: true,
      approvers: 1,
      excludeRequester: false,
      requireWrite: false,
      sensitivePaths: [],
      ...merge,
    },
    tracker: { assign: null, labels: { onSpawn: [], onMerge: [], onEnd: [] }, comment: 'merged' },
    readyThreshold: 5 * MINUTE,
    stuckThreshold: 10 * MINUTE,
    ackTimeout: 15 * MINUTE,
    threadReaches: false,
    settle: 60 * SECOND,
    receiptTimeout: 30 * SECOND,
    budgetPause: 'turn-end',
    resume: 'auto',
    otherAgents: [],
    autoCleanupOnMerge: true,
    keepWorkspace: false,
    undoDays: 7,
    postCreateLimit: null,
    reviewRounds: 5,
    resolveThreads: true,
    botAuthors: [],
    resendBackoff: [2 * MINUTE, 5 * MINUTE, 15 * MINUTE],
    scm: { rerun: true, updateBranch: true, review: true },
    render,
    quietUntil: () => null,
    quietHours: null,
    ...rest,
  };
}

export function freshSnapshot(change: Partial<NewSession> = {}, now: number = T0): Snapshot {
  const id = parseSessionId('app-1');
  if (id === null) throw new Error('app-1 is no session id');
  return newSession(
    {
      id,
      project: 'app',
      role: 'worker',
      parent: null,
      task: { type: 'issue', issue: '42', title: 'Make it faster', url: null },
      prompt: 'Work on issue #42.',
      extraPrompt: null,
      agent: 'fake',
      model: null,
      permissions: 'default',
      base: 'main',
      branch: 'feat/42',
      by: DANA,
      ...change,
    },
    now,
  );
}

export const SHA = (n: number): string => n.toString(16).padStart(40, '0');

export const check = (
  name: string,
  conclusion: CheckConclusion | null,
  change: Partial<Check> = {},
): Check => ({
  name,
  status: conclusion === null ? 'running' : 'completed',
  conclusion,
  url: null,
  required: true,
  excerpt: conclusion !== null && conclusion !== 'success' ? `AssertionError in ${name}` : null,
  ref: name,
  ...change,
});

export const checksOf = (
  sha: string,
  state: ChecksFact['state'],
  ...checks: readonly Check[]
): ChecksFact => ({ state, sha, checks, firstFailureAt: null });
/** All checks are known with the push, so nothing is waited for that may still register. */
const whole = (checks: ChecksFact): ChecksFact => ({ ...checks, complete: true });
export const green = (sha: string): ChecksFact =>
  whole(checksOf(sha, 'passing', check('unit', 'success')));
export const red = (sha: string, ...names: readonly string[]): ChecksFact =>
  whole(
    checksOf(
      sha,
      'failing',
      ...(names.length === 0 ? ['unit'] : names).map((name) => check(name, 'failure')),
    ),
  );
export const pending = (sha: string): ChecksFact =>
  whole(checksOf(sha, 'pending', check('unit', null)));

export const comment = (id: string, change: Partial<ReviewComment> = {}): ReviewComment => ({
  id,
  threadId: `t-${id}`,
  kind: 'inline',
  author: 'lee',
  isBot: false,
  own: false,
  permission: 'write',
  file: 'src/a.ts',
  line: 3,
  hunk: '@@ -1 +1 @@',
  body: `please change ${id}`,
  resolved: false,
  at: T0,
  ...change,
});

export const pullRequest = (
  now: number,
  change: Partial<PullRequestFact> = {},
): PullRequestFact => {
  const headSha = change.headSha ?? SHA(1);
  return {
    key: 'local:app#1',
    number: 1,
    title: 'Make it faster',
    url: null,
    branch: 'feat/42',
    base: 'main',
    headSha,
    baseSha: SHA(0),
    foreign: false,
    draft: false,
    state: 'open',
    mergeSha: null,
    mergedBy: null,
    checks: pending(headSha),
    review: { decision: 'required', approvedBy: [], comments: [] },
    mergeability: 'clean',
    blockers: [],
    conflicts: [],
    requiresCurrentBase: false,
    mergeQueue: false,
    labels: [],
    additions: 10,
    deletions: 2,
    changedFiles: 1,
    openedAt: T0,
    headAt: now,
    at: now,
    ...change,
  };
};

export const APPROVED = { decision: 'approved', approvedBy: ['lee'], comments: [] } as const;

export const question = (id: string, change: Partial<AgentRequest> = {}): AgentRequest => ({
  id,
  kind: 'question',
  title: `Which one, ${id}?`,
  text: '',
  options: [
    { id: 'yes', label: 'Yes', style: 'primary' },
    { id: 'no', label: 'No', style: 'plain' },
  ],
  freeText: true,
  askedAt: T0,
  answer: null,
  ...change,
});

/** One session played over `decide`: a clock that fires timers when due, and an outbox that keeps every key once. */
export interface World {
  readonly snapshot: Snapshot;
  readonly now: number;
  policy: ProjectPolicy;
  /** All events so far. */
  readonly events: readonly SessionEvent[];
  /** Effects that became outbox rows, in order. */
  readonly effects: readonly Effect[];
  /** Effects whose key was there already: an outbox would not carry them out. */
  readonly dropped: readonly Effect[];
  readonly status: Status;
  readonly turn: Turn;
  input(input: Input): Decision;
  play(inputs: readonly Input[]): Decision;
  fact(fact: FactInput): Decision;
  command(command: Command, by?: Actor): Decision;
  /** What became of the newest effect of this type. */
  outcome(type: EffectType, outcome: Outcome): Decision;
  fails(type: EffectType, reason?: string, code?: string): Decision;
  /** Time goes on; every timer fires at its time. */
  pass(ms: number): void;
  /** The clock alone goes on; whoever calls it fires the timers. */
  skip(ms: number): void;

  activity(
    state: ActivityState,
    change?: { detail?: string | null; resetAt?: number | null; lastMessage?: string | null },
  ): Decision;
  runtime(
    state: 'alive' | 'exited' | 'gone' | 'unknown',
    exitCode?: number | null,
    output?: string | null,
  ): Decision;
  pr(change?: Partial<PullRequestFact>): Decision;
  send(id: string, text?: string, urgent?: boolean, by?: Actor): Decision;
  /** The newest delivery is typed and taken. */
  accept(steer?: string): Decision;
  /** The agent takes what is on its way, works, and ends its turn. */
  turnOfAgent(): void;

  of<T extends SessionEventType>(type: T): ReadonlyArray<SessionEvent & { type: T }>;
  wanted<T extends EffectType>(type: T): ReadonlyArray<Effect & { type: T }>;
  episode(key: string): Episode | undefined;
  steer(id: string): Steer | undefined;
  /** Steers of a reaction, newest last. */
  said(reaction: string): readonly Steer[];
  escalations(key?: string): ReadonlyArray<SessionEvent & { type: 'escalation.raised' }>;
}

export function createWorld(
  options: { policy?: ProjectPolicy; snapshot?: Snapshot; now?: number } = {},
): World {
  let now = options.now ?? T0;
  let snapshot = options.snapshot ?? freshSnapshot({}, now);
  const events: SessionEvent[] = [];
  const effects: Effect[] = [];
  const dropped: Effect[] = [];
  const keys = new Set<string>();

  const take = (decision: Decision): Decision => {
    snapshot = decision.snapshot;
    events.push(...decision.events);
    for (const effect of decision.effects) {
      const key = effectKey(snapshot.session.id, effect);
      (keys.has(key) ? dropped : effects).push(effect);
      keys.add(key);
    }
    return decision;
  };
  const newest = (type: EffectType): Effect => {
    const found = effects.findLast((effect) => effect.type === type);
    if (found === undefined) throw new Error(`no ${type} was asked for`);
    return found;
  };
  const world: World = {
    get snapshot() {
      return snapshot;
    },
    get now() {
      return now;
    },
    policy: options.policy ?? policyWith(),
    events,
    effects,
    dropped,
    get status() {
      return statusOf(snapshot, world.policy, now);
    },
    get turn() {
      return turnOf(snapshot, world.status, world.policy, now);
    },
    input: (input) => take(decide(snapshot, input, world.policy, now)),
    play: (inputs) =>
      inputs.map((input) => world.input(input)).at(-1) ??
      world.fact({ type: 'reconciled', what: null }),
    fact: (fact) => world.input({ type: 'fact', fact }),
    command: (command, by = DANA) => world.input({ type: 'command', command, by }),
    outcome: (type, outcome) => world.input({ type: 'outcome', effect: newest(type), outcome }),
    fails: (type, reason = 'it did not work', code = 'AO_TEST') =>
      world.outcome(type, { type: 'failed', reason, code }),
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const next = snapshot.timers.toSorted((a, b) => a.dueAt - b.dueAt)[0];
        if (next === undefined || next.dueAt > end) break;
        now = Math.max(now, next.dueAt);
        world.input({ type: 'timer', timer: next });
      }
      now = end;
    },
    skip(ms) {
      now += ms;
    },
    activity: (state, { detail = null, resetAt = null, lastMessage = null } = {}) =>
      world.fact({
        type: 'activity',
        fact: { state, source: 'hook', detail, resetAt, since: now, at: now },
        lastMessage,
      }),
    runtime(state, exitCode = null, output = null) {
      const handle = snapshot.facts.runtime?.handle ?? null;
      return world.fact({
        type: 'runtime',
        fact: { state, exitCode, pid: null, handle, at: now },
        output,
      });
    },
    pr(change = {}) {
      const before = snapshot.prs.find((pr) => pr.key === (change.key ?? 'local:app#1'));
      const fact =
        before === undefined
          ? pullRequest(now, change)
          : { ...before, headAt: now, ...change, at: now };
      return world.fact({ type: 'pull_request', fact });
    },
    send: (id, text = `text of ${id}`, urgent = false, by = DANA) =>
      world.command({ type: 'send', steer: id, text, files: [], urgent, source: null }, by),
    accept(steer) {
      const id = steer ?? (newest('deliver_steer') as Effect & { type: 'deliver_steer' }).steer;
      if (snapshot.steers.find((candidate) => candidate.id === id)?.state === 'typing') {
        world.outcome('deliver_steer', {
          type: 'steer_typed',
          steer: id,
          attempt: (newest('deliver_steer') as Effect & { type: 'deliver_steer' }).attempt,
          accepted: false,
        });
      }
      return world.fact({ type: 'steer_accepted', steer: id });
    },
    turnOfAgent() {
      world.accept();
      world.activity('active');
      now += 1;
      world.activity('ready');
    },
    of: (type) =>
      events.filter((event): event is SessionEvent & { type: typeof type } => event.type === type),
    wanted: (type) =>
      effects.filter((effect): effect is Effect & { type: typeof type } => effect.type === type),
    episode: (key) => snapshot.episodes.find((episode) => episode.key === key),
    steer: (id) => snapshot.steers.find((steer) => steer.id === id),
    said: (reaction) => snapshot.steers.filter((steer) => steer.reaction === reaction),
    escalations: (key) =>
      world.of('escalation.raised').filter((event) => key === undefined || event.key === key),
  };
  return world;
}

const AGENT: Actor = { subject: subject('system:ao'), name: 'ao', via: 'system' };

export function admitted(options: Parameters<typeof createWorld>[0] = {}): World {
  const world = createWorld(options);
  world.command({ type: 'admit' }, AGENT);
  return world;
}

/** The workspace is there and the runtime was asked for. */
export function launching(options: Parameters<typeof createWorld>[0] = {}): World {
  const world = admitted(options);
  world.outcome('create_workspace', {
    type: 'workspace_created',
    path: '/w/app-1',
    branch: 'feat/42',
    baseSha: SHA(0),
    tookMs: 40,
  });
  return world;
}

export function startRuntime(world: World, promptIncluded = true): void {
  const launch = world.snapshot.session.launches;
  world.outcome('start_runtime', {
    type: 'runtime_started',
    launch,
    handle: `pane-${launch}`,
    pid: 1000 + launch,
    agentSession: 'conversation',
    promptIncluded,
  });
}

/** The agent took its task and works. */
export function working(options: Parameters<typeof createWorld>[0] = {}): World {
  const world = launching(options);
  startRuntime(world);
  world.fact({ type: 'steer_accepted', steer: 'task' });
  world.activity('active');
  return world;
}

/** The agent's turn is over; nothing is there yet. */
export function resting(options: Parameters<typeof createWorld>[0] = {}): World {
  const world = working(options);
  world.activity('ready');
  return world;
}

/** Resting with an open pull request whose checks run. */
export function withPr(options: Parameters<typeof createWorld>[0] = {}): World {
  const world = resting(options);
  world.pr();
  return world;
}

export function mergeable(options: Parameters<typeof createWorld>[0] = {}): World {
  const world = withPr(options);
  world.pr({ checks: green(SHA(1)), review: APPROVED });
  return world;
}
