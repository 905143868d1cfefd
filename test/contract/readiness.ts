import { describe, expect, it } from 'vitest';
import { readiness } from '../../src/domain/merge/readiness.ts';
import type { PullRequestFact } from '../../src/domain/session/facts.ts';
import { HOUR, policyWith } from '../support/session-world.ts';

/** States that every scm which knows them has to tell alike, and what the one rule waits for then (docs/lifecycle.md). */
const ROWS = {
  'required checks green': [],
  'required checks green, an optional one red': [],
  'required checks green, an optional one runs': [],
  'a required check red': ['checks_failed'],
  'a required check runs': ['checks_running'],
  'a required check has not reported': ['checks_missing'],
  'no checks at all': [],
  'a draft': ['draft'],
  'a rule wants a review, there is none': ['review_missing'],
  'a rule wants a review, the head is approved': [],
  'approved, and pushed to since': ['review_missing'],
  'changes requested': ['changes_requested'],
  'the base moved on, no rule wants a current one': [],
  'the base moved on, and a rule wants a current one': ['behind'],
  'conflicting with the base': ['conflicting'],
  'in the merge queue': ['queued'],
  'out of the merge queue, without a merge': [],
  closed: ['over'],
  'closed and opened again': [],
} as const;
export type ReadinessRow = keyof typeof ROWS;

export interface ReadinessWorld {
  /** The pull request of `feat/a`, read freshly, once nothing about it is on its way any more. */
  readonly fact: PullRequestFact;
  close(): Promise<void>;
}

/** `open` brings a pull request into the state; null: this scm doesn't know it. */
export function readinessContract(
  name: string,
  open: (row: ReadinessRow) => Promise<ReadinessWorld | null>,
): void {
  describe(`readiness: ${name}`, () => {
    it.each(Object.keys(ROWS) as ReadinessRow[])('%s', async (row) => {
      const world = await open(row);
      if (world === null) return;
      try {
        const { fact } = world;
        const merge = { ...policyWith().merge, requireReview: false };
        const settle = 60_000;
        const now = fact.headAt + HOUR;
        const { waits } = readiness({ pr: fact, merge, settle, episodes: [], now });
        // Besides its reason a forge may call the whole thing blocked.
        const types = waits.map(({ type }) => type).filter((type) => type !== 'blocked');
        expect(types).toEqual(ROWS[row]);
        if (waits.length > types.length) expect(ROWS[row]).not.toEqual([]);
      } finally {
        await world.close();
      }
    });
  });
}
