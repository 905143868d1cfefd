/** Scripted commands whose every text from outside ends with a secret, behind the redacting door the app puts before them. */
import { redactedCommands } from '../../../src/app/redacted-commands.ts';
import type { Commands } from '../../../src/commands/commands.ts';
import type { Reader } from '../../../src/commands/reader.ts';
import type { BudgetView } from '../../../src/commands/view/cost.ts';
import type { EventView } from '../../../src/commands/views.ts';
import { subject } from '../../../src/domain/session/ids.ts';
import type { Redact } from '../../../src/lib/redact.ts';
import { CARD_STATES, PERMISSION } from '../../fakes/card-states.ts';
import { EVENTFUL_SESSION, EVENTS } from '../../fakes/event-samples.ts';
import { type FakeCommands, type FakeWorld, fakeCommands } from '../../fakes/fake-commands.ts';
import {
  DANA,
  digestView,
  issueView,
  MINUTE,
  NOW,
  projectView,
  requestView,
  sessionView,
  steerView,
} from '../../fakes/views.ts';
import { plant } from './plant.ts';

export const SESSION = 'app-7';

export interface PlantedWorld {
  readonly fake: FakeCommands;
  readonly commands: Commands;
  readonly reader: Reader;
  /** One of each type. */
  readonly events: readonly EventView[];
}

export function plantedWorld(seed: string, redact: Redact): PlantedWorld {
  const events = EVENTS.map((event, index) => ({
    seq: index + 1,
    session: SESSION,
    project: 'app',
    at: NOW,
    event: plant(event, seed),
    text: seed,
  }));
  const fake = fakeCommands({ ...plant(sources(), seed), events });
  const commands = redactedCommands(fake.commands, redact);
  return { fake, commands, reader: redactedCommands(readerOf(fake), redact), events };
}

function readerOf({ commands, world }: FakeCommands): Reader {
  const nobody = { subject: subject('system:ao'), name: 'ao', via: 'system' } as const;
  return {
    sessions: () => world.sessions,
    sessionsOf: () => world.sessions,
    session: (session) => commands.session(nobody, session),
    events: () => world.events,
    steers: (session) => commands.steers(nobody, session),
    digest: async () => world.digest,
  };
}

/** Enough for a list; each state of a card has its own test. */
const OTHERS = new Set(['mergeable', 'failed spawn', 'terminated']);

const failing = {
  name: 'unit',
  status: 'completed',
  conclusion: 'failure',
  url: 'https://forge.test/checks/1',
  required: true,
  excerpt: 'FAIL login.test.ts',
  ref: 'unit',
} as const;

function sources(): Partial<FakeWorld> {
  const { pr } = EVENTFUL_SESSION;
  const busy = sessionView({
    ...EVENTFUL_SESSION,
    openRequests: [requestView(), PERMISSION],
    steers: [steerView({ state: 'failed', reason: 'no proof', files: ['notes.txt'] })],
    paused: null,
    mergeFailure: CARD_STATES.mergeable?.mergeFailure ?? null,
    ...(pr === null
      ? {}
      : {
          pr: {
            ...pr,
            checks: { ...pr.checks, state: 'failing', items: [failing] },
            waits: ['1 of 2 approvals.'],
            notes: ['A note of the forge.'],
          },
        }),
  } as Parameters<typeof sessionView>[0]);
  const others = Object.entries(CARD_STATES)
    .filter(([name]) => OTHERS.has(name))
    .map(([, session], index) => ({ ...session, id: `app-${100 + index}` }));
  const item = {
    id: 'i1',
    kind: 'question',
    session: SESSION,
    project: 'app',
    owner: DANA,
    title: 'Fix flaky login test',
    text: 'The cookie is set in two places.',
    since: NOW - MINUTE,
    request: requestView(),
    key: null,
    actions: ['diff'],
  } as const;
  const told = { session: SESSION, project: 'app', title: 'Fix', pr: null, usd: 1 };
  const part = { key: 'codex', label: 'codex', usd: 2, tokens: 10, sessions: 1, unpricedTokens: 3 };
  const series = { days: ['2026-11-20'], parts: [{ key: 'codex', label: 'codex', usd: [2] }] };
  const digest = digestView({ quiet: false });
  return {
    sessions: [busy, ...others],
    projects: [projectView(), projectView({ id: 'api', name: 'API' })],
    issues: [issueView(), issueView({ id: '43', title: 'Sign-out', session: SESSION })],
    inbox: [
      item,
      { ...item, id: 'i2', kind: 'permission', request: PERMISSION },
      { ...item, id: 'i3', kind: 'escalation', key: 'agent-stuck', request: null },
      { ...item, id: 'i4', kind: 'merge', request: null, actions: ['merge'] },
      { ...item, id: 'i5', kind: 'review', request: null },
      { ...item, id: 'i6', kind: 'waits', request: null },
      { ...item, id: 'i7', kind: 'failed_message', request: null },
      { ...item, id: 'i8', kind: 'start', request: null },
    ],
    cost: {
      from: '2026-11-01',
      to: '2026-11-20',
      timezone: 'UTC',
      by: 'model',
      rows: [part],
      totalUsd: 2,
      totalTokens: 10,
      unpriced: ['local-model'],
      series,
    },
    budgets: [
      {
        id: 'b1',
        kind: 'session',
        label: 'app-7',
        limitUsd: 5,
        spentUsd: 4,
        state: 'fine',
        sessions: [SESSION],
      } as unknown as BudgetView,
    ],
    digest: {
      ...digest,
      merged: [told],
      opened: [told],
      failed: [{ ...told, cause: 'errored', reason: 'the disk is full' }],
      waiting: [item],
      cost: {
        ...digest.cost,
        byAgent: [part],
        byProject: [part],
        byModel: [part],
        unpriced: ['m'],
      },
      series,
    },
    quota: {
      accounts: [],
      agents: [],
      unknown: [{ project: 'app', reason: 'GitHub did not answer' }],
    },
    threads: [
      {
        ref: 't1',
        id: 'PRRT_1',
        file: 'src/login.ts',
        line: 41,
        resolved: false,
        comments: [{ author: 'lee', own: false, body: 'Please rename it.', at: NOW }],
      },
    ],
  };
}
