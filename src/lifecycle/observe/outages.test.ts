import { expect, test } from 'vitest';
import { check, checksOf, pullRequest, resting, SHA } from '../../../test/support/session-world.ts';
import type { PullRequestFact } from '../../domain/session/facts.ts';
import type { FactInput } from '../../domain/session/input.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import type { Dispatch } from '../dispatch.ts';
import { createOutageObserver } from './outages.ts';

const withPr = (id: string, project: string, checks: PullRequestFact['checks']): Snapshot => {
  const { snapshot } = resting();
  const session = { ...snapshot.session, id: id as Snapshot['session']['id'], project };
  return { ...snapshot, session, prs: [pullRequest(0, { checks })] };
};
const unpaid = checksOf(
  SHA(1),
  'failing',
  check('build', 'failure', { excerpt: 'recent account payments have failed' }),
);

test('M5: one session of a project asks people, the others say where; another project asks for itself', () => {
  const live = new Map(
    [
      withPr('app-1', 'app', unpaid),
      withPr('app-2', 'app', unpaid),
      withPr('web-1', 'web', unpaid),
      withPr('app-3', 'app', checksOf(SHA(1), 'passing', check('build', 'success'))),
    ].map((snapshot) => [snapshot.session.id as string, snapshot]),
  );
  const told: Array<readonly [string, FactInput]> = [];
  const dispatch = {
    snapshot: (id: string) => live.get(id) ?? null,
    live: () => [...live.values()],
    onChange: () => () => {},
    input(id: string, input: { fact: FactInput }) {
      told.push([id, input.fact]);
      const snapshot = live.get(id);
      if (snapshot !== undefined && input.fact.type === 'outage')
        live.set(id, { ...snapshot, facts: { ...snapshot.facts, outage: input.fact.fact } });
    },
  } as unknown as Dispatch;
  const observer = createOutageObserver({ dispatch, clock: { now: () => 5 } as never });
  observer.start();
  const outage = (elsewhere: string | null) => ({
    type: 'outage',
    fact: { faults: ['payment'], elsewhere, at: 5 },
  });
  expect(told).toEqual([
    ['app-1', outage(null)],
    ['app-2', outage('app-1')],
    ['web-1', outage(null)],
  ]);
  observer.start();
  expect(told).toHaveLength(3);
});
