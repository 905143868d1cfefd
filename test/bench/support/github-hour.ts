import { createHmac, randomUUID } from 'node:crypto';
import type { ScmWatchTarget } from '../../../src/slots/scm.ts';
import { namedCommits } from '../../fakes/github/commits.ts';
import type { FakeRun } from '../../fakes/github/world.ts';
import { openGitHubWorld } from '../../support/github-world.ts';
import { manualClock } from '../../support/manual-clock.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** When after a push each of its checks ends. */
const CHECKS = [MINUTE, 2 * MINUTE, 4 * MINUTE, 5 * MINUTE];

/**
 * One hour of `sessions` pull requests by the plugin's own rhythm; what GitHub would have counted, per session-hour. `busy`: each is pushed
 * once, runs four checks for five minutes of which one in five pushes fails, and gets one remark.
 */
export async function githubHour(
  sessions: number,
  kind: 'busy' | 'quiet',
  webhooks: boolean,
): Promise<{ points: number; looks: number; free: number }> {
  const clock = manualClock();
  const commits = namedCommits();
  const world = await openGitHubWorld({
    clock,
    commits,
    limits: { core: 1_000_000, graphql: 1_000_000 },
  });
  const targets: ScmWatchTarget[] = [];
  for (let n = 0; n < sessions; n += 1) {
    const branch = `feat/${n}`;
    const sha = commits.push(branch);
    world.world.open({ branch });
    world.world.finish(sha, world.world.check(sha, 'unit'), 'SUCCESS');
    targets.push({ session: `app-${n}`, branch, base: 'main', prs: [], since: 0 });
  }
  const begin = clock.now();
  const due: Array<{ at: number; run: () => void }> =
    kind === 'quiet'
      ? []
      : targets.flatMap((_target, n) =>
          plan(n, begin + Math.floor((n / sessions) * (HOUR - 10 * MINUTE))),
        );
  await world.scm.pullRequests(targets);
  clock.advance(3 * MINUTE);
  await world.scm.pullRequests(targets);
  const deliveries: Array<Promise<unknown>> = [];
  if (webhooks)
    world.world.onEvent((event, payload) => void deliveries.push(deliver(event, payload)));
  if (webhooks)
    await deliver('check_suite', {
      action: 'completed',
      check_suite: { head_sha: '0'.repeat(40), conclusion: 'success', pull_requests: [] },
    });
  const before = { ...world.fake.meter };
  let looks = 0;
  let asked = false;
  world.scm.onChange(() => (asked = true));
  for (const end = clock.now() + HOUR; clock.now() < end; ) {
    const next = Math.min(
      clock.now() + (world.scm.nextLook?.() ?? 10_000),
      asked ? clock.now() : Number.MAX_SAFE_INTEGER,
      webhooks
        ? due.reduce((soon, one) => Math.min(soon, one.at), Number.MAX_SAFE_INTEGER)
        : Number.MAX_SAFE_INTEGER,
    );
    clock.advance(Math.max(0, next - clock.now()));
    for (const one of due.filter((candidate) => candidate.at <= clock.now())) {
      due.splice(due.indexOf(one), 1);
      one.run();
    }
    await Promise.all(deliveries.splice(0));
    asked = false;
    await world.scm.pullRequests(targets);
    looks += 1;
  }
  const { core, graphql, unchanged } = world.fake.meter;
  await world.close();
  if (world.fake.violations.length > 0) throw new Error(world.fake.violations.join('\n'));
  return {
    points: (core + graphql - before.core - before.graphql) / sessions,
    looks,
    free: (unchanged - before.unchanged) / sessions,
  };

  function plan(n: number, at: number): Array<{ at: number; run: () => void }> {
    let runs: FakeRun[] = [];
    let sha = '';
    const push = {
      at,
      run: () => {
        sha = commits.push(`feat/${n}`);
        world.world.pushed(`feat/${n}`);
        runs = CHECKS.map((_, index) =>
          world.world.check(sha, `check ${index}`, { status: 'IN_PROGRESS' }),
        );
      },
    };
    const ends = CHECKS.map((after, index) => ({
      at: at + after,
      run: () =>
        world.world.finish(
          sha,
          runs[index] as FakeRun,
          n % 5 === 0 && index === 2 ? 'FAILURE' : 'SUCCESS',
        ),
    }));
    return [
      push,
      ...ends,
      { at: at + 7 * MINUTE, run: () => void world.world.thread(n + 1, 'dana', 'Why?') },
    ];
  }

  function deliver(event: string, payload: object): Promise<unknown> {
    const body = new TextEncoder().encode(
      JSON.stringify({ ...payload, repository: { full_name: 'acme/app' } }),
    );
    return world.scm.webhook({
      headers: {
        'x-github-event': event,
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${createHmac('sha256', 'hush').update(body).digest('hex')}`,
      },
      body,
    });
  }
}
