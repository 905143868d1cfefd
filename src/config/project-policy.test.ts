import { expect, test } from 'vitest';
import { REACTION_DEFAULTS } from '../domain/reactions/reaction-defaults.ts';
import { projectPolicy } from './project-policy.ts';
import { type ConfigInput, configSchema } from './schema/config.ts';

const policyOf = (input: ConfigInput, id = 'app') =>
  projectPolicy(configSchema.parse({ projects: { app: { path: '/app' } }, ...input }), id, {
    rerun: true,
    updateBranch: true,
    review: true,
  });

test('without configuration every built-in reaction is in force as it is', () => {
  expect(policyOf({}).reactions).toEqual(REACTION_DEFAULTS);
});

test('the project overrides the global reaction, which overrides the default, key by key', () => {
  const { reactions } = policyOf({
    reactions: { 'ci-failed': { retries: 5, priority: 'urgent' } },
    projects: {
      app: { path: '/app', reactions: { 'ci-failed': { retries: 7 } } },
      other: { path: '/other' },
    },
  });
  expect(reactions['ci-failed']).toEqual({
    ...REACTION_DEFAULTS['ci-failed'],
    retries: 7,
    priority: 'urgent',
  });
});

test('an override without a message keeps the default one', () => {
  const { reactions } = policyOf({ reactions: { 'agent-idle': { retries: 9 } } });
  expect(reactions['agent-idle']?.message).toBe(REACTION_DEFAULTS['agent-idle']?.message);
});

test.each([
  [2, { retries: 2, escalateAfter: 30 * 60_000 }],
  ['10m', { retries: null, escalateAfter: 600_000 }],
  [null, { retries: null, escalateAfter: null }],
])(
  'escalateAfter %s is a count when it is a plain number, else a time',
  (escalateAfter, expected) => {
    expect(
      policyOf({ reactions: { 'changes-requested': { escalateAfter } } }).reactions[
        'changes-requested'
      ],
    ).toMatchObject(expected);
  },
);

test('auto-merge is another word for merge', () => {
  const { reactions } = policyOf({
    reactions: { 'approved-and-green': { auto: true, action: 'auto-merge' } },
  });
  expect(reactions['approved-and-green']).toMatchObject({ auto: true, action: 'merge' });
});

test('the thresholds of the life cycle are those of idle and stuck unless the reaction says otherwise', () => {
  const input: ConfigInput = {
    lifecycle: { readyThreshold: '1m', stuckThreshold: '2m' },
    reactions: { 'agent-stuck': { threshold: '3m' } },
  };
  const { reactions } = policyOf(input);
  expect([reactions['agent-idle']?.threshold, reactions['agent-stuck']?.threshold]).toEqual([
    60_000, 180_000,
  ]);
});

test('a reaction of another name carries its condition', () => {
  const { reactions } = policyOf({
    reactions: { big: { condition: 'pr.additions > 400', action: 'notify', message: 'Big.' } },
  });
  expect(reactions.big).toMatchObject({
    key: 'big',
    condition: 'pr.additions > 400',
    action: 'notify',
    message: 'Big.',
    auto: true,
  });
  const holds = (view: Record<string, unknown>) => reactions.big?.test?.(view);
  expect([
    holds({ pr: { additions: 401 } }),
    holds({ pr: { additions: 400 } }),
    holds({ pr: {} }),
    holds({}),
  ]).toEqual([true, false, false, false]);
});

test('templates are rendered as plain text, with nothing for what is unknown', () => {
  expect(
    policyOf({}).render('{{a}} {{b}} & {{session.id}}', { a: '<x>', session: { id: 'app-7' } }),
  ).toBe('<x>  & app-7');
});

test.each([
  ['before they begin', '2026-03-01T20:59:00Z', null],
  ['when they begin', '2026-03-01T21:00:00Z', '2026-03-02T06:00:00Z'],
  ['after midnight', '2026-03-02T02:30:20Z', '2026-03-02T06:00:00Z'],
  ['when they end', '2026-03-02T06:00:00Z', null],
  ['in the night the clocks go forward', '2026-03-28T22:00:00Z', '2026-03-29T05:00:00Z'],
  ['in the night the clocks go back', '2026-10-24T22:00:00Z', '2026-10-25T06:00:00Z'],
])('quiet hours from 22:00 to 07:00 in Berlin, %s', (_, now, until) => {
  const { quietUntil } = policyOf({
    quietHours: { from: '22:00', to: '07:00', timezone: 'Europe/Berlin' },
  });
  const end = quietUntil(Date.parse(now));
  expect(end === null ? null : new Date(end).toISOString()).toBe(
    until === null ? null : new Date(until).toISOString(),
  );
});

test('merge, permissions and quiet hours reach the policy', () => {
  const policy = policyOf({
    quietHours: { from: '22:00', to: '07:00' },
    projects: {
      app: {
        path: '/app',
        merge: { method: 'rebase', approvers: 2 },
        agentConfig: { permissions: 'plan' },
      },
    },
  });
  expect(policy).toMatchObject({
    permissions: 'plan',
    merge: { method: 'rebase', approvers: 2, requireChecks: true },
    quietHours: { timezone: 'UTC' },
  });
});
