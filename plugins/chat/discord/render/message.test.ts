import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, ChatMessage } from '../../../../src/slots/chat.ts';
import { invalidRequest } from '../../../../test/fakes/discord/validate.ts';
import { renderMessage } from './message.ts';
import { modalOf } from './modal.ts';

const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.nat({ max: 9_000 }).map((n) => 'word *b* `c`\n'.repeat(n / 12)),
);
const id = fc.stringMatching(/^[a-z_]{3,12}:app-[0-9]{1,3}(:[a-z0-9]{1,40})?$/);
const button = fc.record({
  id,
  label: fc.string({ maxLength: 120 }),
  style: fc.constantFrom('primary', 'danger', 'plain'),
});
const linkOrAsk = fc.oneof(
  button,
  button.map((each) => ({ ...each, url: 'https://forge.test/42' })),
  button.map((each) => ({ ...each, confirm: { title: 'Sure?', text: 'x', ok: 'Yes' } })),
);
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant('text'), text }),
  fc.record({ type: fc.constant('context'), text }),
  fc.record({
    type: fc.constant('code'),
    title: fc.option(fc.string({ maxLength: 40 })),
    text,
    folded: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('fields'),
    fields: fc.array(
      fc.record({ name: fc.string({ maxLength: 20 }), value: fc.string({ maxLength: 200 }) }),
      { maxLength: 30 },
    ),
  }),
  fc.record({
    type: fc.constant('table'),
    columns: fc.constant(['a', 'b']),
    rows: fc.array(fc.tuple(fc.string({ maxLength: 80 }), fc.string({ maxLength: 80 })), {
      maxLength: 60,
    }),
  }),
  fc.record({
    type: fc.constant('buttons'),
    buttons: fc.array(linkOrAsk, { minLength: 1, maxLength: 12 }),
  }),
  fc.record({
    type: fc.constant('select'),
    select: fc.record({
      id,
      placeholder: fc.string({ maxLength: 200 }),
      options: fc.uniqueArray(
        fc.record({
          value: fc.string({ minLength: 1, maxLength: 90 }),
          label: fc.string({ minLength: 1, maxLength: 130 }),
        }),
        {
          minLength: 1,
          maxLength: 40,
          selector: (option) => option.value,
        },
      ),
    }),
  }),
) as fc.Arbitrary<Block>;
const message: fc.Arbitrary<ChatMessage> = fc.record({
  text: fc.string({ minLength: 1, maxLength: 200 }).map((line) => `x${line}`),
  blocks: fc.array(block, { maxLength: 12 }),
  kind: fc.constantFrom('card', 'post', 'agent'),
});

/** One message may have each id once, selects included. */
const distinct = (each: ChatMessage): boolean =>
  new Set(each.blocks.flatMap((one) => (one.type === 'select' ? [one.select.id] : []))).size ===
  each.blocks.filter((one) => one.type === 'select').length;

describe('a message on Discord', () => {
  it('is within every limit, whatever it says', () => {
    fc.assert(
      fc.property(message.filter(distinct), (each) => {
        const rendered = renderMessage(each);
        expect(
          invalidRequest.message(
            rendered.body as unknown as Record<string, unknown>,
            rendered.files.length,
          ),
        ).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it('keeps every word: what does not fit is in the file', () => {
    const long = Array.from({ length: 900 }, (_, line) => `line ${line}`).join('\n');
    const { body, files } = renderMessage({
      kind: 'agent',
      text: 'x',
      blocks: [{ type: 'text', text: long }],
    });
    expect(body.content).toContain('The whole text is in the file.');
    expect(files.map((file) => file.data)).toEqual([long]);
  });

  it('pings only who is named', () => {
    const { body } = renderMessage({
      kind: 'post',
      text: '@everyone',
      blocks: [{ type: 'text', text: '@everyone <@1>' }],
      mention: ['discord:1:2', 'slack:T:U'],
    });
    expect(body.allowed_mentions).toEqual({ parse: [], users: ['2'] });
    expect(body.content).toBe('<@2> @everyone <@1>');
  });

  it('never lets a text out of its code block', () => {
    const { body } = renderMessage({
      kind: 'post',
      text: 'x',
      blocks: [{ type: 'code', title: null, text: 'a\n```\n@everyone **b**\n```', folded: true }],
    });
    expect(body.content.match(/```/g)).toHaveLength(2);
  });

  it('shows the colour of the status on a card', () => {
    expect(
      renderMessage({
        kind: 'card',
        status: 'merged',
        text: 'x',
        blocks: [{ type: 'text', text: 'done' }],
      }).body.embeds,
    ).toEqual([{ description: 'done', color: 0x8b5cf6 }]);
  });

  it('fits a form into five labelled fields', () => {
    const fields = Array.from({ length: 7 }, (_, at) => ({
      id: `f${at}`,
      label: 'L'.repeat(60),
      kind: at === 0 ? ('select' as const) : ('text' as const),
      optional: at !== 6,
      options: [{ value: 'a', label: 'A' }],
    }));
    const data = modalOf({ id: 'spawn_form:', title: 'T'.repeat(60), submit: 'Go', fields });
    expect(invalidRequest.callback({ type: 9, data }, 0)).toBeNull();
    expect(JSON.stringify(data)).toContain('f6');
  });
});
