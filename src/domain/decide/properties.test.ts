import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  APPROVED,
  check,
  checksOf,
  comment,
  createWorld,
  DANA,
  green,
  LEE,
  MINUTE,
  pending,
  policyWith,
  pullRequest,
  question,
  red,
  SHA,
  type World,
} from '../../../test/support/session-world.ts';
import { gate } from '../merge/merge-gate.ts';
import type { Effect, Outcome } from '../session/effect.ts';
import type { ActivityState, PullRequestFact, RuntimeState } from '../session/facts.ts';
import { AO } from '../session/ids.ts';
import type { Command, FactInput, Input } from '../session/input.ts';
import { decide } from './decide.ts';

/**
 * Enough for 35,000 inputs, each decided three times. The same stories each time: what fails here fails for everybody, and because of a change.
 * New ones are looked for with AO_PROPERTY_RUNS, which then also begin somewhere else each time.
 */
const RUNS =
  process.env.AO_PROPERTY_RUNS === undefined
    ? { numRuns: 1300, seed: 42 }
    : { numRuns: Number(process.env.AO_PROPERTY_RUNS) };

/** A step of a story. Facts that need the state (a handle, an outcome of an asked effect) are made when it is played. */
type Step =
  | { readonly kind: 'fact'; readonly make: (world: World) => FactInput }
  | { readonly kind: 'command'; readonly make: (world: World) => Command; readonly by: typeof DANA }
  | { readonly kind: 'outcome'; readonly pick: number; readonly fails: boolean }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'again' };

