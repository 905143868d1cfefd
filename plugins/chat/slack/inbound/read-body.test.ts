import { describe, expect, it } from 'vitest';
import { SHORTCUT } from '../calls.ts';
import { readDelivery } from './read-delivery.ts';
import { readMessage, type Self } from './read-message.ts';
import type { WireMessage } from './wire.ts';

const self: Self = {
  botUserId: 'U0BOT',
  botId: 'B0BOT',
  command: '/ao',
  isThread: () => false,
  nameOf: (user) => (user === 'U0LEE' ? 'lee' : user),
};
const reply = (change: Partial<WireMessage>): WireMessage => ({
  type: 'message',
  channel: 'C1',
  user: 'U0DANA',
  ts: '2.0',
  thread_ts: '1.0',
  parent_user_id: 'U0BOT',
  text: '',
  ...change,
});
/** As Slack sends a message of Lee's that was forwarded. */
const SHARED = {
  is_share: true,
  is_msg_unfurl: true,
  author_id: 'U0LEE',
  author_name: 'Lee',
  author_subname: 'Lee',
  channel_id: 'C2',
  ts: '1.5',
  from_url: 'https://team.slack.com/archives/C2/p15',
  fallback: '[March 3rd, 2026 10:00 AM] lee: The pump leaks',
  text: 'The pump leaks &amp; drips\nsee <https://pump.example|the plan>',
  files: [{ id: 'F1', name: 'pump.png', mimetype: 'image/png', size: 3 }],
};
const QUOTED =
  'Forwarded from Lee:\n> The pump leaks & drips\n> see the plan (https://pump.example)';

describe('what is read of a message in Slack', () => {
  it('a message that was forwarded without a word', () =>
    expect(readMessage(reply({ attachments: [SHARED] }), self)).toMatchObject({
      type: 'reply',
      text: QUOTED,
      files: [{ name: 'pump.png', ref: 'F1' }],
    }));

  it('one that was forwarded with words, and the words of it when they are edited', () => {
    const said = reply({ text: 'Mend this <@U0LEE>', attachments: [SHARED] });
    expect(readMessage(said, self)).toMatchObject({ text: `Mend this @lee\n\n${QUOTED}` });
    const { channel: _, ...message } = reply({ text: 'Mend it', attachments: [SHARED] });
    const edit = { ...reply({ subtype: 'message_changed' }), message, previous_message: said };
    expect(readMessage(edit, self)).toMatchObject({ type: 'edit', text: `Mend it\n\n${QUOTED}` });
  });

  it('one whose words are only in its blocks', () => {
    const { text: _, ...silent } = SHARED;
    const message_blocks = [
      {
        message: {
          blocks: [
            {
              type: 'rich_text',
              elements: [
                {
                  type: 'rich_text_section',
                  elements: [
                    { type: 'text', text: 'Ask ' },
                    { type: 'user', user_id: 'U0LEE' },
                    { type: 'text', text: ' about ' },
                    { type: 'link', url: 'https://pump.example', text: 'the plan' },
                  ],
                },
              ],
            },
          ],
        },
      },
    ];
    expect(
      readMessage(reply({ attachments: [{ ...silent, message_blocks }] }), self),
    ).toMatchObject({
      text: 'Forwarded from Lee:\n> Ask @lee about the plan (https://pump.example)',
    });
  });

  it('the preview of a link is not what somebody said', () => {
    const preview = { title: 'A page', text: 'All about it', from_url: 'https://page.example' };
    const message = reply({ text: 'see https://page.example', attachments: [preview] });
    expect(readMessage(message, self)).toMatchObject({ text: 'see https://page.example' });
  });

  it('a command in what was forwarded is none, and what was forwarded is no argument', () => {
    const shared = { ...SHARED, text: '!kill', files: [] };
    expect(readMessage(reply({ attachments: [shared] }), self)).toMatchObject({
      type: 'reply',
      text: 'Forwarded from Lee:\n> !kill',
    });
    expect(readMessage(reply({ text: '!stop', attachments: [shared] }), self)).toMatchObject({
      type: 'command',
      text: 'stop',
    });
    expect(readMessage(reply({ text: '!now look', attachments: [shared] }), self)).toMatchObject({
      type: 'command',
      text: 'now look\n\nForwarded from Lee:\n> !kill',
    });
  });
});

describe('"Spawn from this message" in Slack', () => {
  const textOf = (message: object): unknown => {
    const body = {
      type: 'message_action',
      callback_id: SHORTCUT,
      trigger_id: 't',
      user: { id: 'U0DANA' },
      channel: { id: 'C1' },
      message: { ts: '2.0', ...message },
    };
    const read = readDelivery(body, self);
    return read?.rest.type === 'shortcut' ? read.rest.text : read;
  };

  it.each<[string, object, string]>([
    [
      'an alert of blocks alone',
      {
        bot_id: 'B1',
        text: '',
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: 'Disk full' } },
          {
            type: 'section',
            text: { type: 'mrkdwn', text: 'on <https://db.example|db-1>' },
            fields: [{ type: 'mrkdwn', text: 'free: 0' }],
          },
          { type: 'context', elements: [{ type: 'mrkdwn', text: 'since 10:00' }] },
          { type: 'actions', elements: [{ type: 'button', text: { text: 'Silence' } }] },
        ],
      },
      'Disk full\non db-1 (https://db.example)\nfree: 0\nsince 10:00',
    ],
    [
      'an alert whose text is only its notification',
      {
        bot_id: 'B1',
        text: 'Alert',
        blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Disk full on db-1' } }],
      },
      'Disk full on db-1',
    ],
    [
      'an alert in the old form',
      {
        bot_id: 'B1',
        text: '',
        attachments: [
          {
            fallback: 'short',
            pretext: 'Alert',
            title: 'Disk full',
            text: 'db-1',
            fields: [{ title: 'free', value: '0' }],
          },
        ],
      },
      'Alert\nDisk full\ndb-1\nfree: 0',
    ],
    ['a forwarded message', { user: 'U0DANA', text: '', attachments: [SHARED] }, QUOTED],
    [
      'files alone',
      { user: 'U0DANA', text: '', files: [{ id: 'F1', name: 'crash.log' }, { id: 'F2' }] },
      '(Not read, only named: crash.log, F2)',
    ],
  ])('%s', (_what, message, text) => expect(textOf(message)).toBe(text));
});
