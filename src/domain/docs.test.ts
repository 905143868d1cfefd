import { expect, test } from 'vitest';
import {
  CHECKS,
  DRAFTS,
  judged,
  MERGES,
  REVIEWS,
  type Row,
  tableOf,
  WORKS,
} from '../../test/support/readiness-table.ts';
import {
  APPROVED,
  createWorld,
  green,
  HOUR,
  launching,
  MINUTE,
  mergeable,
  pending,
  policyWith,
  question,
  red,
  resting,
  SHA,
  startRuntime,
  type World,
  withPr,
  working,
} from '../../test/support/session-world.ts';
import { remedy, waitSentence } from './merge/readiness-words.ts';
import { REACTION_DEFAULTS } from './reactions/reaction-defaults.ts';
import { AO } from './session/ids.ts';
import { STATUSES, type Status } from './session/statuses.ts';
import { TEMPLATE_VARIABLES } from './text/template-variables.ts';

/** What may happen to a session, by the kind of input people think of. */
const HAPPENINGS: Readonly<Record<string, (world: World) => void>> = {
  'command: admit': (world) => world.command({ type: 'admit' }, AO),
  'command: pause': (world) => world.command({ type: 'pause', reason: 'lunch' }),
  'command: resume': (world) => world.command({ type: 'resume' }),
  'command: stop': (world) => world.command({ type: 'stop', id: 's' }),
  'command: send': (world) => world.send('m'),
  'command: answer': (world) =>
    world.command({ type: 'answer', request: 'q1', option: 'yes', text: null }),
  'command: merge': (world) =>
    world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null }),
  'command: kill': (world) => world.command({ type: 'kill', reason: null }),
  'command: done': (world) => world.command({ type: 'done' }),
  'command: undo': (world) => world.command({ type: 'undo' }),
  'fact: agent works': (world) => world.activity('active'),
  "fact: agent's turn ended": (world) => world.activity('ready'),
  'fact: usage limit': (world) => world.activity('limited', { resetAt: world.now + HOUR }),
  'fact: question opened': (world) =>
    world.fact({ type: 'request_opened', request: question('q9') }),
  'fact: question closed': (world) => {
    world.fact({ type: 'request_closed', request: 'q1', answer: null });
    return world.activity('active');
  },
  'fact: agent exited': (world) => world.runtime('exited', 1),
  'fact: workspace missing': (world) => world.fact({ type: 'workspace_missing' }),
  'fact: budget used up': (world) =>
    world.fact({
      type: 'budget',
      fact: {
        id: 'day',
        kind: 'day',
        label: "today's budget",
        spentUsd: 5,
        limitUsd: 5,
        tells: true,
        at: world.now,
      },
    }),
  'fact: checks pending': (world) => world.pr({ headSha: SHA(1), checks: pending(SHA(1)) }),
  'fact: checks failed': (world) => world.pr({ headSha: SHA(1), checks: red(SHA(1)) }),
  'fact: checks passed': (world) => world.pr({ headSha: SHA(1), checks: green(SHA(1)) }),
  'fact: approved': (world) => world.pr({ review: APPROVED }),
  'fact: changes requested': (world) =>
    world.pr({ review: { decision: 'changes_requested', approvedBy: [], comments: [] } }),
  'fact: conflict': (world) => world.pr({ mergeability: 'conflicting' }),
  'fact: new push': (world) =>
    world.pr({
      headSha: SHA(2),
      checks: pending(SHA(2)),
      review: { decision: 'required', approvedBy: [], comments: [] },
    }),
  'fact: pull request closed': (world) => world.pr({ state: 'closed' }),
  'fact: pull request merged': (world) => world.pr({ state: 'merged', mergeSha: SHA(9) }),
  'outcome: workspace made': (world) =>
    asked(world, 'create_workspace', () =>
      world.outcome('create_workspace', {
        type: 'workspace_created',
        path: '/w',
        branch: 'feat/42',
        baseSha: SHA(0),
        tookMs: 1,
      }),
    ),
  'outcome: task taken': (world) => world.fact({ type: 'steer_accepted', steer: 'task' }),
  'outcome: workspace removed': (world) =>
    asked(world, 'remove_workspace', () =>
      world.outcome('remove_workspace', {
        type: 'workspace_removed',
        snapshotRef: null,
        branchDeleted: true,
      }),
    ),
  'outcome: merged': (world) =>
    asked(world, 'merge_pr', () =>
      world.outcome('merge_pr', {
        type: 'merged',
        pr: 'local:app#1',
        sha: SHA(1),
        mergeSha: SHA(9),
        by: 'Dana',
      }),
    ),
  'outcome: merge failed': (world) => asked(world, 'merge_pr', () => world.fails('merge_pr')),
  'time: 11 minutes': (world) => world.pass(11 * MINUTE),
  'time: 1 hour': (world) => world.pass(HOUR),
};

