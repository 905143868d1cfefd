import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatInput, ChatMessage, ChatReply, ThreadRef } from '../../../src/slots/chat.ts';
import { signedHeaders } from '../../../test/fakes/slack/fake-slack.ts';
import { type FakePerson, personAt } from '../../../test/fakes/slack/person.ts';
import { readMessageText } from '../../../test/fakes/slack/read-blocks.ts';
import {
  CHANNEL,
  openSlackDriver,
  type SlackDriver,
} from '../../../test/fakes/slack/slack-driver.ts';
import { until } from '../../../test/support/until.ts';

const post = (text: string, more: Partial<ChatMessage> = {}): ChatMessage => ({
  kind: 'post',
  text,
  blocks: [{ type: 'text', text }],
  ...more,
});

describe('Slack delivery', () => {
  let driver: SlackDriver;
  let dana: FakePerson;
  let inputs: ChatInput[];
  let receive: (input: ChatInput) => Promise<ChatReply>;

  const open = async (mode: 'socket' | 'http' = 'socket'): Promise<void> => {
    driver = await openSlackDriver({ mode });
    dana = personAt(driver.slack, 'U0DANA00');
    inputs = [];
    receive = async () => ({});
    await driver.plugin.start(async (input) => {
      inputs.push(input);
      return receive(input);
    });
    if (mode === 'socket') await driver.slack.connected();
  };
  beforeEach(() => open());
  afterEach(async () => {
    await driver.plugin.stop();
    await driver.close();
  });

  const thread = (): Promise<ThreadRef> =>
    driver.plugin.openThread({
      channel: CHANNEL,
      session: 'app-1',
      title: 'app-1',
      card: { ...post('card'), kind: 'card' },
      key: 'open',
    });
  const posted = (text: string): number =>
    driver.slack.workspace.messages.filter((message) => message.text === text).length;

  it('a redelivery is answered once', async () => {
    const { thread: ts } = await thread();
    receive = async () => ({ whisper: post('No.') });
    await dana.says(CHANNEL, 'hello', { thread: ts, delivery: 'Ev1' });
    await dana.says(CHANNEL, 'hello', { thread: ts, delivery: 'Ev1' });
    await driver.plugin.idle();
    expect(inputs).toHaveLength(1);
    expect(posted('No.')).toBe(1);
  });

  it('a delivery whose consequence could not be committed is dealt with again, though it was acked', async () => {
    const { thread: ts } = await thread();
    let times = 0;
    receive = async () => {
      times += 1;
      if (times === 1) throw new Error('the disk is full');
      return {};
    };
    await dana.says(CHANNEL, 'hello', { thread: ts, delivery: 'Ev1' });
    await driver.plugin.idle();
    expect(inputs).toHaveLength(2);
    expect(new Set(inputs.map((input) => input.delivery)).size).toBe(1);
  });

  it('is acked in time when the host is slow', async () => {
    let finish: () => void = () => {};
    receive = () => new Promise((resolve) => (finish = () => resolve({ whisper: post('done') })));
    const acked = await dana.types(CHANNEL, '/ao status');
    expect(acked.ms).toBeLessThan(1_500);
    await until(() => inputs.length === 1, { what: 'the command at the host' });
    finish();
    await until(() => posted('done') === 1, { what: 'the late answer' });
  });

  it('a mention, told by two events, is one input', async () => {
    await dana.says(CHANNEL, 'hey <@U0AOBOT000> status --all');
    await driver.plugin.idle();
    expect(inputs).toMatchObject([{ type: 'command', text: 'hey status --all', thread: null }]);
  });

  it('a thread in the direct messages is a command, as agents of Slack get it', async () => {
    const direct = driver.slack.workspace.directChannel('U0DANA00').id;
    const first = await dana.says(direct, 'status');
    await dana.says(direct, 'inbox', { thread: first.ts });
    await driver.plugin.idle();
    expect(inputs).toMatchObject([
      { type: 'command', text: 'status', thread: null },
      { type: 'command', text: 'inbox', thread: first.ts },
    ]);
  });

  it('a rate limit of one method stops neither other methods nor other channels nor acks', async () => {
    const ref = await thread();
    driver.slack.fault({ method: 'chat.update', kind: { type: 'limit', seconds: 30 }, times: 1 });
    driver.slack.fault({
      method: 'chat.postMessage',
      channel: CHANNEL,
      kind: { type: 'limit', seconds: 30 },
      times: 1,
    });
    await expect(
      driver.plugin.update({ ...ref, message: ref.root }, post('x')),
    ).rejects.toMatchObject({ kind: 'transient', retryAfter: 30_000 });
    await expect(driver.plugin.post(ref, post('x'), 'k')).rejects.toMatchObject({
      kind: 'transient',
      retryAfter: 30_000,
    });
    const calls = driver.slack.calls.length;
    await expect(driver.plugin.post(ref, post('x'), 'k')).rejects.toMatchObject({
      kind: 'transient',
    });
    expect(driver.slack.calls.length).toBe(calls);
    await driver.plugin.postToChannel('C0OTHER0', post('elsewhere'), 'k2');
    expect(posted('elsewhere')).toBe(1);
    expect((await dana.types(CHANNEL, '/ao status')).ms).toBeLessThan(1_000);
    expect(JSON.stringify(await driver.plugin.doctor())).toContain('Slack limits chat.update');
  });

  it('calls people with the first post after a start too', async () => {
    const fresh = await openSlackDriver({ mode: 'socket' });
    await fresh.plugin.postToChannel(
      CHANNEL,
      post('look', { mention: ['slack:T024BE7LD:U0DANA00'] }),
      'k',
    );
    expect(
      fresh.slack.workspace.messages.map((message) => JSON.stringify(message)).join(),
    ).toContain('<@U0DANA00>');
    await fresh.plugin.stop();
    await fresh.close();
  });

  it('a post whose answer was lost is found and not repeated', async () => {
    const ref = await thread();
    driver.slack.fault({ method: 'chat.postMessage', kind: { type: 'lost' } });
    await expect(driver.plugin.post(ref, post('once'), 'k1')).rejects.toMatchObject({
      kind: 'transient',
    });
    expect(
      await driver.plugin.lookup({ channel: CHANNEL, thread: ref.thread }, 'k1'),
    ).not.toBeNull();
    driver.slack.fault({ method: 'chat.postMessage', kind: { type: 'http', status: 503 } });
    await expect(driver.plugin.post(ref, post('never'), 'k2')).rejects.toMatchObject({
      kind: 'transient',
    });
    expect(await driver.plugin.lookup({ channel: CHANNEL, thread: ref.thread }, 'k2')).toBeNull();
    expect(posted('once')).toBe(1);
  });

  it('reconnects at once after a refresh and after a drop in the middle of a delivery', async () => {
    const { thread: ts } = await thread();
    driver.slack.refresh();
    await until(
      () =>
        driver.slack.calls.filter((call) => call.method === 'apps.connections.open').length === 2,
      { what: 'a new connection' },
    );
    await driver.slack.connected();
    let first = true;
    receive = async () => {
      if (first) driver.slack.drop();
      first = false;
      return {};
    };
    await dana.says(CHANNEL, 'hello', { thread: ts, delivery: 'Ev1' });
    await driver.plugin.idle();
    expect(inputs.length).toBe(1);
  });

  it('an outage is told by doctor and ends by itself', async () => {
    driver.slack.outage(true);
    await until(() => driver.plugin.connection.state().type === 'down', {
      what: 'the outage to be noticed',
    });
    expect(await driver.plugin.doctor()).toMatchObject([{ level: 'warning' }]);
    driver.slack.outage(false);
    await driver.slack.connected();
    await until(() => driver.plugin.connection.state().type === 'connected', {
      what: 'the connection',
    });
    await dana.types(CHANNEL, '/ao status');
    await driver.plugin.idle();
    expect(inputs).toHaveLength(1);
  });

  it.each([
    ['not_in_channel', 'rejected'],
    ['is_archived', 'rejected'],
    ['missing_scope', 'rejected'],
    ['channel_not_found', 'not_found'],
    ['token_revoked', 'auth'],
    ['account_inactive', 'auth'],
    ['ratelimited', 'transient'],
    ['a_name_nobody_knows', 'rejected'],
  ])('%s is %s, with what to do', async (error, kind) => {
    driver.slack.fault({ method: 'chat.postMessage', kind: { type: 'error', error } });
    await expect(driver.plugin.postToChannel(CHANNEL, post('x'), 'k')).rejects.toMatchObject({
      name: 'PluginError',
      kind,
      code: `AO_SLACK_${error.toUpperCase()}`,
    });
    if (kind === 'rejected') expect(JSON.stringify(await driver.plugin.doctor())).toContain(error);
  });

  it('a form whose trigger is over is offered by a button', async () => {
    receive = async (input) =>
      input.type === 'action'
        ? {
            form: {
              id: 'spawn_form:',
              title: 'Start a session',
              submit: 'Spawn',
              fields: [{ id: 'text', label: 'Task', kind: 'text', optional: false }],
            },
          }
        : {};
    const ref = await thread();
    await driver.plugin.update(
      { ...ref, message: ref.root },
      post('card', {
        blocks: [
          { type: 'buttons', buttons: [{ id: 'spawn_form:', label: 'Spawn', style: 'plain' }] },
        ],
      }),
    );
    driver.slack.fault({
      method: 'views.open',
      kind: { type: 'error', error: 'expired_trigger_id' },
    });
    const root = driver.slack.workspace.find(CHANNEL, ref.root);
    await dana.presses(root, 'Spawn');
    const offer = await until(
      () => driver.slack.workspace.messages.find((message) => message.ephemeralFor === 'U0DANA00'),
      { what: 'the offer' },
    );
    expect(readMessageText(offer)).toBe('[Start a session]');
    await dana.presses(offer, 'Start a session');
    await until(() => driver.slack.workspace.forms.get('U0DANA00'), { what: 'the form' });
  });

  it('private answers work where ao is not, and files of them come as a direct message', async () => {
    receive = async () => ({
      whisper: post('Here.', { files: [{ name: 'patch.diff', content: '+1' }] }),
    });
    await dana.types('C0NOBOT0', '/ao diff');
    await driver.plugin.idle();
    const { messages } = driver.slack.workspace;
    expect(
      messages.filter((message) => message.text === 'Here.').map((message) => message.channel),
    ).toEqual(['C0NOBOT0']);
    expect(messages.find((message) => message.files.length > 0)).toMatchObject({
      channel: 'D0DANA00',
      files: [{ name: 'patch.diff', content: Buffer.from('+1') }],
    });
  });

  it('whispers to somebody outside the channel as a direct message', async () => {
    await driver.plugin.whisper(
      'slack:T024BE7LD:U0LEE000',
      { channel: 'C0NOBOT0', thread: null },
      post('psst'),
    );
    expect(
      driver.slack.workspace.messages.find((message) => message.text === 'psst')?.channel,
    ).toBe('D0LEE000');
  });

  it('reads files, up to the size it is given', async () => {
    const { thread: ts } = await thread();
    await dana.says(CHANNEL, 'look', {
      thread: ts,
      files: [{ name: 'shot.png', content: 'x'.repeat(1_000) }],
    });
    await driver.plugin.idle();
    const [file] = inputs.flatMap((input) => (input.type === 'reply' ? input.files : []));
    if (file === undefined) throw new Error('no file came in');
    expect(Buffer.from(await driver.plugin.download(file, 1_000)).toString()).toBe(
      'x'.repeat(1_000),
    );
    await expect(driver.plugin.download(file, 999)).rejects.toMatchObject({
      kind: 'rejected',
      code: 'AO_SLACK_FILE_TOO_LARGE',
    });
  });

  // threat: a file in Slack lies on another host | refused; the bot's token goes nowhere else
  it('sends the token to no other host: a file that lies elsewhere is refused', async () => {
    const { thread: ts } = await thread();
    const asked: string[] = [];
    const elsewhere = createServer((request, response) => {
      asked.push(String(request.headers.authorization));
      response.end('x');
    });
    const files = () => inputs.flatMap((input) => (input.type === 'reply' ? input.files : []));
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as AddressInfo;
    try {
      for (const url of [
        `http://127.0.0.1:${port}/f`,
        'https://files.slack.com.evil.example/f',
        'https://files.slack.com@evil.example/f',
        'http://files.slack.com/f',
        'not an address',
      ]) {
        const before = files().length;
        await dana.says(CHANNEL, 'look', { thread: ts, files: [{ name: 'a.txt', content: 'x' }] });
        // What came in is acknowledged first and dealt with afterwards.
        await until(() => files().length > before, { what: 'the file' });
        const file = files().at(-1);
        if (file === undefined) throw new Error('no file came in');
        const kept = driver.slack.workspace.files.get(file.ref);
        if (kept !== undefined) kept.url = url;
        await expect(driver.plugin.download(file, 1_000), url).rejects.toMatchObject({
          kind: 'rejected',
          code: 'AO_SLACK_FILE_HOST',
        });
      }
      expect(asked).toEqual([]);
    } finally {
      elsewhere.close();
    }
  });

  it('shows the native status where the workspace has it, and asks once where not', async () => {
    const ref = await thread();
    await driver.plugin.update(
      { ...ref, message: ref.root },
      { ...post('a'), kind: 'card', status: 'needs_input' },
    );
    await until(
      () => driver.slack.calls.some((call) => call.method === 'agents.sessions.setStatus'),
      { what: 'the first try' },
    );
    await until(() => driver.plugin.capabilities.nativeStatus === false, {
      what: 'it to be known',
    });
    const tried = driver.slack.calls.length;
    await driver.plugin.setThreadState(ref, 'ended');
    expect(driver.slack.calls.length).toBe(tried);

    await driver.plugin.stop();
    await driver.close();
    await open();
    driver.slack.settings.nativeStatus = true;
    const again = await thread();
    await driver.plugin.update(
      { ...again, message: again.root },
      { ...post('a'), kind: 'card', status: 'needs_input' },
    );
    await driver.plugin.setThreadState(again, 'ended');
    await until(() => driver.slack.workspace.statuses.length === 3, { what: 'three states' });
    expect(driver.slack.workspace.statuses.map((status) => status.status)).toEqual([
      'processing',
      'suspended',
      'closed',
    ]);
    expect(driver.plugin.capabilities.nativeStatus).toBe(true);
    await driver.slack.event({
      type: 'agent_session_stopped',
      user: 'U0DANA00',
      channel: CHANNEL,
      thread_ts: again.thread,
      event_ts: '1.1',
    });
    await driver.plugin.idle();
    expect(inputs).toMatchObject([{ type: 'command', text: 'stop', thread: again.thread }]);
  });

  it('over HTTP: a wrong or old signature is refused', async () => {
    await driver.plugin.stop();
    await driver.close();
    await open('http');
    const port = await until(() => driver.plugin.connection.port(), { what: 'the receiver' });
    const address = `http://127.0.0.1:${port}/slack/events`;
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c', token: 't' });
    const send = async (headers: Record<string, string>): Promise<number> =>
      (
        await fetch(address, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json', ...headers },
        })
      ).status;
    expect(await send(signedHeaders(body))).toBe(200);
    expect(await send(signedHeaders(body, 'another-secret'))).toBe(401);
    expect(await send(signedHeaders(body, undefined, Math.floor(Date.now() / 1000) - 600))).toBe(
      401,
    );
    expect(await send({})).toBe(401);
  });
});
