import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, ChatMessage } from '../../../../src/slots/chat.ts';
import { blockProblems, type Json, viewProblems } from '../../../../test/fakes/slack/block-kit.ts';
import { readMessageText } from '../../../../test/fakes/slack/read-blocks.ts';
import { renderMessage } from './message.ts';
import { formView, homeView } from './view.ts';

const text = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.nat(9_000).map((length) => '&é<🔨>'.repeat(length / 5)),
  fc.constantFrom(
    '<!channel> <@U1> & > ',
    '**a** _b_ `c` [d](https://e.example/) \\*',
    'line\n'.repeat(900),
    '',
  ),
);
const id = fc.uuid();
const button = fc.record({
  id,
  label: text,
  style: fc.constantFrom('primary' as const, 'danger' as const, 'plain' as const),
  confirm: fc.record({ title: text, text, ok: text }),
});
const link = fc.record({ id, label: text, style: fc.constant('plain' as const), url: fc.webUrl() });
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text }),
  fc.record({
    type: fc.constant('context' as const),
    text: fc.oneof(text, fc.constant('x')).map((line) => (line.trim() === '' ? 'x' : line)),
  }),
  fc.record({
    type: fc.constant('code' as const),
    title: fc.option(text.map((title) => title || 'x')),
    text,
    folded: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('fields' as const),
    fields: fc.array(fc.record({ name: text, value: text }), { minLength: 1, maxLength: 25 }),
  }),
  fc.record({
    type: fc.constant('table' as const),
    columns: fc.array(text, { minLength: 1, maxLength: 4 }),
    rows: fc.array(fc.array(text, { maxLength: 4 }), { maxLength: 4 }),
  }),
  fc.record({
    type: fc.constant('buttons' as const),
    buttons: fc.array(fc.oneof(button, link), { minLength: 1, maxLength: 60 }),
  }),
  fc.record({
    type: fc.constant('select' as const),
    select: fc.record({
      id,
      placeholder: text,
      options: fc.array(fc.record({ value: id, label: text }), { minLength: 1, maxLength: 120 }),
    }),
  }),
  fc.constant({ type: 'divider' as const }),
);
const message: fc.Arbitrary<ChatMessage> = fc.record({
  text,
  blocks: fc.array(block, { maxLength: 60 }),
  kind: fc.constantFrom('card' as const, 'post' as const),
});
const speech: fc.Arbitrary<ChatMessage> = fc.record({
  text,
  blocks: fc.array(
    fc.record({ type: fc.constant('text' as const), text: text.map((words) => words || 'x') }),
    { minLength: 1, maxLength: 1 },
  ),
  kind: fc.constant('agent' as const),
});

const json = (value: unknown): Json[] => JSON.parse(JSON.stringify(value)) as Json[];

describe('messages for Slack', () => {
  it('are within every limit, whatever is in them', () => {
    fc.assert(
      fc.property(fc.oneof(message, speech), (made) => {
        const shown = renderMessage(made);
        expect(blockProblems(json(shown.blocks), 'message')).toEqual([]);
        expect(shown.text.length).toBeLessThanOrEqual(4_000);
        expect(
          viewProblems(
            json([
              homeView([
                { title: 'a', message: made },
                { title: 'b', message: made },
              ]),
            ])[0] ?? {},
          ),
        ).toEqual([]);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 60_000);

  it('lose nothing: what does not fit is in a file', () => {
    const lines = Array.from({ length: 2_000 }, (_, at) => `line ${at} of a long log`);
    const shown = renderMessage({
      kind: 'post',
      text: 'log',
      blocks: [
        { type: 'code', title: 'log', text: lines.join('\n'), folded: true },
        { type: 'buttons', buttons: [{ id: 'a', label: 'Rerun', style: 'plain' }] },
      ],
    });
    const everything =
      readMessageText({ text: '', blocks: json(shown.blocks), files: [] }) +
      shown.files.map((file) => file.content).join('\n');
    for (const line of lines) expect(everything).toContain(line);
    expect(everything).toContain('[Rerun]');
  });

  it('can ping nobody but those who are to be mentioned', () => {
    const evil =
      'Hi <!channel> <!here> <@U0LEE000> <!subteam^S1> <https://evil.example|https://good.example> @channel @everyone';
    for (const kind of ['post', 'agent', 'card'] as const) {
      const shown = renderMessage(
        {
          kind,
          text: evil,
          blocks: [
            { type: 'text', text: evil },
            { type: 'context', text: evil },
            { type: 'fields', fields: [{ name: evil, value: evil }] },
            { type: 'code', title: evil, text: evil, folded: false },
          ],
        },
        { mentions: ['U0DANA00'] },
      );
      const said = shown.blocks.filter((one) => one.type !== 'rich_text');
      expect(JSON.stringify(said) + shown.text.replace('<@U0DANA00>', '')).not.toMatch(
        kind === 'agent' ? /<[!@#]/ : /<[!@#]|<https/,
      );
      const users = [...JSON.stringify(shown.blocks).matchAll(/"user_id":"(\w+)"/g)].map(
        (match) => match[1],
      );
      expect(new Set(users)).toEqual(new Set(kind === 'agent' ? [] : ['U0DANA00']));
      expect(JSON.stringify(shown.blocks)).not.toContain('"broadcast"');
    }
  });

  it('forms are within the limits', () => {
    fc.assert(
      fc.property(
        fc.record({
          id: fc.string({ maxLength: 80 }),
          title: text,
          submit: text,
          fields: fc.uniqueArray(
            fc.record({
              id: fc.uuid(),
              label: text,
              kind: fc.constantFrom('text' as const, 'multiline' as const, 'select' as const),
              optional: fc.boolean(),
              initial: text,
              placeholder: text,
              options: fc.array(fc.record({ value: id, label: text }), { maxLength: 120 }),
            }),
            { selector: (field) => field.id, minLength: 1, maxLength: 8 },
          ),
        }),
        (form) => {
          expect(
            viewProblems(json([formView(form, { channel: CHANNEL, thread: null })])[0] ?? {}),
          ).toEqual([]);
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  });
});

const CHANNEL = 'C0DEV000';