const facts = (): fc.Arbitrary<Step> => {
  const of = (make: (world: World) => FactInput): Step => ({ kind: 'fact', make });
  const activity = fc
    .tuple(
      fc.constantFrom<ActivityState>(
        'active',
        'ready',
        'idle',
        'waiting_input',
        'blocked',
        'limited',
        'exited',
        'starting',
      ),
      fc.constantFrom('hook', 'terminal', 'transcript'),
      fc.option(fc.integer({ min: -5, max: 90 })),
    )
    .map(([state, source, reset]) =>
      of((world) => ({
        type: 'activity',
        fact: {
          state,
          source: source as 'hook',
          detail: null,
          resetAt: state === 'limited' && reset !== null ? world.now + reset * MINUTE : null,
          since: world.now,
          at: world.now,
        },
        lastMessage: null,
      })),
    );
  const runtime = fc
    .tuple(
      fc.constantFrom<RuntimeState>('alive', 'exited', 'gone', 'unknown'),
      fc.option(fc.integer({ min: 0, max: 2 })),
      fc.boolean(),
    )
    .map(([state, exitCode, current]) =>
      of((world) => ({
        type: 'runtime',
        fact: {
          state,
          exitCode,
          pid: null,
          handle: current ? (world.snapshot.facts.runtime?.handle ?? null) : 'pane-old',
          at: world.now,
        },
        output: 'bye',
      })),
    );
  const pr = fc
    .record({
      key: fc.constantFrom('local:app#1', 'local:app#2'),
      head: fc.integer({ min: 1, max: 3 }),
      checks: fc.constantFrom<(sha: string) => PullRequestFact['checks']>(
        green,
        pending,
        (sha) => red(sha, 'unit'),
        (sha) => red(sha, 'unit', 'lint'),
        (sha) => checksOf(sha, 'unknown'),
        (sha) => checksOf(sha, 'none'),
        () => green(SHA(9)),
        (sha) => checksOf(sha, 'failing', check('unit', 'failure', { excerpt: 'ECONNRESET' })),
        (sha) => checksOf(sha, 'failing', check('unit', 'failure', { excerpt: null })),
      ),
      review: fc.constantFrom<PullRequestFact['review']>(
        APPROVED,
        { decision: 'required', approvedBy: [], comments: [] },
        {
          decision: 'changes_requested',
          approvedBy: [],
          comments: [comment('c1'), comment('c2', { isBot: true })],
        },
        { decision: 'required', approvedBy: [], comments: [comment('c3')] },
      ),
      mergeability: fc.constantFrom<PullRequestFact['mergeability']>(
        'clean',
        'clean',
        'unknown',
        'conflicting',
        'behind',
        'blocked',
        'queued',
      ),
      state: fc.constantFrom<PullRequestFact['state']>(
        'open',
        'open',
        'open',
        'open',
        'open',
        'closed',
        'merged',
      ),
      draft: fc.boolean(),
      foreign: fc.boolean(),
      requiresCurrentBase: fc.boolean(),
    })
    .map(({ key, head, checks, ...rest }) =>
      of((world) => ({
        type: 'pull_request',
        fact: pullRequest(world.now, {
          ...rest,
          key,
          headSha: SHA(head),
          checks: checks(SHA(head)),
        }),
      })),
    );
  return fc.oneof(
    { weight: 4, arbitrary: activity },
    { weight: 2, arbitrary: runtime },
    { weight: 5, arbitrary: pr },
    fc
      .constantFrom('q1', 'q2')
      .map((id) => of(() => ({ type: 'request_opened', request: question(id) }))),
    fc
      .constantFrom('q1', 'q2')
      .map((id) => of(() => ({ type: 'request_closed', request: id, answer: 'Yes' }))),
    fc.integer({ min: 0, max: 9 }).map((n) =>
      of((world) => ({
        type: 'steer_accepted',
        steer: world.snapshot.steers[n % Math.max(1, world.snapshot.steers.length)]?.id ?? 'task',
      })),
    ),
    fc.constantFrom('working', 'needs_input', 'done', 'blocked').map((state) =>
      of((world) => ({
        type: 'report',
        fact: { state: state as 'done', note: 'so', at: world.now },
      })),
    ),
    fc.integer({ min: 1, max: 9 }).map((usd) =>
      of((world) => ({
        type: 'budget',
        fact: {
          id: 'day',
          kind: 'day',
          label: "today's budget",
          spentUsd: usd,
          limitUsd: 5,
          tells: usd % 2 === 0,
          at: world.now,
        },
      })),
    ),
    fc.constant(of(() => ({ type: 'tool', summary: 'npm test' }))),
    fc.constant(of(() => ({ type: 'conversation_lost' }))),
    fc.constant(of(() => ({ type: 'words_left', request: 'q1', text: 'rather not' }))),
    fc.constant(of(() => ({ type: 'workspace_missing' }))),
    fc.constant(of((world) => ({ type: 'project_complete', at: world.now }))),
  );
};