function asked(world: World, type: Parameters<World['wanted']>[0], then: () => void): void {
  if (world.wanted(type).length > 0) then();
}

const after = (world: World, act: (world: World) => void): World => {
  act(world);
  return world;
};
const clicked = (): World =>
  after(mergeable(), (world) =>
    world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null }),
  );
const ended = (world: World): World =>
  after(world, () =>
    world.outcome('merge_pr', {
      type: 'merged',
      pr: 'local:app#1',
      sha: SHA(1),
      mergeSha: SHA(9),
      by: 'Dana',
    }),
  );

/** A session in each status, as ordinary as can be. */
const IN: Readonly<Record<Status, () => World>> = {
  queued: () => createWorld(),
  spawning: () => after(launching(), (world) => startRuntime(world)),
  working,
  idle: resting,
  pr_open: withPr,
  ci_failed: () => after(withPr(), (world) => world.pr({ checks: red(SHA(1)) })),
  review_pending: () => after(withPr(), (world) => world.pr({ checks: green(SHA(1)) })),
  changes_requested: () =>
    after(withPr(), (world) =>
      world.pr({
        checks: green(SHA(1)),
        review: { decision: 'changes_requested', approvedBy: [], comments: [] },
      }),
    ),
  approved: () => after(withPr(), (world) => world.pr({ review: APPROVED })),
  mergeable: () => clicked(),
  merge_failed: () => after(clicked(), (world) => world.fails('merge_pr')),
  merged: () =>
    after(ended(clicked()), (world) =>
      world.outcome('remove_workspace', {
        type: 'workspace_removed',
        snapshotRef: null,
        branchDeleted: true,
      }),
    ),
  cleanup: () => ended(clicked()),
  needs_input: () =>
    after(working(), (world) => world.fact({ type: 'request_opened', request: question('q1') })),
  stuck: () => after(working(), (world) => world.pass(11 * MINUTE)),
  errored: () => after(launching(), (world) => world.fails('start_runtime')),
  killed: () => after(working(), (world) => world.command({ type: 'kill', reason: null })),
  done: () => after(working(), (world) => world.command({ type: 'done' })),
  terminated: () =>
    after(working({ policy: policyWith({ resume: 'never' }) }), (world) => world.runtime('gone')),
  limited: () =>
    after(working(), (world) => world.activity('limited', { resetAt: world.now + HOUR - MINUTE })),
  paused: () => after(working(), (world) => world.command({ type: 'pause', reason: 'lunch' })),
};

