import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GrammarContext } from './parsed-command.ts';
import { readPlainWords } from './plain-words.ts';

const outside: GrammarContext = {
  inThread: false,
  isSession: (word) => word === 'app-7',
  isProject: (word) => word === 'web',
};
const inThread: GrammarContext = { ...outside, inThread: true };

/** `words`, the verb that is run, or `? <line>` where the person is asked. */
function meaning(text: string, context = outside): string {
  const read = readPlainWords(text, context);
  switch (read.type) {
    case 'words':
      return 'words';
    case 'command':
      return read.command.verb;
    case 'unclear':
      return `? ${read.command?.line ?? ''}`.trim();
  }
}

describe('what is said to ao by its name in a channel', () => {
  it.each([
    ['fix the flaky login test', 'words'],
    ['add a --plan flag to the docs', 'words'],
    ['please fix the login', 'words'],
    ['can you look at the cookie bug?', 'words'],
    ['parse the CSV file', 'words'],
    ['run the tests and mend what fails', 'words'],
    ['"quoted words" come through', 'words'],
    ['status', 'status'],
    ['STATUS web', 'status'],
    ['please status', 'status'],
    ['', 'help'],
    ['help spawn', 'help'],
    ['spawn 42', 'spawn'],
    ['spawn fix the login', 'spawn'],
    ['#42', 'spawn'],
    ['https://forge.test/a/b/issues/3', 'spawn'],
    ['app-7', 'show'],
    ['kill app-7 because it is wrong', 'kill'],
    ['show web', 'show'],
    ['stauts', '? /ao status'],
    ['spwan fix the login', '? /ao spawn fix the login'],
    ['status of the login bug', '? /ao status'],
    ['help me fix the login', '? /ao help'],
    ['merge the two helpers into one', '?'],
    ['tell me about the cookie', '?'],
    ['show me the tests', '?'],
    ['hello', '?'],
    ['thank you!', '?'],
    ['good morning', '?'],
  ])('"%s" is %s', (text, expected) => {
    expect(meaning(text)).toBe(expected);
  });
});

describe("what is said to ao by its name in a session's thread", () => {
  it.each([
    ['please also fix the docs', 'words'],
    ['thanks', 'words'],
    ['#42 has more about it', 'words'],
    ['stop', 'stop'],
    ['please stop', 'stop'],
    ['kill', 'kill'],
    ['now use the other cookie', 'now'],
    ['send use the other cookie', 'send'],
    ['stpo', '? /ao stop'],
    ['stop using lodash', '? /ao stop'],
    ['stop please', '? /ao stop'],
    ['show me the diff', '? /ao show'],
    ['merge the two helpers', '? /ao merge'],
    ['kill the flaky test', '? /ao kill the flaky test'],
    ['approve the new names in the docs', '? /ao approve the new names in the docs'],
  ])('"%s" is %s', (text, expected) => {
    expect(meaning(text, inThread)).toBe(expected);
  });
});

it('keeps the whole sentence that begins like a command', () => {
  expect(readPlainWords('start the server before the tests', outside)).toMatchObject({
    command: { verb: 'spawn', text: 'start the server before the tests' },
  });
});

it('has an answer for everything', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (text, thread) => {
      const read = readPlainWords(text, thread ? inThread : outside);
      if (read.type === 'unclear') expect(read.message).not.toBe('');
    }),
  );
});
