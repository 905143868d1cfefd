import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand } from './grammar.ts';
import { commandLine, typedCommands } from './typed-commands.ts';

const context = {
  inThread: true,
  isSession: (word: string) => /^app-\d+$/.test(word),
  isProject: (word: string) => word === 'app',
};
const read = (verb: string, values: Readonly<Record<string, string | boolean>>) =>
  parseCommand(commandLine(verb, values), context);

describe('options of a typed command', () => {
  it.each([
    ['spawn', { issue: '42', agent: 'codex' }, 'spawn 42 --agent codex'],
    [
      'spawn',
      { text: 'make it "stable"', plan: true, again: false },
      'spawn «make it "stable"» --plan',
    ],
    ['merge', { session: 'app-7', method: 'squash' }, 'merge app-7 --squash'],
    ['send', { text: 'use the cookie', session: 'app-7' }, 'send app-7 "use the cookie"'],
    ['status', { project: 'app', mine: true }, 'status app --mine'],
    ['cost', { span: 'week', by: 'agent' }, 'cost week --by agent'],
    ['inbox', {}, 'inbox'],
  ])('%s %j', (verb, values, line) => {
    expect(commandLine(verb, values)).toBe(line);
    expect(parseCommand(line, context)).toMatchObject({ ok: true });
  });

  it('carry any text unchanged to the agent, also one that begins like a session', () => {
    fc.assert(
      fc.property(
        fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
          .filter((text) => text.trim() === text && !/["“”„«»\s]/.test(text)),
        (text) => {
          expect(read('send', { text })).toMatchObject({
            ok: true,
            value: { verb: 'send', session: null, text },
          });
        },
      ),
    );
    expect(read('send', { text: 'app-7 is wrong' })).toMatchObject({
      value: { session: null, text: 'app-7 is wrong' },
    });
    expect(read('spawn', { text: 'say "hi" to --all', prompt: 'two words' })).toMatchObject({
      value: { text: 'say "hi" to --all', prompt: 'two words' },
    });
  });

  it('are within what platforms take', () => {
    for (const command of typedCommands) {
      expect(command.description.length).toBeLessThanOrEqual(100);
      const required = command.options.map((option) => option.required);
      expect(required).toEqual(required.toSorted((a, b) => Number(b) - Number(a)));
    }
    expect(typedCommands.length).toBeLessThanOrEqual(49);
  });
});
