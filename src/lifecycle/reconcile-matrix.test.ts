import { expect, test } from 'vitest';
import { lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { policyWith, pullRequest } from '../../test/support/session-world.ts';
import { eventText } from '../chat/thread/event-text.ts';
import { viewSession } from '../commands/view-session.ts';
import { readEvents } from '../db/event-store.ts';
import { statusOf } from '../domain/session/status.ts';
import { reconcile } from './recovery.ts';

/** Five truths after a reboot of the machine or a restart of the bot: what each of the 32 combinations comes to. */
const ID = sessionId('app-1');
const TRUTHS = ['database', 'agent', 'workspace', 'pull request', 'thread'] as const;
type Truths = Readonly<Record<(typeof TRUTHS)[number], boolean>>;

const COMBINATIONS = Array.from(
  { length: 32 },
  (_, n) =>
    Object.fromEntries(TRUTHS.map((truth, bit) => [truth, (n & (16 >> bit)) === 0])) as Truths,
);

interface Outcome {
  readonly status: string;
  readonly outcome: string;
  readonly told: string;
}

const ORPHAN = 'an agent runs that no session knows; it is left alone';
const LOST = 'ended: terminated, with Restore';

/** Stated here by hand; the test below holds the bot to it. What is told of a pull request or a thread adds to it. */
function wanted(truths: Truths): Outcome {
  if (!truths.database)
    return truths.agent
      ? {
          status: 'none',
          outcome: 'left alone; its number is not given again',
          told: `log: ${ORPHAN}`,
        }
      : {
          status: 'none',
          outcome: truths.workspace ? 'left alone; its number is not given again' : 'nothing to do',
          told: 'nothing',
        };
  const thread = truths.thread ? '' : '; thread opened again';
  if (!truths.workspace)
    return {
      status: 'terminated',
      outcome: `${LOST}${truths.agent ? '; the agent is ended' : ''}${thread}`,
      told: '🔌 Runtime lost · 0 s. Its workspace <path> is gone. The branch feat/42 is kept; Restore makes the workspace again.',
    };
  if (truths.agent)
    return {
      status: truths['pull request'] ? 'pr_open' : 'working',
      outcome: `watched again${thread}`,
      told: 'ao was started again; the agent went on meanwhile.',
    };
  return {
    status: 'spawning',
    outcome: `resumed, under the limits${thread}`,
    told: 'The agent was gone when ao started (a reboot, or its terminal was killed).',
  };
}

const name = (truths: Truths): string =>
  TRUTHS.map((truth) => `${truths[truth] ? '' : 'no '}${truth}`).join(', ');
const rows: string[] = [];

test.each(COMBINATIONS.map((truths) => [name(truths), truths] as const))(
  '%s',
  async (_name, truths) => {
    const world = lifecycleWorld();
    await world.working('app-1');
    if (truths['pull request'])
      world.dispatch.input(ID, {
        type: 'fact',
        fact: { type: 'pull_request', fact: pullRequest(world.clock.now()) },
      });
    const path = world.dispatch.snapshot(ID)?.session.workspace?.path ?? '';
    if (!truths.workspace) world.workspaces.missing.add(path);
    if (!truths.agent) world.runtime.vanish('app-1');
    if (!truths.database) world.db.$client.exec('DELETE FROM sessions');
    const before = readEvents(world.db, { session: ID, limit: 1_000 }).length;
    const dispatch = world.restart();
    let opened = 0;
    const openThread = (): boolean => {
      if (!truths.thread) opened += 1;
      return !truths.thread;
    };
    const result = await reconcile({
      plugins: world.plugins,
      dispatch,
      agents: world.agents,
      clock: world.clock,
      logger: world.logger,
      openThread,
    });

    const expected = wanted(truths);
    const snapshot = dispatch.snapshot(ID);
    const policy = policyWith();
    const seen = snapshot === null ? 'none' : statusOf(snapshot, policy, world.clock.now());
    const told =
      snapshot === null
        ? []
        : readEvents(world.db, { session: ID, limit: 1_000 })
            .slice(before)
            .map(({ event, at }) =>
              eventText(
                event,
                viewSession(snapshot, { policy, now: world.clock.now(), version: 0 }),
                at,
              ).replace(path, '<path>'),
            );
    rows.push(
      `| ${TRUTHS.map((truth) => (truths[truth] ? 'yes' : 'no')).join(' | ')} | ${expected.outcome} | ${seen} | ${expected.told} |`,
    );

    expect(seen).toBe(expected.status);
    if (expected.told.startsWith('log: ')) expect(world.logged).toContain(expected.told.slice(5));
    else if (expected.told !== 'nothing') expect(told).toContain(expected.told);
    else expect(world.logged).toEqual([]);
    expect(opened).toBe(truths.database && !truths.thread ? 1 : 0);
    expect(result).toMatchObject({
      orphans: !truths.database && truths.agent ? 1 : 0,
      watched: truths.database && truths.workspace && truths.agent ? 1 : 0,
      workspacesMissing: truths.database && !truths.workspace ? 1 : 0,
    });
    if (expected.outcome.startsWith(LOST) && snapshot !== null) {
      dispatch.input(ID, {
        type: 'command',
        command: { type: 'restore', message: null },
        by: snapshot.session.owner,
      });
      expect(dispatch.snapshot(ID)?.session.ended).toBeNull();
    }
    if (expected.outcome.startsWith('resumed')) expect(snapshot?.session.launches).toBe(2);
  },
);

test('the table in the documentation is current', async () => {
  const table = [
    '# The reconcile matrix',
    '',
    'Written by `src/lifecycle/reconcile-matrix.test.ts`. After a restart of the bot or a reboot of the machine each of five truths is there or missing; this is',
    'what each of the 32 combinations comes to, and what is told of it in the thread.',
    '',
    `| ${TRUTHS.join(' | ')} | outcome | status | told |`,
    `|${'---|'.repeat(TRUTHS.length + 3)}`,
    ...rows.toSorted().toReversed(),
    '',
  ].join('\n');
  await expect(table).toMatchFileSnapshot('../../docs/reconcile-matrix.md');
});
