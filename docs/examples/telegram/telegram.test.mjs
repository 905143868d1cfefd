import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import plugin from './index.mjs';

/** What ao hands to a plugin, as far as this one uses it. */
const error = (kind) => (code, message, options) =>
  Object.assign(new Error(message), { kind, code, ...options });
/** Settings are checked by ao; the plugin's own test gives right ones. */
const z = new Proxy({}, { get: () => () => z });
const host = {
  z,
  transient: error('transient'),
  rejected: error('rejected'),
  authFailed: error('auth'),
};

const seen = [];
const answers = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => {
    body += part;
  });
  request.on('end', () => {
    const { status, json } = answers.shift() ?? { status: 200, json: { ok: true, result: {} } };
    seen.push({ path: request.url, body: JSON.parse(body) });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
});

let notifier;
before(() => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => server.close());
beforeEach(() => {
  seen.length = 0;
  answers.length = 0;
  notifier = plugin(host).create({
    token: '1:abc',
    chat: '@ops',
    server: `http://127.0.0.1:${server.address().port}`,
  });
});

const MESSAGE = {
  project: 'app',
  session: 'app-1',
  title: 'Approve',
  text: 'All \u001bgreen.',
  next: null,
  url: 'http://ao/s/app-1',
  pr: { number: 3, title: 'Fix', url: 'https://forge/3' },
};

test('tells the chat, once a key', async () => {
  await notifier.notify(MESSAGE, { priority: 'info', key: 'a' });
  await notifier.notify(MESSAGE, { priority: 'info', key: 'a' });
  assert.deepEqual(seen, [
    {
      path: '/bot1:abc/sendMessage',
      body: {
        chat_id: '@ops',
        text: 'Approve\nAll green.\nPR #3: Fix https://forge/3\napp-1 in app\nhttp://ao/s/app-1',
        link_preview_options: { is_disabled: true },
        disable_notification: true,
      },
    },
  ]);
});

test('waits as long as Telegram says', async () => {
  answers.push({
    status: 429,
    json: { ok: false, error_code: 429, description: 'slow', parameters: { retry_after: 7 } },
  });
  await assert.rejects(notifier.notify(MESSAGE, { priority: 'urgent', key: 'a' }), {
    kind: 'transient',
    retryAfter: 7_000,
  });
  await notifier.notify(MESSAGE, { priority: 'urgent', key: 'a' });
  assert.equal(seen.length, 2);
});

test('a wrong token and a wrong chat are told apart', async () => {
  answers.push({ status: 401, json: { ok: false, description: 'Unauthorized' } });
  await assert.rejects(notifier.notify(MESSAGE, { priority: 'info', key: 'a' }), { kind: 'auth' });
  answers.push({ status: 400, json: { ok: false, description: 'chat not found' } });
  await assert.rejects(notifier.notify(MESSAGE, { priority: 'info', key: 'a' }), {
    kind: 'rejected',
  });
});

test('a long message is cut', async () => {
  await notifier.notify({ ...MESSAGE, text: 'x'.repeat(9_000) }, { priority: 'info', key: 'a' });
  assert.equal(seen[0].body.text.length, 4_001);
});

test('the doctor asks who the bot is', async () => {
  answers.push({ status: 200, json: { ok: true, result: { username: 'ops_bot' } } });
  assert.deepEqual(await notifier.doctor(), [
    { level: 'ok', what: 'tells @ops as @ops_bot', fix: null },
  ]);
});