function transitions(): readonly string[] {
  return STATUSES.map((status) => {
    const rows = Object.entries(HAPPENINGS).flatMap(([what, happens]) => {
      const world = IN[status]();
      expect(world.status).toBe(status);
      const told = world.of('session.status').length;
      happens(world);
      const steps = world.of('session.status').slice(told);
      return steps.length === 0
        ? []
        : [
            `| ${what} | ${steps.map((step) => `\`${step.to}\` (${step.because})`).join(', then ')} |`,
          ];
    });
    return [
      `### ${status}`,
      '',
      '| what happens | next status (because) |',
      '|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
}

const PARTS = [CHECKS, REVIEWS, DRAFTS, MERGES, WORKS] as const;

/** Every state of every part beside every other. */
const combinations = (): ReadonlyArray<readonly Row[]> =>
  PARTS.reduce<ReadonlyArray<readonly Row[]>>(
    (all, rows) => all.flatMap((one) => rows.map((row) => [...one, row])),
    [[]],
  );

const isReady = (...rows: readonly Row[]): boolean => judged(...rows).waits.length === 0;

const PRODUCT = {
  all: combinations().length,
  ready: combinations().filter((rows) => isReady(...rows)).length,
};

const LIFECYCLE = () => `# Lifecycle

A session has no stored status. Facts (what was observed), commands (what people asked), outcomes (what came of effects) and time are inputs to one pure
function, \`decide\`; the status is derived from what is known afterwards, first match wins: ended (\`merged\`, \`cleanup\`, \`killed\`, \`done\`, \`terminated\`,
\`errored\`), \`queued\`, \`spawning\`, \`paused\`, \`limited\`, \`needs_input\`, \`errored\` (the agent stopped at an error; a reply is the next try), \`stuck\`, \`merge_failed\`, \`mergeable\`, \`ci_failed\`, \`changes_requested\`, \`approved\`,
\`review_pending\`, \`pr_open\`, \`idle\`, \`working\`. A session that is paused before its agent took the task shows \`paused\`, since nothing will happen until somebody resumes it.
What is unknown never changes a status. Every change is an event with the fact that did it.

Stopping the bot leaves the agents running. At the next start it compares what it knows with what is there: a live agent is watched again, one that ended is
resumed, asked about or given up (\`lifecycle.resume\`), a missing workspace ends the session as \`terminated\` with Restore, an agent that no session has is left alone and logged.

## When a pull request is ready

One rule says it (\`domain/merge/readiness.ts\`), and status, turn, card, inbox, reactions, the merge button and the API read it. Required checks decide, and optional ones are named;
the window \`lifecycle.settle\` counts from the push whatever is green by then; after it a pull request that misses no required check is ready, also where none ran. The newest run of a
check counts. What is unknown keeps it shut. It is ready when every part below says yes at once: of their ${PRODUCT.all} combinations ${PRODUCT.ready} are. Printed by a test; the session's agent rests.

### Checks

${tableOf(CHECKS)}

### Review

${tableOf(REVIEWS)}

After requested changes a push hands the turn back: once the agent rests and the checks of the new head are known, the status is \`review_pending\`, people read
"Changes were requested; HEAD answers them and waits for another look.", and the reviewer is asked to look again, with what changed since. The agent is reminded of the same comments only
while the head is the same; a new or edited comment goes to it once.

### Draft

${tableOf(DRAFTS)}

### Branch and rules

${tableOf(MERGES)}

### Whose work it is

The head is compared with the session's worktree when the pull request is first seen, with each push, after each turn of the agent, and right before a merge. Commits of the base don't count as work, nor those that the head has under another id. A session whose worktree is gone, or whose git is refused, is not compared.

${tableOf(WORKS)}

## Transitions

Printed by a test from real runs with the built-in configuration: a session in the status, then one thing happens. What is not listed changes no status.

${transitions().join('\n')}`;

const ms = (value: number): string =>
  value % HOUR === 0 && value > 0
    ? `${value / HOUR}h`
    : value % MINUTE === 0 && value > 0
      ? `${value / MINUTE}m`
      : value === 0
        ? '-'
        : `${value / 1000}s`;

const REACTIONS = (): string => {
  const rows = Object.values(REACTION_DEFAULTS).map((policy) =>
    [
      `\`${policy.key}\``,
      policy.action,
      policy.priority,
      policy.retries ?? 'no limit',
      policy.escalateAfter === null ? '-' : ms(policy.escalateAfter),
      ms(policy.threshold),
      policy.strategy,
    ].join(' | '),
  );
  const messages = Object.values(REACTION_DEFAULTS).map(
    (policy) => `### ${policy.key}\n\n\`\`\`\n${policy.message}\n\`\`\`\n`,
  );
  const variables = Object.entries(TEMPLATE_VARIABLES).map(
    ([name, meaning]) => `| \`${name}\` | ${meaning} |`,
  );
  return `# Reactions

A reaction answers a condition. Its episode begins when the condition begins to hold and ends when its opposite is seen (checks passed, not pending again), so attempts
add up over pushes. Within an episode, something new counts as another attempt at once; the same failure is sent again only when the agent's turn ended without a change, after growing pauses
(\`lifecycle.resendBackoff\`). More attempts than \`retries\`, or \`escalateAfter\`, ask a person: once, then climbing to the channel and to urgent notifiers until somebody takes it.

While a session is paused nothing automatic is done, and the time does not count. Quiet hours hold back all but what is \`urgent\` until they end.

## Defaults

| key | action | priority | retries | escalate after | threshold | strategy |
|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

Of \`agent-limited\`, \`retries\` is how often ao lets the agent go on by itself before a person has said anything, and \`auto: false\` makes ao ask a person each time the limit ends.

Any other name is your own: \`on\` an event, or a \`condition\` in CEL over \`session\`, \`status\`, \`turn\`, \`labels\`, \`label\` (each label in turn), \`pr\`, \`checks\`, \`review\`, \`usd\` and \`minutes\`.

## Variables of messages

| name | what it is |
|---|---|
${variables.join('\n')}

## Messages

${messages.join('\n')}`;
};

test('docs/lifecycle.md is what decide does', async () => {
  await expect(LIFECYCLE()).toMatchFileSnapshot('../../docs/lifecycle.md');
});

test('a pull request is ready when each part is, and whatever else it waits for has its sentence and its remedy', () => {
  for (const rows of combinations()) {
    const { waits } = judged(...rows);
    const what = rows.map((row) => row.what).join(', ');
    const closed = rows.some((row) => row.pr.state === 'closed');
    // A pull request that is over waits for nothing else.
    expect([what, isReady(...rows)]).toEqual([what, !closed && rows.every((row) => isReady(row))]);
    for (const wait of waits) {
      expect(waitSentence(wait)).toMatch(/^\S.*[.]$/s);
      expect(remedy(wait)).toMatch(/^[A-Za-z].*[.]$/s);
    }
  }
});

test('docs/reactions.md is what the defaults say', async () => {
  await expect(REACTIONS()).toMatchFileSnapshot('../../docs/reactions.md');
});
