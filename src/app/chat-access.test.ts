/** Everything that can come in from a chat, by people who may not: refused in private, written down, and without any consequence. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CommandWorld, commandWorld } from '../../test/support/command-world.ts';
import { everySession } from '../../test/support/every-session.ts';
import { policyWith } from '../../test/support/session-world.ts';
import { COMMANDS } from '../chat/grammar/command-table.ts';
import { parseButtonId } from '../chat/words/button-id.ts';
import { renderPlain } from '../chat/words/render-plain.ts';
import { addThread, setThread } from '../db/thread-store.ts';
import { createRedact } from '../lib/redact.ts';
import type { ChatInput, ChatPlugin, ChatReply, ChatUser, Inbound } from '../slots/chat.ts';
import { createChatHost } from './chat-host.ts';

const SECRET = 'hunter2-hunter2-hunter2';
const ids: Readonly<Record<string, string>> = {
  slack: 'slack:T1:',
  discord: 'discord:1:',
  web: 'web:',
};

interface Chat extends CommandWorld {
  readonly inbound: Inbound;
}

/** The thread of app-1 is `t1` in channel `c1` on each platform. */
async function chatWorld(access: Parameters<typeof commandWorld>[0] = {}): Promise<Chat> {
  const world = await commandWorld(access);
  const { db, clock, dir, dispatch } = world.lifecycle;
  const plugin = (platform: string): ChatPlugin =>
    ({
      platform,
      capabilities: { editInterval: 0 },
      link: () => 'https://chat.test/t1',
      download: async () => new Uint8Array([1]),
    }) as unknown as ChatPlugin;
  const chats = ['slack', 'discord', 'web'].map(plugin);
  for (const { platform } of chats) {
    addThread(db, 'app-1', platform, 'c1');
    setThread(db, 'app-1', platform, { thread: 't1', root: 'm1' });
  }
  const host = createChatHost({
    db,
    clock,
    dataDir: dir,
    chats: () => chats,
    dispatch: () => dispatch,
    commands: () => world.commands,
    reader: () => world.reader,
    access: world.access,
    policyOf: () => policyWith(),
    verbosityOf: () => 'normal',
    listenOf: () => null,
    channelsOf: () => [],
    linkTo: (session) => `http://127.0.0.1/${session}`,
    publicAddress: () => false,
    chart: async () => null,
    redact: createRedact([SECRET]),
    audit: (entry) => world.audit(entry),
  });
  return Object.assign(world, { inbound: host.inbound });
}

const BUTTONS = [
  ...[
    'stop',
    'interrupt',
    'kill',
    'undo',
    'restore',
    'pause',
    'resume',
    'done',
    'merge',
    'approve',
    'request_changes',
    'rerun',
    'open_pr',
    'diff',
    'terminal',
  ],
  ...['logs', 'start', 'mute', 'unmute', 'more', 'show', 'reply'],
].map((verb) => `${verb}:app-1`);
const WITH_ARGUMENT = [
  'answer:app-1:q1 yes',
  'other:app-1:q1',
  'retry_steer:app-1:s',
  'remove_steer:app-1:s',
  'steer_now:app-1:s',
  'ack:app-1:x',
  'snooze:app-1:x',
  'react:app-1:approved-and-green',
  'check_log:app-1:unit',
  'spawn_issue:app:1',
  'spawn_form:',
];
const FORMS = [
  'request_changes:app-1',
  'interrupt:app-1',
  'other:app-1:q1',
  'reply:app-1:',
  'spawn_form:',
];
const file = { name: 'x.txt', mime: 'text/plain', size: 1, ref: 'r' };

let deliveries = 0;
function inputs(platform: string, user: ChatUser): readonly ChatInput[] {
  const base = () => {
    deliveries += 1;
    return { platform, delivery: `d${deliveries}`, user, channel: 'c1', thread: 't1', at: 1 };
  };
  return [
    ...COMMANDS.map(
      (row): ChatInput => ({
        ...base(),
        type: 'command',
        text: row.example.replace('app-7', 'app-1').replace('app-9', 'app-1'),
        files: [file],
        trigger: null,
      }),
    ),
    ...['spawn', 'kill app-1', 'link list', 'unlink'].map(
      (text): ChatInput => ({ ...base(), type: 'command', text, files: [], trigger: null }),
    ),
    ...['use the new cookie', '!kill', '/ao merge'].map(
      (text): ChatInput => ({ ...base(), type: 'reply', text, message: 'm9', files: [file] }),
    ),
    ...[...BUTTONS, ...WITH_ARGUMENT].map(
      (action): ChatInput => ({
        ...base(),
        type: 'action',
        action,
        value: null,
        message: 'm1',
        trigger: null,
      }),
    ),
    ...FORMS.map(
      (form): ChatInput => ({ ...base(), type: 'form', form, values: { text: 'x', issue: '' } }),
    ),
    { ...base(), type: 'shortcut', text: 'x', message: 'm1', trigger: null },
  ];
}

const said = (reply: ChatReply): string =>
  reply.whisper === undefined ? '' : renderPlain(reply.whisper);