const commands = (): fc.Arbitrary<Step> => {
  const key = fc.constantFrom(
    'ci-failed',
    'changes-requested',
    'agent-stuck',
    'agent-exited',
    'approved-and-green',
    'merge-failed',
    'merge-conflicts',
    'agent-needs-input',
  );
  const any = fc.oneof(
    fc.nat(5).map((n): ((world: World) => Command) => () => ({
      type: 'send',
      steer: `m${n}`,
      text: 'do it',
      files: [],
      urgent: n === 5,
      source: null,
    })),
    fc.nat(5).map(
      (n) => () =>
        ({
          type:
            (['edit_steer', 'remove_steer', 'retry_steer', 'send_now'] as const)[n % 4] ??
            'retry_steer',
          steer: `m${n}`,
          text: 'x',
        }) as Command,
    ),
    fc
      .constantFrom('q1', 'q2')
      .map((request) => () => ({ type: 'answer', request, option: 'yes', text: null }) as Command),
    fc
      .constantFrom<Command>(
        { type: 'admit' },
        { type: 'stop', id: 's' },
        { type: 'interrupt', id: 'i' },
        { type: 'undo' },
        { type: 'restore', message: 'go on' },
        { type: 'pause', reason: 'lunch' },
        { type: 'resume' },
      )
      .map((command) => () => command),
    fc
      .constantFrom<Command>({ type: 'kill', reason: null }, { type: 'done' })
      .map((command) => () => command),
    fc.tuple(fc.constantFrom('fake', 'other'), fc.constantFrom(null, 'be quick')).map(
      ([agent, words]) =>
        (): Command => ({
          type: 'change_agent',
          agent,
          model: null,
          permissions: 'default',
          words,
        }),
    ),
    fc
      .integer({ min: 1, max: 3 })
      .map(
        (head) => () =>
          ({ type: 'merge', pr: 'local:app#1', sha: SHA(head), method: null }) as Command,
      ),
    key.map((name) => () => ({ type: 'run_reaction', key: name }) as Command),
    key.map((name) => () => ({ type: 'acknowledge', key: name }) as Command),
    key.map(
      (name) => (world: World) =>
        ({ type: 'snooze', key: name, until: world.now + 20 * MINUTE }) as Command,
    ),
    fc.constant(() => ({ type: 'rerun', pr: 'local:app#1' }) as Command),
  );
  return fc
    .tuple(any, fc.constantFrom(DANA, LEE))
    .map(([make, by]) => ({ kind: 'command', make, by }));
};

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: facts() },
  { weight: 4, arbitrary: commands() },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.nat(20), fc.integer({ min: 0, max: 4 }))
      .map(([pick, luck]): Step => ({ kind: 'outcome', pick, fails: luck === 0 })),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(1, 5_000, 31_000, 2 * MINUTE, 11 * MINUTE, 40 * MINUTE)
      .map((ms): Step => ({ kind: 'time', ms })),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'again' }) },
);

const policies = fc.constantFrom(
  policyWith(),
  policyWith({ reactions: { 'approved-and-green': { action: 'merge' } } }),
  policyWith({
    resume: 'ask',
    keepWorkspace: true,
    merge: { requireChecks: false, requireReview: false },
  }),
  policyWith({
    quietUntil: (now) =>
      now % 86_400_000 < 43_200_000 ? now - (now % 86_400_000) + 43_200_000 : null,
    reactions: {
      'ci-failed': { cooldown: 10 * MINUTE, retries: 1 },
      mine: { on: 'pr.pushed', action: 'send-to-agent', message: 'look' },
    },
  }),
);

function outcomeOf(world: World, effect: Effect): Outcome {
  switch (effect.type) {
    case 'create_workspace':
      return {
        type: 'workspace_created',
        path: '/w',
        branch: 'feat/42',
        baseSha: SHA(0),
        tookMs: 1,
      };
    case 'start_runtime':
      if (effect.resume && world.now % 3 === 0)
        return { type: 'conversation_lost', launch: effect.launch };
      return {
        type: 'runtime_started',
        launch: effect.launch,
        handle: `pane-${effect.launch}`,
        pid: 1,
        agentSession: 'a',
        promptIncluded: effect.launch === 1,
      };
    case 'write_handover':
      return { type: 'handover_written', handover: effect.handover, text: 'the story so far' };
    case 'deliver_steer':
      return effect.attempt % 2 === 0
        ? {
            type: 'steer_deferred',
            steer: effect.steer,
            reason: 'busy',
            inDoubt: effect.attempt > 1,
          }
        : {
            type: 'steer_typed',
            steer: effect.steer,
            attempt: effect.attempt,
            accepted: world.now % 2 === 0,
          };
    case 'answer_request':
      return { type: 'request_answered', request: effect.request };
    case 'kill_runtime':
      return { type: 'runtime_killed', launch: effect.launch };
    case 'remove_workspace':
      return { type: 'workspace_removed', snapshotRef: 'refs/ao/1', branchDeleted: false };
    case 'restore_workspace':
      return { type: 'workspace_restored', path: '/w' };
    case 'merge_pr':
      return {
        type: 'merged',
        pr: effect.pr,
        sha: effect.sha,
        mergeSha: SHA(99),
        by: effect.by.name,
      };
    case 'rerun_checks':
      return { type: 'checks_rerun', pr: effect.pr, sha: effect.sha };
    case 'update_branch':
      return { type: 'branch_updated', pr: effect.pr };
    case 'interrupt_agent':
      return { type: 'interrupted' };
    default:
      return { type: 'done' };
  }
}

