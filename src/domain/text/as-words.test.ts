import { expect, test } from 'vitest';
import { asWords } from './as-words.ts';

test.each([
  ['/compact keep the plan', null, { command: '/compact', typed: null }],
  ['/mcp__x:y', '\\/mcp__x:y', { command: '/mcp__x:y', typed: '\\/mcp__x:y' }],
  ['!ls -l', null, { command: '!ls', typed: null }],
  ['exit', 'exit.', { command: null, typed: 'exit.' }],
  ['/etc/passwd is a file', null, null],
  ['! important', null, null],
  ['a/b or /c later', null, null],
  ['hello', null, null],
])('%s', (text, typed, told) => expect(asWords(text, typed)).toEqual(told));
