import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { ADMIN, type FakeHttp, fakeHttp } from '../../test/fakes/fake-http-deps.ts';
import {
  issueView,
  projectView,
  prView,
  requestView,
  sessionView,
} from '../../test/fakes/views.ts';
import { runInTest } from '../../test/support/cli-run.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import { createHttp } from '../http/create-http.ts';
import { routesOf } from '../http/endpoint.ts';
import { listen } from '../http/listen.ts';
import { COMMAND_USES, WITHOUT_COMMAND } from './command-uses.ts';
import { type CommandName, commandNames } from './program.ts';

/** The real routes, with the use cases behind them scripted: what they don't know or don't take is refused here as by the bot. */
async function realApi(): Promise<{ dataDir: string; answers: string[]; world: FakeHttp }> {
  const world = fakeHttp({
    sessions: [sessionView({ pr: prView(), openRequests: [requestView()] })],
    issues: [issueView()],
    projects: [projectView()],
    budgets: [
      {
        id: 'project:app',
        kind: 'project',
        label: 'app',
        limitUsd: 10,
        spentUsd: 1,
        state: 'fine',
        sessions: [],
      },
    ],
  });
  const { app } = createHttp(world.deps);
  const answers: string[] = [];
  const noting = new Proxy(app, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (name !== 'fetch') return value;
      return async (...given: Parameters<typeof app.fetch>) => {
        const response = await app.fetch(...given);
        const { method, url } = given[0];
        answers.push(`${response.status} ${method} ${new URL(url).pathname}`);
        return response;
      };
    },
  });
  const listening = await listen(noting, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => listening.close());
  const dataDir = tempDir();
  mkdirSync(dataDir, { recursive: true });
  const bot = {
    pid: process.pid,
    host: '127.0.0.1',
    port: listening.port,
    url: `http://127.0.0.1:${listening.port}`,
  };
  writeFileSync(path.join(dataDir, 'bot.json'), JSON.stringify(bot), { mode: 0o600 });
  writeFileSync(path.join(dataDir, 'token'), ADMIN, { mode: 0o600 });
  return { dataDir, answers, world };
}

/** One command line of each command that talks to the bot. */
const LINES: ReadonlyArray<readonly string[]> = [
  ['open', '--print'],
  ['status', '--all', '--cost', '--pr', '--turn', 'agent'],
  ['list'],
  ['show', 'app-7'],
  [
    'spawn',
    '1',
    '43',
    '--plan',
    '--again',
    '--agent',
    'codex',
    '--model',
    'm',
    '--base',
    'main',
    '--prompt',
    'x',
    '--project',
    'app',
  ],
  ['spawn', 'look', 'around'],
  ['adopt', '118', '--project', 'app', '--agent', 'codex'],
  ['send', 'app-7', 'hi', '--now'],
  ['answer', 'app-7', 'ask', 'Lee'],
  ['interrupt', 'app-7', 'stop', 'that'],
  ['stop', 'app-7'],
  ['kill', 'app-7', 'why'],
  ['undo', 'app-7'],
  ['restore', 'app-7', 'go'],
  ['pause', 'app-7', 'why'],
  ['resume', 'app-7'],
  ['done', 'app-7'],
  ['rerun', 'app-7'],
  ['threads', 'app-7'],
  ['comment', 'app-7', 't1', 'no'],
  ['resolve', 'app-7', 't1'],
  ['merge', 'app-7', '--method', 'rebase'],
  ['review', 'app-7', 'request-changes', 'x', '--file', 'a.ts', '--line', '3'],
  ['handoff', 'app-7', 'codex', 'mind', 'it', '--model', 'm'],
  ['handoff', 'app-7', 'slack:T1:U2', '--name', 'lee'],
  ['attach', 'app-7'],
  ['logs', 'app-7', '-n', '20'],
  ['logs', 'app-7', '--check', 'unit tests'],
  ['diff', 'app-7'],
  ['inbox'],
  ['inbox', '--all'],
  ['ack', 'app-7', 'ci-failed'],
  ['snooze', 'app-7', '2h', 'ci-failed'],
  ['follow', 'app-7'],
  ['unfollow', 'app-7'],
  ['mute', 'app-7'],
  ['unmute', 'app-7'],
  ['issues', 'login', '--state', 'all', '--project', 'app'],
  ['projects'],
  ['cost', '--by', 'agent'],
  ['cost', 'week'],
  ['digest'],
  ['budget'],
  ['budget', 'raise', 'project:app', '20'],
  ['quota'],
  [
    'pr',
    'create',
    '--session',
    'app-7',
    '--title',
    'T',
    '--body',
    'B',
    '--draft',
    '--base',
    'main',
  ],
  ['pr', 'show', 'app-7'],
  ['report', 'blocked', 'x', '--session', 'app-7'],
  ['link'],
  ['link', '--list'],
  ['link', 'octocat', '--project', 'app'],
  ['link', '--done', '42'],
  ['link', 'octocat', '--for', 'slack:T1:U2'],
  ['unlink', '--for', 'slack:T1:U2'],
  ['orchestrator', 'tidy', 'up', '--project', 'app'],
  ['prune', '--apply'],
];

