import { expect, test } from 'vitest';
import { chatBench } from '../../../test/fakes/chat-bench.ts';
import { NOW, prView, requestView, sessionView } from '../../../test/fakes/views.ts';
import { COMMANDS } from '../grammar/command-table.ts';
import { COMMAND_USES, NOT_TYPED } from '../grammar/command-uses.ts';

test.each(COMMANDS.map(({ verb, example }) => ({ verb, example })))(
  '/ao $example changes only by the use cases that the table names',
  async ({ verb, example }) => {
    const bench = chatBench({
      sessions: [sessionView({ pr: prView(), openRequests: [requestView()] })],
    });
    await bench.inbound({
      platform: 'web',
      delivery: 'd-1',
      user: { subject: 'web:dana', name: 'dana', groups: [], external: false, bot: false },
      channel: 'c1',
      at: NOW,
      type: 'command',
      thread: null,
      text: example,
      files: [],
      trigger: null,
    });
    const known: readonly string[] = COMMAND_USES[verb];
    const called = bench.fake.calls.map(({ method }) => method);
    expect(called.filter((method) => !known.includes(method))).toEqual([]);
  },
);

test('a use case is typed or has a reason, not both', () => {
  const typed = new Set<string>(Object.values(COMMAND_USES).flat());
  expect(Object.keys(NOT_TYPED).filter((name) => typed.has(name))).toEqual([]);
});
