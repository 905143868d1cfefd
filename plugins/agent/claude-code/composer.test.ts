import { expect, test } from 'vitest';
import { inTheWay, isEmptyInput, shownInput } from './composer.ts';

const rule = '─'.repeat(60);
const foot = '  ⏵⏵ bypass permissions on (shift+tab to cycle)';

test.each([
  ['an empty input', `${rule}\n❯ \n${rule}\n${foot}`, ''],
  ['two lines', `● said\n${rule}\n❯ one\n  two\n${rule}\n${foot}`, 'one\ntwo'],
  ['quoted lines', `${rule}\n❯ > a\n  > b\n${rule}\n${foot}`, '> a\n> b'],
  ['an input that is cut', `── ↑ 12 more ${rule}\n  below\n${rule}\n${foot}`, 'below'],
  ['a rule in what was said', `${rule}\n● said\n${rule}\n❯ x\n${rule}\n${foot}`, 'x'],
])('reads %s', (_, screen, text) => {
  expect(shownInput(screen)).toBe(text);
});

/** As Claude Code 2.1.332 draws them. */
test.each([
  [
    'its transcript view',
    `❯ SAY: hi\n● hi\n${rule}\n  Showing detailed transcript · ctrl+o to toggle · ? for shortcuts`,
  ],
  [
    'its history search',
    `${rule}\n  Search prompts · everywhere\n    1m ago   SAY: hello\n  ❯ 1m ago   ERROR: 500 boom\n  ╭──────╮\n  │ ⌕ Filter history…│\n  ╰──────╯`,
  ],
  ['its input is in shell mode', `● hi\n${rule}\n! \n${rule}\n  ! for shell mode`],
])('%s is not taken for the input, and named', (words, screen) => {
  expect(shownInput(screen)).toBeNull();
  expect(inTheWay(screen)).toContain(words);
});

test('a menu is not taken for the input', () => {
  expect(shownInput(`${'▔'.repeat(60)}\n  Select model\n  ❯ 1. Default\n`)).toBeNull();
  expect(shownInput(`${rule}\n  Rewind\n  ❯ (current)\n  Enter to continue`)).toBeNull();
});

test.each(['', 'Try "fix lint errors"', 'Resend your message to try again'])(
  'an input that shows %j is empty',
  (shown) => expect(isEmptyInput(shown)).toBe(true),
);
