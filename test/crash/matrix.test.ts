import { expect, it } from 'vitest';
import { run } from './run.ts';

/** A small part of `npm run test:crash`: one of each kind of moment that was hard. */
const DEATHS = [
  'after create_workspace 1',
  'before deliver_steer 2',
  'after chat.post:slack 9',
  // Kept and not acknowledged; carried out and not marked so.
  'after inbox.take:web 2',
  'before inbox.done:web 5',
  'after merge_pr 1',
];

it('killed six times on the way, the loop ends as if nobody had: nothing lost, nothing doubled, on web, Slack and Discord', async () => {
  const unkilled = await run('web', null, null);
  expect(unkilled.wrong).toEqual([]);
  const killed = await run('web', { type: 'steps', steps: DEATHS }, unkilled.result);
  expect(killed.wrong).toEqual([]);
  expect(killed.kills).toBe(DEATHS.length);
}, 240_000);
