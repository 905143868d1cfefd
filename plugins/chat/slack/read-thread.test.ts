import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ChatInput } from '../../../src/slots/chat.ts';
import { type FakePerson, personAt } from '../../../test/fakes/slack/person.ts';
import {
  CHANNEL,
  openSlackDriver,
  type SlackDriver,
} from '../../../test/fakes/slack/slack-driver.ts';
import { BOT_USER } from '../../../test/fakes/slack/workspace.ts';

let driver: SlackDriver;
let dana: FakePerson;
let lee: FakePerson;
let inputs: ChatInput[];

beforeEach(async () => {
  driver = await openSlackDriver({ mode: 'socket' });
  dana = personAt(driver.slack, 'U0DANA00');
  lee = personAt(driver.slack, 'U0LEE000');
  inputs = [];
  await driver.plugin.start(async (input) => {
    inputs.push(input);
    return {};
  });
  await driver.slack.connected();
});
afterEach(async () => {
  await driver.plugin.stop();
  await driver.close();
});

const read = (thread: string, before: string, after: string | null = null, limit = 500) => {
  if (driver.plugin.readThread === undefined) throw new Error('Slack reads threads');
  return driver.plugin.readThread({ channel: CHANNEL, thread }, { after, before, limit });
};

it('a mention under a discussion is told by its thread, and the thread can be read up to it', async () => {
  const root = await lee.says(CHANNEL, 'It <broke> & burned, <@U0DANA00>');
  await dana.says(CHANNEL, 'Here', {
    thread: root.ts,
    files: [{ name: 'shot.png', content: 'PNG' }],
  });
  const call = await dana.says(CHANNEL, `<@${BOT_USER}> fix this`, { thread: root.ts });
  await dana.says(CHANNEL, 'later', { thread: root.ts });
  await driver.plugin.idle();
  expect(inputs).toMatchObject([
    {
      type: 'command',
      plain: true,
      text: 'fix this',
      words: 'fix this',
      thread: root.ts,
      message: call.ts,
    },
  ]);
  expect(await read(root.ts, call.ts)).toMatchObject([
    { id: root.ts, text: 'It <broke> & burned, @dana', own: false, files: [] },
    { who: 'dana', text: 'Here', files: [{ name: 'shot.png' }] },
  ]);
});

it('an alert of a program is read with its blocks; what ao wrote is told as its own', async () => {
  const root = driver.slack.workspace.add({
    ts: driver.slack.workspace.nextTs(),
    channel: CHANNEL,
    user: 'U0ALERTS',
    text: '',
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Error rate 12 %' } }],
  } as Parameters<typeof driver.slack.workspace.add>[0]);
  driver.slack.workspace.add({
    ts: driver.slack.workspace.nextTs(),
    channel: CHANNEL,
    user: BOT_USER,
    text: 'noise',
    thread_ts: root.ts,
  } as Parameters<typeof driver.slack.workspace.add>[0]);
  const call = await dana.says(CHANNEL, `<@${BOT_USER}> look`, { thread: root.ts });
  expect(await read(root.ts, call.ts)).toMatchObject([
    { text: 'Error rate 12 %', own: false },
    { text: 'noise', own: true },
  ]);
});

it('a thread of 700 messages takes few calls; the first and the newest are kept', async () => {
  const { workspace } = driver.slack;
  const root = await lee.says(CHANNEL, 'the beginning');
  for (let n = 0; n < 700; n += 1)
    workspace.add({
      ts: workspace.nextTs(),
      channel: CHANNEL,
      user: 'U0LEE000',
      text: `message ${n}`,
      thread_ts: root.ts,
    } as Parameters<typeof workspace.add>[0]);
  const before = workspace.nextTs();
  const calls = driver.slack.calls.length;
  const said = await read(root.ts, before);
  expect(said).toHaveLength(500);
  expect(said[0]?.text).toBe('the beginning');
  expect(said.at(-1)?.text).toBe('message 699');
  expect(driver.slack.calls.length - calls).toBeLessThanOrEqual(6);
  const newer = await read(root.ts, before, said.at(-3)?.id ?? null);
  expect(newer.map(({ text }) => text)).toEqual(['message 698', 'message 699']);
});

it('a session in a thread of people takes what is said there, and leaves its look to them', async () => {
  const root = await lee.says(CHANNEL, 'It broke');
  await dana.says(CHANNEL, 'not for ao', { thread: root.ts });
  const card = { kind: 'card', text: 'card', status: 'working', blocks: [] } as const;
  const input = { channel: CHANNEL, session: 'app-1', title: 'app-1', card, key: 'open' };
  const ref = await driver.plugin.openThread({ ...input, thread: root.ts });
  expect(ref).toMatchObject({ channel: CHANNEL, thread: root.ts });
  expect(ref.root).not.toBe(root.ts);
  expect(await driver.plugin.lookup({ channel: CHANNEL, thread: root.ts }, 'open')).toMatchObject({
    message: ref.root,
    thread: root.ts,
  });
  await dana.says(CHANNEL, 'for the agent', { thread: root.ts });
  await driver.plugin.idle();
  expect(inputs).toMatchObject([{ type: 'reply', text: 'for the agent', thread: root.ts }]);
  expect(await driver.plugin.hasThread(ref)).toBe(true);
  await driver.plugin.setThreadState(ref, 'ended');
  const told = driver.slack.calls.map(({ method }) => method);
  expect(told).not.toContain('agents.sessions.setStatus');
});
