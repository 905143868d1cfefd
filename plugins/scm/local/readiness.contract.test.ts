import { type ReadinessRow, readinessContract } from '../../../test/contract/readiness.ts';
import { LEE } from '../../../test/contract/scm.ts';
import { check, type LocalWorld, openWorld } from '../../../test/support/local-scm-world.ts';
import { until } from '../../../test/support/until.ts';

const optional = (run: string) => check('lint', run, 60_000, false);
const build = check('build', 'true');

/** How the bot is set up for a row. */
const SETTINGS: Partial<Record<ReadinessRow, Parameters<typeof openWorld>[0]>> = {
  'required checks green': { checks: [build] },
  'required checks green, an optional one red': { checks: [build, optional('false')] },
  'required checks green, an optional one runs': { checks: [build, optional('sleep 60')] },
  'a required check red': { checks: [check('build', 'false')] },
  'a required check runs': { checks: [check('build', 'sleep 60')] },
  'a rule wants a review, there is none': { config: { requireReview: true } },
  'a rule wants a review, the head is approved': { config: { requireReview: true } },
  'approved, and pushed to since': { config: { requireReview: true } },
  'the base moved on, and a rule wants a current one': {
    config: { requireReview: false, requireCurrentBase: true },
  },
};
/** There is no queue, a configured check always reports, and what was closed is opened as another one. */
const UNKNOWN: ReadonlySet<ReadinessRow> = new Set([
  'a required check has not reported',
  'in the merge queue',
  'out of the merge queue, without a merge',
  'closed and opened again',
]);
const FILE = { 'a.txt': 'a\n' };

readinessContract('local', async (row) => {
  if (UNKNOWN.has(row)) return null;
  const world = await openWorld({ config: { requireReview: false }, ...SETTINGS[row] });
  await world.scm.start();
  world.repository.commit('feat/a', row.startsWith('conflicting') ? { 'README.md': 'a\n' } : FILE);
  const draft = row === 'a draft';
  const text = { title: 'A', body: '', draft };
  const { key } = await world.scm.create({
    session: 'app-1',
    branch: 'feat/a',
    base: 'main',
    ...text,
  });
  await bring(row, world, key);
  const running = row.endsWith('runs');
  const fact = await until(async () => {
    const seen = await world.scm.read(key);
    const open = seen.checks.checks.filter(({ status }) => status !== 'completed').map(nameOf);
    const settled = running ? open.length === 1 : open.length === 0;
    return settled && (seen.state !== 'open' || seen.mergeability !== 'unknown') ? seen : null;
  }, 20_000);
  return {
    fact,
    async close() {
      await world.scm.stop();
      world.remove();
    },
  };
});

const nameOf = ({ name }: { readonly name: string }): string => name;

async function bring(row: ReadinessRow, { scm, repository }: LocalWorld, key: string) {
  const review = (decision: 'approve' | 'request_changes') =>
    scm.review(key, { decision, text: 'x', by: LEE, file: null, line: null, key: 'r1' });
  if (row.startsWith('the base moved on')) repository.commit('main', { 'b.txt': 'b\n' });
  if (row.startsWith('conflicting')) repository.commit('main', { 'README.md': 'b\n' });
  if (row === 'changes requested') await review('request_changes');
  if (row.includes('approved')) await review('approve');
  if (row.includes('pushed to since')) repository.commit('feat/a', { 'a.txt': 'b\n' });
  if (row === 'closed') await scm.close(key);
}