test('every command that talks to the bot is tried here', () => {
  const tried = new Set(LINES.map(([name]) => name));
  expect(
    commandNames.filter((name) => !tried.has(name) && COMMAND_USES[name as CommandName].length > 0),
  ).toEqual([]);
});

/** The use cases behind what was asked, by the table of the routes. */
function usedBy(world: FakeHttp, answers: readonly string[]): readonly string[] {
  const { app } = createHttp(world.deps);
  const routes = [...routesOf(app)].map(([route, uses]) => ({
    uses,
    asked: new RegExp(`^\\d+ ${route.replace(/:\w+/g, '[^/]+')}$`),
  }));
  return answers.flatMap((answer) => routes.find(({ asked }) => asked.test(answer))?.uses ?? []);
}

test.each(LINES.map((argv) => ({ argv })))(
  'ao $argv is understood by the real routes',
  async ({ argv }) => {
    const { dataDir, answers, world } = await realApi();
    const { err } = await runInTest(argv, { dataDir, interactive: true });
    expect(answers.length, err).toBeGreaterThan(0);
    expect({ err, answers: answers.filter((answer) => !answer.startsWith('200 ')) }).toEqual({
      err: '',
      answers: [],
    });
    const known: readonly string[] = COMMAND_USES[argv[0] as CommandName];
    expect(usedBy(world, answers).filter((name) => !known.includes(name))).toEqual([]);
  },
);

test('a use case has a command or a reason, not both', () => {
  const used = new Set<string>(Object.values(COMMAND_USES).flat());
  expect(Object.keys(WITHOUT_COMMAND).filter((name) => used.has(name))).toEqual([]);
});

test('every path that the source of the commands names is one of the API', async () => {
  const { world } = await realApi();
  const document = (await (await createHttp(world.deps).app.request('/openapi.json')).json()) as {
    paths: Record<string, object>;
  };
  const known = Object.keys(document.paths).map(
    (one) => new RegExp(`^${one.replace(/\{[^}]+\}/g, '[^/]+')}$`),
  );
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  const named = sources.flatMap((file) => {
    const source = readFileSync(path.join(folder, file), 'utf8');
    const whole = [...source.matchAll(/['`](\/api\/[^'`?]*)/g)].map((match) => match[1] ?? '');
    const below = [...source.matchAll(/sessionPath\([^'`]*?['`](\/[^'`?]*)['`]/g)].map(
      (match) => `/api/sessions/x${match[1]}`,
    );
    return [...whole, ...below].map((each) => ({
      file,
      path: each.replace(/\$\{rest\}$/, '').replace(/\$\{[^}]*\}/g, 'x'),
    }));
  });
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((each) => !known.some((one) => one.test(each.path)))).toEqual([]);
});