/** Inputs decided by all stories of this file. */
const decided = { inputs: 0 };

/** Plays a story; `look` sees every decision with the state before it. */
function tell(
  world: World,
  story: readonly Step[],
  look: (
    before: World['snapshot'],
    input: Input,
    after: World['snapshot'],
    effects: readonly Effect[],
    now: number,
  ) => void,
): void {
  const input = (given: Input): void => {
    decided.inputs += 1;
    const before = world.snapshot;
    const decision = world.input(given);
    look(before, given, decision.snapshot, decision.effects, world.now);
  };
  let last: Input | null = null;
  input({ type: 'command', command: { type: 'admit' }, by: AO });
  for (const next of story) {
    switch (next.kind) {
      case 'fact':
        last = { type: 'fact', fact: next.make(world) };
        input(last);
        break;
      case 'command':
        // What a person asks for anew has the millisecond in its key; nobody presses twice within one.
        world.skip(1);
        input({ type: 'command', command: next.make(world), by: next.by });
        break;
      case 'again':
        if (last !== null) input(last);
        break;
      case 'outcome': {
        const recent = world.effects.slice(-6);
        const effect = recent[next.pick % Math.max(1, recent.length)];
        if (effect !== undefined)
          input({
            type: 'outcome',
            effect,
            outcome: next.fails
              ? { type: 'failed', reason: 'no', code: 'AO_TEST' }
              : outcomeOf(world, effect),
          });
        break;
      }
      case 'time':
        for (let end = world.now + next.ms; world.now < end; ) {
          const due = Math.min(end, ...world.snapshot.timers.map((timer) => timer.dueAt));
          const timer = world.snapshot.timers.find((candidate) => candidate.dueAt === due);
          world.skip(due - world.now);
          if (timer !== undefined) input({ type: 'timer', timer });
        }
    }
  }
}

const story = fc.array(step, { minLength: 5, maxLength: 60, size: 'max' });

/** Observations whose repetition says nothing new. `on:` reactions and one-off questions are about events, not states. */
const REPEATABLE = new Set([
  'pull_request',
  'runtime',
  'activity',
  'budget',
  'request_opened',
  'request_closed',
  'workspace_missing',
  'steer_accepted',
  'project_complete',
]);