const consequences = (world: Chat): unknown => [
  everySession(world.lifecycle.db, world.lifecycle.dispatch),
  world.scm.calls,
  world.tracker.issues.size,
  existsSync(join(world.lifecycle.dir, 'files'))
    ? readdirSync(join(world.lifecycle.dir, 'files'), { recursive: true })
    : [],
];
const user = (platform: string, name: string, change: Partial<ChatUser> = {}): ChatUser => ({
  subject: `${ids[platform]}${name}`,
  name,
  groups: [],
  external: false,
  bot: false,
  ...change,
});

test('every button that is tried here is one', () => {
  for (const id of [...BUTTONS, ...WITH_ARGUMENT]) expect(parseButtonId(id), id).not.toBeNull();
});

describe.each(['slack', 'discord', 'web'])('%s', (platform) => {
  test('somebody without a role is refused everything, shown nothing, and every refusal is written down', async () => {
    const world = await chatWorld();
    const nobody = user(platform, 'nobody');
    const before = JSON.stringify(consequences(world));
    for (const input of inputs(platform, nobody)) {
      const rows = world.rows().length;
      const reply = await world.inbound(input);
      expect(said(reply), JSON.stringify(input)).toContain(
        "You can't do that here: you have no role in ao.",
      );
      expect([reply.form, reply.errors]).toEqual([undefined, undefined]);
      expect(world.rows().slice(rows), JSON.stringify(input)).toContainEqual(
        expect.objectContaining({ subject: nobody.subject, allowed: false }),
      );
      expect(JSON.stringify(consequences(world)), JSON.stringify(input)).toBe(before);
    }
  });

  test('guests, people of other teams and shared channels are refused whatever their role; bots are not even answered', async () => {
    const world = await chatWorld({ access: { users: { [`${ids[platform]}boss`]: ['admin'] } } });
    const before = JSON.stringify(consequences(world));
    for (const input of inputs(platform, user(platform, 'boss', { external: true }))) {
      expect(said(await world.inbound(input))).toBe(
        "People from outside the team can't use ao here.",
      );
    }
    expect(
      world.rows().filter((row) => row.allowed === false && row.action === 'input').length,
    ).toBeGreaterThan(50);
    const rows = world.rows().length;
    for (const input of inputs(platform, user(platform, 'boss', { bot: true })))
      expect(await world.inbound(input)).toEqual({});
    expect(world.rows()).toHaveLength(rows);
    expect(JSON.stringify(consequences(world))).toBe(before);
  });
});

describe('inside the team', () => {
  const platform = 'slack';

  test('a viewer sees, and changes nothing', async () => {
    const world = await chatWorld({
      access: { users: { [`${ids[platform]}viewer`]: ['viewer'] } },
    });
    const before = JSON.stringify(consequences(world));
    for (const input of inputs(platform, user(platform, 'viewer'))) {
      await world.inbound(input);
      expect(JSON.stringify(consequences(world)), JSON.stringify(input)).toBe(before);
    }
  });

  test('every command, click and form of a member is a row, with the person', async () => {
    const world = await chatWorld({ access: { users: { [`${ids[platform]}dana`]: ['admin'] } } });
    // A plain reply is a message to the agent, with a row of its own while the session lives.
    for (const input of inputs(platform, user(platform, 'dana')).filter(
      (each) => each.type !== 'reply',
    )) {
      const rows = world.rows().length;
      await world.inbound(input);
      expect(world.rows().slice(rows), JSON.stringify(input)).toContainEqual(
        expect.objectContaining({ subject: `${ids[platform]}dana` }),
      );
    }
  });

  test('a private answer has no secret in it, also when it is given again', async () => {
    const world = await chatWorld({ access: { users: { [`${ids[platform]}dana`]: ['admin'] } } });
    await world.tracker.create({
      title: `rotate ${SECRET} and ${Buffer.from(`x:${SECRET}`).toString('base64')}`,
      body: '',
      labels: [],
    });
    const ask = {
      platform,
      delivery: 'once',
      user: user(platform, 'dana'),
      channel: 'c1',
      thread: null,
      at: 1,
      type: 'command',
      text: 'issues',
      files: [],
      trigger: null,
    } as const;
    for (const reply of [
      await world.inbound(ask),
      await world.inbound(ask),
      await world.inbound({ ...ask, delivery: 'form', text: 'spawn' }),
    ]) {
      expect(JSON.stringify(reply)).toContain('[redacted]');
      expect(JSON.stringify(reply)).not.toContain('hunter2');
    }
  });

  // threat: a person repeats a delivery id seen in a thread | gets their own answer, not the other's private one
  test('a delivery that somebody else repeats gets their own answer, not the private one of the first', async () => {
    const world = await chatWorld({ access: { users: { [`${ids[platform]}dana`]: ['admin'] } } });
    const ask = (who: string) => ({
      platform,
      delivery: 'seen in the thread',
      user: user(platform, who),
      channel: 'c1',
      thread: null,
      at: 1,
      type: 'command' as const,
      text: 'help',
      files: [],
      trigger: null,
    });
    const first = await world.inbound(ask('dana'));
    expect(await world.inbound(ask('dana'))).toEqual(first);
    const [again, other] = await Promise.all([
      world.inbound(ask('dana')),
      world.inbound(ask('mallory')),
    ]);
    expect(again).toEqual(first);
    expect(JSON.stringify(other)).toContain('no role in ao');
  });
});
