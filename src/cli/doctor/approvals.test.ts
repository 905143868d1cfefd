import { expect, test } from 'vitest';
import { type ConfigInput, configSchema } from '../../config/schema/config.ts';
import { examineApprovals } from './approvals.ts';

const ONE = { users: { 'slack:T1:LEE': ['member'] } };
const TWO = {
  users: { 'slack:T1:LEE': ['member'], 'slack:T1:KIM': ['lead'], 'web:v': ['viewer'] },
};
const GITHUB = { scm: { plugin: 'github' } } as const;

const found = (
  access: NonNullable<ConfigInput['access']>,
  project: Partial<NonNullable<ConfigInput['projects']>[string]>,
): readonly string[] =>
  examineApprovals(
    configSchema.parse({ access, projects: { app: { path: '.', ...project } } }),
  ).map(({ what }) => /merge\.\w+/.exec(what)?.[0] ?? what);

test.each([
  ['one account at a forge, review by default', ONE, GITHUB, ['merge.requireReview']],
  ['nobody is named: the operator alone', {}, GITHUB, ['merge.requireReview']],
  ['an app of its own', ONE, { scm: { plugin: 'github', app: { id: 1 } } }, []],
  ['no review asked for', ONE, { ...GITHUB, merge: { requireReview: false } }, []],
  ['ao keeps the reviews itself', ONE, {}, []],
  ['two who may merge', TWO, { ...GITHUB, merge: { excludeRequester: true, approvers: 2 } }, []],
  ['three asked of two', TWO, { merge: { approvers: 3 } }, ['merge.approvers']],
  [
    'another than the only one',
    ONE,
    { merge: { excludeRequester: true } },
    ['merge.excludeRequester'],
  ],
  [
    'groups may add others',
    { ...ONE, groups: { 'slack:T1:S1': ['member'] } },
    { ...GITHUB, merge: { approvers: 2 } },
    [],
  ],
] as const)('%s', (_name, access, project, expected) => {
  expect(
    found(access as Parameters<typeof found>[0], project as Parameters<typeof found>[1]),
  ).toEqual(expected);
});
