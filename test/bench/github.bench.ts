// Polling GitHub: points of its rate limits per session-hour by its own rules of cost, and what one poll costs the bot.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { githubScmConfig } from '../../plugins/scm/github/config.ts';
import { createGitHubScm } from '../../plugins/scm/github/github-scm.ts';
import { createGitHubClient } from '../../plugins/shared/github/client.ts';
import { pluginContext, temporaryFolder } from '../support/plugin-context.ts';
import { type Figure, median, report } from './support/figures.ts';
import { githubHour } from './support/github-hour.ts';

const PULLS = 100;
const ROUNDS = 21;

async function points(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const sessions of [10, 50, 100]) {
    const busy = await githubHour(sessions, 'busy', false);
    figures.push({
      what: `points per session-hour, ${sessions} busy sessions, polling (${busy.looks} looks)`,
      value: busy.points,
      unit: 'points',
      limit: 25,
      runs: 1,
    });
    const hooks = await githubHour(sessions, 'busy', true);
    figures.push({
      what: `the same with webhooks (${hooks.looks} looks)`,
      value: hooks.points,
      unit: 'points',
      limit: 5,
      runs: 1,
    });
    const quiet = await githubHour(sessions, 'quiet', false);
    figures.push({
      what: `the same by polling while nothing changes (${quiet.looks} looks)`,
      value: quiet.points,
      unit: 'points',
      runs: 1,
    });
  }
  return figures;
}

async function cpu(): Promise<Figure[]> {
  const worker = new Worker(new URL('support/github-worker.ts', import.meta.url), {
    workerData: { pulls: PULLS },
  });
  const [url] = (await once(worker, 'message')) as [string];
  const folder = temporaryFolder('bench-github');
  const project = {
    id: 'app',
    repo: folder.path,
    defaultBranch: 'main',
    checks: [],
    forge: { repository: 'acme/app', webhookSecret: null, botAuthors: [] },
  };
  const config = githubScmConfig.parse({ token: 'ghp_test', baseUrl: url });
  const context = pluginContext({ id: 'app', folder: folder.path, project });
  const scm = createGitHubScm(
    createGitHubClient(config, context, project),
    config,
    context,
    project,
  );
  const targets = Array.from({ length: PULLS }, (_, n) => ({
    session: `app-${n}`,
    branch: `feat/${n}`,
    base: 'main',
    prs: [],
    since: 0,
  }));
  const look = async (): Promise<number> => {
    const before = process.threadCpuUsage();
    const found = await scm.pullRequests(targets);
    if (found.length !== PULLS) throw new Error(`${found.length} pull requests were found`);
    const used = process.threadCpuUsage(before);
    return (used.user + used.system) / 1_000;
  };
  const first = await look();
  const running: number[] = [];
  for (let n = 0; n < ROUNDS; n += 1) running.push(await look());
  worker.postMessage('finish');
  await once(worker, 'message');
  await look();
  const quiet: number[] = [];
  for (let n = 0; n < ROUNDS; n += 1) quiet.push(await look());
  await worker.terminate();
  folder.remove();
  return [
    {
      what: `CPU of the first look at ${PULLS} pull requests, everything read`,
      value: first,
      unit: 'ms',
      runs: 1,
    },
    {
      what: `CPU of one poll of ${PULLS} pull requests with running checks`,
      value: median(running),
      unit: 'ms',
      limit: 50,
      runs: ROUNDS,
    },
    {
      what: `CPU of one poll of ${PULLS} pull requests, nothing changed`,
      value: median(quiet),
      unit: 'ms',
      limit: 50,
      runs: ROUNDS,
    },
  ];
}

report('github', [...(await cpu()), ...(await points())]);
