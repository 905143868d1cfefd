import { expect, test } from 'vitest';
import { describeAgentCli } from '../../../test/contract/agent-cli.ts';
import { AgentWorld } from '../../../test/support/agent-world.ts';
import { fakeProgram } from '../../../test/support/fake-program.ts';
import { configSchema } from './config.ts';
import { historyItems } from './history.ts';
import { createAiderAgent } from './index.ts';
import { asks } from './screen.ts';

const fakeAider = (): AgentWorld =>
  new AgentWorld({
    plugin: (context, home) =>
      createAiderAgent(
        configSchema.parse({ command: fakeProgram(home, 'aider', 'fake-aider.ts') }),
        context,
      ),
    env: () => ({}),
    model: 'sonnet',
  });

describeAgentCli('aider with a fake CLI', fakeAider, {
  question: null,
  priced: true,
  guarded: (file) => `RUN: touch ${file}`,
  asksIn: 'auto-edit',
  dialog: /Run shell command\?/,
  allow: 'y',
  deny: 'n',
  commitsItself: true,
  limit: 'untimed',
});

test('its history tells who said what, and what was used', () => {
  const text = [
    '',
    '# aider chat started at 2026-03-03 09:00:00',
    '',
    '#### make it faster  ',
    '####   ',
    '#### and test it  ',
    '',
    'I made the loop shorter.',
    '',
    '> a quote is told by aider, never by the model  ',
    '> Tokens: 2.3k sent, 1.1k cache write, 500 cache hit, 1,150 received. Cost: $0.01 message, $0.02 session.  ',
    '> Applied edit to loop.py  ',
    '',
  ].join('\n');
  expect(historyItems(text)).toEqual([
    { type: 'said', text: 'make it faster\n\nand test it' },
    { type: 'answer', text: 'I made the loop shorter.' },
    { type: 'told', text: 'a quote is told by aider, never by the model' },
    { type: 'used', input: 2300, output: 1150, cacheWrite: 1100, cacheRead: 500, usd: 0.01 },
    { type: 'told', text: 'Applied edit to loop.py' },
  ]);
});

test.each([
  ['its prompt', 'Aider v0.86.1\n\n> ', { type: 'prompt' }],
  ['its prompt in another mode', 'x\nask> \n\n', { type: 'prompt' }],
  [
    'a question',
    "\nnpm test\nRun shell command? (Y)es/(N)o/(D)on't ask again [Yes]: ",
    {
      type: 'confirm',
      question: 'Run shell command?',
      text: 'npm test',
      options: [
        { key: 'y', label: 'Yes' },
        { key: 'n', label: 'No' },
        { key: 'd', label: "Don't ask again" },
      ],
    },
  ],
  ['a quote of the model', 'the answer\n> not a prompt', null],
])('the screen shows %s', (_what, screen, expected) => expect(asks(screen)).toEqual(expected));
