// A fake GitHub on a thread of its own, with as many pull requests as asked for, all with running checks.
import { parentPort, workerData } from 'node:worker_threads';
import { namedCommits } from '../../fakes/github/commits.ts';
import { startFakeGitHub } from '../../fakes/github/server.ts';

const commits = namedCommits();
const fake = await startFakeGitHub({ commits, limits: { core: 1_000_000, graphql: 1_000_000 } });
for (let n = 0; n < (workerData as { pulls: number }).pulls; n += 1) {
  const sha = commits.push(`feat/${n}`);
  fake.world.open({ branch: `feat/${n}` });
  fake.world.check(sha, 'unit', { status: 'IN_PROGRESS' });
}
parentPort?.on('message', () => {
  for (const runs of fake.world.runs.values())
    for (const run of runs)
      if (run.status !== 'COMPLETED')
        Object.assign(run, { status: 'COMPLETED', conclusion: 'SUCCESS', updatedAt: Date.now() });
  parentPort?.postMessage('done');
});
parentPort?.postMessage(fake.url);
