import { expect, test } from 'vitest';
import { FakeBotApi } from '../../test/fakes/bot-api.ts';
import { runInTest } from '../../test/support/cli-run.ts';
import { sessionView } from '../../test/support/session-view.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import { ALIASES, withoutAlias } from './aliases.ts';
import { commandNames } from './program.ts';

const start = async () => {
  const dataDir = tempDir();
  return { dataDir, bot: await FakeBotApi.start(dataDir) };
};

test.each(Object.entries(ALIASES))('ao %s is one of our commands', (alias, [ours]) => {
  expect(commandNames).toContain(ours);
  expect(commandNames).not.toContain(alias);
});

test('what follows an alias is kept, and our own commands stay what they are', () => {
  expect(withoutAlias(['new', '42', '--project', 'app'])).toEqual([
    'spawn',
    '42',
    '--project',
    'app',
  ]);
  expect(withoutAlias(['session', 'kill', 'app-7'])).toEqual(['kill', 'app-7']);
  expect(withoutAlias(['session', 'dance'])).toEqual(['session', 'dance']);
  expect(withoutAlias(['kill', 'new'])).toEqual(['kill', 'new']);
});

test.each([
  [['app', '42', '43'], { issues: ['42', '43'], text: null, project: 'app' }],
  [['Python', '3'], { issues: [], text: 'Python 3' }],
  [['42', '43'], { issues: ['42', '43'], text: null }],
])('ao spawn %j', async (words, body) => {
  const { dataDir, bot } = await start();
  bot.on('GET /api/projects', { body: [{ id: 'app' }] }).on('POST /api/sessions', { body: [] });
  expect((await runInTest(['spawn', ...words], { dataDir })).code).toBe(0);
  expect(bot.seen.find(({ method }) => method === 'POST')?.body).toEqual(body);
});

test('ao stop --project stops every live session of it; one that refuses is named, the rest are stopped', async () => {
  const { dataDir, bot } = await start();
  bot
    .on('GET /api/sessions', {
      body: [
        sessionView({ id: 'app-1' }),
        sessionView({ id: 'app-2' }),
        sessionView({ id: 'app-3', endedAt: 1 }),
      ],
    })
    .refuse('POST /api/sessions/app-1/stop', 409, 'AO_SESSION_BUSY', 'app-1 is merging.')
    .on('POST /api/sessions/app-2/stop', { body: sessionView({ id: 'app-2' }) });
  const run = await runInTest(['stop', '--project', 'app', '--all'], { dataDir });
  expect(run).toMatchObject({ code: 1, err: 'error: app-1: app-1 is merging.' });
  expect(run.out).toContain('app-2 ');
  expect(bot.seen[0]?.query).toMatchObject({ project: 'app' });
  expect(bot.seen.filter(({ method }) => method === 'POST').map(({ path }) => path)).toEqual([
    '/api/sessions/app-1/stop',
    '/api/sessions/app-2/stop',
  ]);
});

test('ao stop takes one session or many, not both', async () => {
  const run = await runInTest(['stop', 'app-1', '--all'], { dataDir: tempDir() });
  expect(run).toMatchObject({ code: 2 });
});
