import { expect, it } from 'vitest';
import { chatBench } from '../../../test/fakes/chat-bench.ts';
import type { BudgetView } from '../../commands/view/cost.ts';
import { budgetButtons } from '../thread/budget-buttons.ts';
import { escalationButtons } from '../thread/escalation-buttons.ts';
import { renderPlain } from '../words/render-plain.ts';
import { budgetsReply } from './budgets.ts';

const budget = (change: Partial<BudgetView> = {}): BudgetView => ({
  id: 'session:app-7',
  kind: 'session',
  label: 'the budget of app-7',
  limitUsd: 5,
  spentUsd: 5.1,
  state: 'spent',
  sessions: ['app-7'],
  ...change,
});
const base = {
  platform: 'web',
  delivery: 'd1',
  user: { subject: 'web:dana', name: 'dana', groups: [], external: false, bot: false },
  channel: 'app',
  thread: 't7',
  at: 0,
} as const;
const LONG = `user:discord:${'1'.repeat(19)}:${'2'.repeat(19)}:a-project-with-a-long-name:2026-11`;

it('lists what is left, and offers to raise what is tight', () => {
  const { whisper } = budgetsReply([
    budget(),
    budget({
      id: LONG,
      kind: 'user',
      label: "lee's budget of this month",
      spentUsd: 1,
      limitUsd: 50,
      state: 'fine',
    }),
  ]);
  expect(whisper === undefined ? '' : renderPlain(whisper)).toBe(
    [
      '2 budgets, 1 used up:',
      'Budget                      Spent  Limit',
      'The budget of app-7         $5.10  $5.00   used up',
      "Lee's budget of this month  $1.00  $50.00",
      '[Raise the budget of app-7…]',
    ].join('\n'),
  );
});

it('the card of a budget has Raise and Stop, not Reply and Retry', () => {
  expect(
    escalationButtons('budget-exceeded', { id: 'app-7', actions: ['handoff'], pr: null }).map(
      (button) => button.label,
    ),
  ).toEqual(['Raise…', 'Stop', 'Snooze 30 min', 'Acknowledge']);
});

it.each([budget(), budget({ id: LONG, sessions: ['app-7'] })])(
  'Raise opens a form whose answer raises that budget: $id',
  async (one) => {
    const bench = chatBench();
    bench.fake.world.budgets = [one];
    const [raise] = budgetButtons('app-7');
    const opened = await bench.inbound({
      ...base,
      type: 'action',
      action: raise?.id ?? '',
      value: null,
      message: 'root',
      trigger: null,
    });
    const form = opened.form;
    expect(form?.fields).toMatchObject([{ id: 'text', initial: '8.00' }]);
    const answer = (text: string) =>
      bench.inbound({
        ...base,
        delivery: text,
        type: 'form',
        form: form?.id ?? '',
        values: { text },
      });
    expect((await answer('a lot')).errors).toEqual({ text: 'An amount such as 20 or 7.50' });
    expect((await answer('5')).errors).toEqual({ text: 'More than $5.00, which is the limit now' });
    expect((await answer('$7,50')).whisper?.text).toBe(
      'The budget of app-7 is $7.50 now. What it held back continues.',
    );
    expect(bench.fake.calls.map(({ method, args }) => [method, args.slice(1)])).toEqual([
      ['raiseBudget', [one.id, 7.5]],
    ]);
  },
);
