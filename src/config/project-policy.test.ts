import { expect, test } from 'vitest';
import { REACTION_DEFAULTS } from '../domain/reaction-defaults.ts';
import { projectPolicy } from './project-policy.ts';
import { type ConfigInput, configSchema } from './schema/config.ts';

const policyOf = (input: ConfigInput, id = 'app') => projectPolicy(configSchema.parse({ projects: { app: { path: '/app' } }, ...input }), id);

test('without configuration every built-in reaction is in force as it is', () => {
  expect(policyOf({}).reactions).toEqual(REACTION_DEFAULTS);
});

test('the project overrides the global reaction, which overrides the default, key by key', () => {
  const { reactions } = policyOf({
    reactions: { 'ci-failed': { retries: 5, priority: 'urgent' } },
    projects: { app: { path: '/app', reactions: { 'ci-failed': { retries: 7 } } }, other: { path: '/other' } },
  });
  expect(reactions['ci-failed']).toEqual({ ...REACTION_DEFAULTS['ci-failed'], retries: 7, priority: 'urgent' });
});

test('an override without a message keeps the default one', () => {
  const { reactions } = policyOf({ reactions: { 'agent-idle': { retries: 9 } } });
  expect(reactions['agent-idle']?.message).toBe(REACTION_DEFAULTS['agent-idle']?.message);
});

test.each([
  [2, { retries: 2, escalateAfter: 30 * 60_000 }],
  ['10m', { retries: null, escalateAfter: 600_000 }],
  [null, { retries: null, escalateAfter: null }],
])('escalateAfter %s is a count when it is a plain number, else a time', (escalateAfter, expected) => {
  expect(policyOf({ reactions: { 'changes-requested': { escalateAfter } } }).reactions['changes-requested']).toMatchObject(expected);
});

test('auto-merge is another word for merge', () => {
  const { reactions } = policyOf({ reactions: { 'approved-and-green': { auto: true, action: 'auto-merge' } } });
  expect(reactions['approved-and-green']).toMatchObject({ auto: true, action: 'merge' });
});

test('the thresholds of the life cycle are those of idle and stuck unless the reaction says otherwise', () => {
  const input: ConfigInput = { lifecycle: { readyThreshold: '1m', stuckThreshold: '2m' }, reactions: { 'agent-stuck': { threshold: '3m' } } };
  const { reactions } = policyOf(input);
  expect([reactions['agent-idle']?.threshold, reactions['agent-stuck']?.threshold]).toEqual([60_000, 180_000]);
});

test('a reaction of another name carries its condition', () => {
  const { reactions } = policyOf({ reactions: { big: { condition: 'session.pr != null', action: 'notify', message: 'Big.' } } });
  expect(reactions.big).toMatchObject({ key: 'big', condition: 'session.pr != null', action: 'notify', message: 'Big.', auto: true });
});

test('merge, permissions and quiet hours reach the policy', () => {
  const policy = policyOf({
    quietHours: { from: '22:00', to: '07:00' },
    projects: { app: { path: '/app', merge: { method: 'rebase', approvers: 2 }, agentConfig: { permissions: 'plan' } } },
  });
  expect(policy).toMatchObject({ permissions: 'plan', merge: { method: 'rebase', approvers: 2, requireChecks: true }, quietHours: { timezone: 'UTC' } });
});