/** As `toEqual`. Almost all of some hundred thousand comparisons hold, and are made without its machinery. */
function equal(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

/** The same state. A timer too many wakes for nothing; one too few would be a deadline that only luck keeps. */
function sameBut(again: World['snapshot'], after: World['snapshot']): void {
  equal({ ...again, timers: [] }, { ...after, timers: [] });
  for (const timer of again.timers)
    if (!after.timers.some((other) => isDeepStrictEqual(other, timer)))
      expect(after.timers).toContainEqual(timer);
}

/** One decision of a story. */
interface Decided {
  readonly policy: World['policy'];
  readonly before: World['snapshot'];
  readonly input: Input;
  readonly after: World['snapshot'];
  readonly effects: readonly Effect[];
  readonly now: number;
}

const isForced = (input: Input, key: string): boolean =>
  input.type === 'command' && input.command.type === 'run_reaction' && input.command.key === key;

function endStays({ before, input, after, effects }: Decided): void {
  const isTakenBack =
    input.type === 'command' && (input.command.type === 'undo' || input.command.type === 'restore');
  if (before.session.ended !== null && !isTakenBack)
    equal(after.session.ended, before.session.ended);
  if (after.session.ended !== null)
    equal(
      effects.filter((effect) =>
        ['deliver_steer', 'start_runtime', 'merge_pr', 'answer_request'].includes(effect.type),
      ),
      [],
    );
}

function attemptsStayWithinLimits({ policy, before, input, after }: Decided): void {
  for (const episode of after.episodes) {
    const { retries } = policy.reactions[episode.key] ?? { retries: null };
    const known = before.episodes.find((one) => one.key === episode.key)?.attempts ?? 0;
    if (retries !== null && !isForced(input, episode.key) && episode.attempts > known)
      expect(episode.attempts).toBeLessThanOrEqual(retries);
  }
}

function listsAreInOrder({ after, now }: Decided): void {
  const late = after.timers.filter((timer) => timer.dueAt <= now);
  equal(late, []);
  equal(new Set(after.timers.map(({ kind, key }) => `${kind} ${key}`)).size, after.timers.length);
  const onTheWay = after.steers.filter(({ state }) => state === 'typing' || state === 'typed');
  if (onTheWay.length > 1) expect(onTheWay).toEqual([onTheWay[0]]);
  equal(new Set(after.steers.map((steer) => steer.id)).size, after.steers.length);
}

function effectsAreAllowed({ policy, after, effects, now }: Decided): void {
  for (const effect of effects) {
    if (effect.type === 'merge_pr') {
      const pr = after.prs.find((candidate) => candidate.key === effect.pr);
      equal(pr?.headSha, effect.sha);
      const { merge, settle } = policy;
      const { episodes, facts } = after;
      const work = facts.workAtHead;
      if (pr !== undefined) equal(gate({ pr, merge, settle, episodes, work, now }), []);
    }
    if (effect.type === 'deliver_steer') {
      equal(after.steers.find((steer) => steer.id === effect.steer)?.state, 'typing');
      equal(
        after.requests.filter((request) => request.answer === null),
        [],
      );
      equal([after.session.ended, after.session.paused], [null, null]);
    }
  }
}

const sameDecisionAgain = ({ policy, before, input, after, now }: Decided): void =>
  equal(decide(before, input, policy, now).snapshot, after);

function noNewsChangesNothing({ policy, input, after, now }: Decided): void {
  if (input.type === 'fact' && REPEATABLE.has(input.fact.type)) {
    const again = decide(after, input, policy, now);
    const effects = again.effects.filter((effect) => effect.type !== 'refresh_pr');
    equal([again.events, effects], [[], []]);
    sameBut(again.snapshot, after);
  }
  const fact = { type: 'reconciled', what: null } as const;
  const idle = decide(after, { type: 'fact', fact }, policy, now);
  equal(idle.events, []);
  sameBut(idle.snapshot, after);
}

/** Two with the same key would be one too few. */
const ONCE = [
  'deliver_steer',
  'start_runtime',
  'create_workspace',
  'restore_workspace',
  'remove_workspace',
];

// Each story is played once and everything asked of each of its decisions: playing it costs more than asking.
test('any story: it never throws, ends stay, attempts stay within limits, timers lie ahead, merges go through the gate, messages are delivered one at a time; the same arguments give the same decision; the same observation again changes nothing, and statuses do not oscillate without news', () => {
  fc.assert(
    fc.property(policies, story, (policy, steps) => {
      const world = createWorld({ policy });
      tell(world, steps, (before, input, after, effects, now) => {
        const decision: Decided = { policy, before, input, after, effects, now };
        endStays(decision);
        attemptsStayWithinLimits(decision);
        listsAreInOrder(decision);
        effectsAreAllowed(decision);
        sameDecisionAgain(decision);
        noNewsChangesNothing(decision);
      });
      equal(
        world.dropped.filter((effect) => ONCE.includes(effect.type)),
        [],
      );
    }),
    RUNS,
  );
}, 120_000);

test('that were enough stories: 35,000 inputs, each decided three times', () =>
  expect(decided.inputs).toBeGreaterThan(process.env.AO_PROPERTY_RUNS === undefined ? 35_000 : 0));
