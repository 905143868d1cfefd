import { afterEach, expect, it } from 'vitest';
import { trackerContract } from '../../../test/contract/tracker.ts';
import { type FakeLinear, startFakeLinear } from '../../../test/fakes/linear/server.ts';
import { fakeClock } from '../../../test/support/fake-clock.ts';
import { pluginContext } from '../../../test/support/plugin-context.ts';
import { createLinearClient } from './client.ts';
import { linearConfig } from './config.ts';
import { createLinearTracker, identifierIn, uuidOf } from './linear-tracker.ts';

const open = (fake: FakeLinear, token = 'lin_api_test', team = 'eng') => {
  const config = linearConfig.parse({ token, team, apiUrl: fake.url });
  const clock = fakeClock(fake.now());
  return {
    clock,
    tracker: createLinearTracker(createLinearClient(config, pluginContext({ clock })), config.team),
  };
};

trackerContract('linear', async () => {
  const fake = await startFakeLinear();
  fake.users.set('dana', { displayName: 'dana' });
  return {
    tracker: open(fake).tracker,
    async close() {
      await fake.close();
      expect(fake.violations).toEqual([]);
    },
  };
});

let fake: FakeLinear | null = null;
afterEach(async () => {
  await fake?.close();
  expect(fake?.violations ?? []).toEqual([]);
  fake = null;
});

it.each([
  ['ENG-42', 'ENG-42'],
  ['eng-42', 'ENG-42'],
  ['OPS-7', 'OPS-7'],
  ['ops-7', null],
  ['https://linear.app/acme/issue/ENG-42/fix-the-login', 'ENG-42'],
  ['https://linear.app/acme/issue/ENG-42', 'ENG-42'],
  ['https://evil.test/acme/issue/ENG-42', null],
  ['ENG-0', null],
  ['42', null],
  ['utf-8', null],
])('%s means %s', (reference, identifier) => {
  expect(identifierIn(reference, 'ENG')).toBe(identifier);
});

it('makes the same UUID of the same words', () => {
  expect(uuidOf('a')).toBe(uuidOf('a'));
  expect(uuidOf('a')).not.toBe(uuidOf('b'));
  expect(uuidOf('a')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

it('chooses the first state of a kind, whatever it is called', async () => {
  fake = await startFakeLinear();
  const { tracker } = open(fake);
  const { id } = await tracker.create({ title: 'x', body: '', labels: [] });
  await tracker.update(id, { state: 'closed' });
  const [issue] = fake.issues.values();
  expect(issue?.state).toBe('s-done');
  await tracker.update(id, { state: 'open' });
  expect(issue?.state).toBe('s-todo');
});

it('reads all comments of a long talk, the newest three hundred', async () => {
  fake = await startFakeLinear();
  fake.users.set('guest', { displayName: 'guest', guest: true });
  const { tracker } = open(fake);
  const { id } = await tracker.create({ title: 'x', body: '', labels: [] });
  const [issue] = fake.issues.values();
  for (let n = 0; n < 350; n += 1)
    issue?.comments.push({ id: `c${n}`, body: `${n}`, at: n, user: 'guest' });
  const { comments } = await tracker.get(id);
  expect(comments).toHaveLength(300);
  expect(comments.at(-1)).toMatchObject({ body: '349', author: 'guest', permission: 'read' });
});

it("waits where Linear's refusal is a status 400, and says a bad key", async () => {
  fake = await startFakeLinear();
  const { tracker, clock } = open(fake);
  fake.refuse(1);
  await expect(tracker.get('ENG-1')).rejects.toMatchObject({
    kind: 'transient',
    code: 'AO_LINEAR_RATE_LIMIT',
    retryAfter: 60_000,
  });
  clock.pass(60_001);
  await expect(tracker.get('ENG-1')).rejects.toMatchObject({ kind: 'not_found' });
  await expect(open(fake, 'lin_api_other').tracker.get('ENG-1')).rejects.toMatchObject({
    kind: 'auth',
  });
  expect(await open(fake, 'lin_api_test', 'nope').tracker.doctor()).toMatchObject([
    { level: 'error', what: expect.stringContaining('no team NOPE') },
  ]);
});

it('is the delegate of an issue as an app, since an app cannot have one', async () => {
  fake = await startFakeLinear({ token: 'lin_oauth_1', viewer: { displayName: 'ao', app: true } });
  const { tracker } = open(fake, 'lin_oauth_1');
  const { id } = await tracker.create({ title: 'x', body: '', labels: [] });
  await tracker.update(id, { assignee: '@me' });
  expect((await tracker.get(id)).assignee).toBeNull();
  expect(await tracker.doctor()).toMatchObject([
    { level: 'ok', what: expect.stringContaining('delegate') },
  ]);
});
