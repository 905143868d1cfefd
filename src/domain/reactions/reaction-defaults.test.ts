import Mustache from 'mustache';
import { expect, test } from 'vitest';
import { TEMPLATE_VARIABLES } from '../text/template-variables.ts';
import { REACTION_DEFAULTS } from './reaction-defaults.ts';

/** Names a template uses, sections included. */
function variablesOf(template: string): string[] {
  const names = (tokens: unknown[][]): string[] =>
    tokens.flatMap(([kind, name, , , children]) =>
      kind === 'text' ? [] : [String(name), ...(Array.isArray(children) ? names(children) : [])],
    );
  return names(Mustache.parse(template) as unknown as unknown[][]);
}

const KEYS = [
  'ci-failed',
  'checks-not-run',
  'changes-requested',
  'bugbot-comments',
  'merge-conflicts',
  'branch-behind',
  'draft-done',
  'gate-waits',
  'approved-and-green',
  'merge-failed',
  'agent-idle',
  'agent-stuck',
  'agent-needs-input',
  'agent-exited',
  'agent-errored',
  'agent-limited',
  'report-no-acknowledge',
  'report-stale',
  'report-needs-input',
  'pr-closed',
  'budget-warning',
  'budget-exceeded',
  'all-complete',
];

test('every built-in reaction exists', () => {
  expect(Object.keys(REACTION_DEFAULTS)).toEqual(KEYS);
});

test.each(KEYS)('the template of %s uses known variables only', (key) => {
  const used = variablesOf(REACTION_DEFAULTS[key]?.message ?? '');
  expect(used.filter((name) => !(name in TEMPLATE_VARIABLES))).toEqual([]);
});

test('names in templates are found, inside sections too', () => {
  expect(variablesOf('{{#pr.number}}{{checks}} {{/pr.number}}{{nope}}')).toEqual([
    'pr.number',
    'checks',
    'nope',
  ]);
});

test('the CI message reads well with and without excerpts', () => {
  const values = {
    pr: { sha: '3f9c2ab', number: 118 },
    checks: 'unit',
    attempt: 1,
    retries: 2,
    session: { branch: 'feat/42' },
    errors: '',
  };
  const text = Mustache.render(
    REACTION_DEFAULTS['ci-failed']?.message ?? '',
    values,
    {},
    { escape: String },
  );
  expect(text.split('\n')[0]).toBe(
    'CI failed on 3f9c2ab of pull request #118 (attempt 1 of 2). Failing: unit',
  );
  expect(text).toContain(
    'commit to feat/42 (and push, where the project uses a forge). The whole output: ao logs --check NAME.',
  );
  expect(text).not.toContain('lines around');
});
