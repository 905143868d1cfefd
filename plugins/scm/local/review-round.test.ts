import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import { LEE } from '../../../test/contract/scm.ts';
import { check, type LocalWorld, openWorld } from '../../../test/support/local-scm-world.ts';
import { resting } from '../../../test/support/session-world.ts';
import { until } from '../../../test/support/until.ts';

let world: LocalWorld;
beforeEach(async () => {
  world = await openWorld({ checks: [check('unit', 'true')] });
  await world.scm.start();
});
afterEach(async () => {
  await world.scm.stop();
  world.remove();
});

/** What the scm says, in the time of the session that hears it. */
const seenBy = (session: ReturnType<typeof resting>, fact: PullRequestFact): void => {
  const { at: _at, headAt: _headAt, openedAt: _openedAt, ...told } = fact;
  session.pr(told);
};

it('M8: from the request for changes to the next look, through the facts of the scm: the reviewer is asked with what changed, nothing is told twice', async () => {
  world.repository.commit('feat/a', { 'a.txt': 'one\n' });
  const { key } = await world.scm.create({
    session: 'app-1',
    branch: 'feat/a',
    base: 'main',
    title: 'A',
    body: '',
    draft: false,
  });
  const passing = (sha: string): Promise<PullRequestFact> =>
    until(
      async () => {
        const fact = await world.scm.read(key);
        return fact.headSha === sha && fact.checks.state === 'passing' ? fact : null;
      },
      25_000,
      'the checks to pass',
    );
  const first = await passing((await world.scm.read(key)).headSha);
  await world.scm.review(key, {
    decision: 'request_changes',
    text: 'Two, please.',
    by: LEE,
    file: 'a.txt',
    line: 1,
    comments: [
      { file: 'a.txt', line: 1, hunk: null, text: 'And three.' },
      { file: 'a.txt', line: null, hunk: '@@ -1 +0,0 @@\n-zero', text: 'Why is this gone?' },
    ],
    key: 'r1',
    sha: first.headSha,
    base: 'main',
  });
  const session = resting();
  seenBy(session, await world.scm.read(key));
  const told = () =>
    session.snapshot.steers.filter(({ reaction }) => reaction === 'changes-requested').length;
  const [asked] = session.snapshot.steers.filter((one) => one.reaction === 'changes-requested');
  for (const words of ['a.txt:1', '1: one', 'And three.', '-zero', 'Why is this gone?'])
    expect(asked?.text).toContain(words);
  for (const { id } of session.snapshot.steers) session.fact({ type: 'steer_accepted', steer: id });
  session.activity('active');
  expect([session.status, session.turn, told()]).toEqual(['changes_requested', 'agent', 1]);

  session.pass(9_000);
  const answer = world.repository.commit('feat/a', { 'a.txt': 'two\n' });
  seenBy(session, await passing(answer));
  session.activity('ready');
  expect([session.status, session.turn]).toEqual(['review_pending', 'human']);
  expect(session.of('review.answered')).toMatchObject([{ from: first.headSha }]);
  expect(await world.scm.changes?.(key, first.headSha, answer)).toContain('+two');
  session.pass(1_800_000);
  expect([session.status, told()]).toEqual(['review_pending', 1]);
});
