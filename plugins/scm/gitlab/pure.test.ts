import { describe, expect, it } from 'vitest';
import { proofOf } from '../../../test/fakes/gitlab/server.ts';
import { numberOf, pathOfRemote, serverOf } from '../../shared/gitlab/address.ts';
import { toCheck } from './checks.ts';
import { plainCodeOwners } from './code-owners.ts';
import { hunkAt } from './hunks.ts';
import { gatesOf } from './mergeability.ts';
import { lookQuery } from './queries.ts';
import type { Core } from './schema.ts';
import { readDelivery } from './webhook.ts';

const CORE = {
  state: 'opened',
  conflicts: false,
  diffHeadSha: 'a'.repeat(40),
} as unknown as Core;

describe('what GitLab says of merging', () => {
  it.each([
    ['MERGEABLE', 'clean', []],
    ['mergeable', 'clean', []],
    ['UNCHECKED', 'unknown', []],
    ['CHECKING', 'unknown', []],
    ['PREPARING', 'unknown', []],
    ['APPROVALS_SYNCING', 'unknown', []],
    ['CONFLICT', 'conflicting', []],
    ['broken_status', 'conflicting', []],
    ['NEED_REBASE', 'behind', []],
    ['CI_MUST_PASS', 'blocked', []],
    ['CI_STILL_RUNNING', 'blocked', []],
    ['NOT_APPROVED', 'blocked', []],
    ['REQUESTED_CHANGES', 'blocked', []],
    ['DRAFT_STATUS', 'clean', []],
    ['BLOCKED_STATUS', 'blocked', ['Another merge request has to be merged first.']],
    ['DISCUSSIONS_NOT_RESOLVED', 'blocked', [expect.stringContaining('unresolved threads')]],
    ['EXTERNAL_STATUS_CHECKS', 'blocked', [expect.stringContaining('External status checks')]],
    ['LOCKED_PATHS', 'blocked', [expect.stringContaining('locked')]],
    ['MERGE_TIME', 'blocked', [expect.stringContaining('later')]],
    ['SOMETHING_NEW', 'blocked', ['GitLab holds it back: something new.']],
  ])('%s is %s', (detailedMergeStatus, mergeability, blockers) => {
    expect(gatesOf({ ...CORE, detailedMergeStatus })).toMatchObject({ mergeability, blockers });
  });

  it('reads every gate where the status names only the first', () => {
    const mergeabilityChecks = [
      { identifier: 'NOT_APPROVED', status: 'FAILED' },
      { identifier: 'NEED_REBASE', status: 'FAILED' },
      { identifier: 'JIRA_ASSOCIATION_MISSING', status: 'FAILED' },
      { identifier: 'LOCKED_PATHS', status: 'INACTIVE' },
    ];
    const gates = gatesOf({ ...CORE, detailedMergeStatus: 'NOT_APPROVED', mergeabilityChecks });
    expect(gates).toEqual({
      mergeability: 'blocked',
      blockers: ['Title or description must name a Jira issue.'],
      behind: true,
      needsApproval: true,
      needsPipeline: false,
    });
  });

  it('takes a conflict before other reasons, and nothing for certain while it is undecided', () => {
    const status = { ...CORE, conflicts: true };
    expect(gatesOf({ ...status, detailedMergeStatus: 'NOT_APPROVED' }).mergeability).toBe(
      'conflicting',
    );
    expect(gatesOf({ ...status, detailedMergeStatus: 'CHECKING' }).mergeability).toBe('unknown');
    expect(
      gatesOf({ ...CORE, diffHeadSha: null, detailedMergeStatus: 'MERGEABLE' }).mergeability,
    ).toBe('unknown');
  });

  it.each([
    ['locked', {}, 'unknown'],
    ['opened', { mergeTrainCar: { status: 'FRESH' } }, 'queued'],
    ['opened', { mergeTrainCar: { status: 'MERGED' } }, 'clean'],
    ['opened', { autoMergeEnabled: true }, 'queued'],
  ] as const)('%s with %j is %s', (state, more, mergeability) => {
    expect(
      gatesOf({ ...CORE, state, detailedMergeStatus: 'MERGEABLE', ...more }).mergeability,
    ).toBe(mergeability);
  });
});

describe('what a job came to', () => {
  const job = {
    id: '7',
    name: 'unit',
    status: 'failed',
    allowFailure: false,
    failure: null,
    url: null,
    kind: 'job',
    downstream: null,
  } as const;
  it.each([
    ['success', false, null, 'completed', 'success'],
    ['failed', false, 'script_failure', 'completed', 'failure'],
    [
      'failed',
      false,
      'There has been a script failure. Check the job log for more information',
      'completed',
      'failure',
    ],
    ['failed', false, 'runner_system_failure', 'completed', 'infrastructure'],
    [
      'failed',
      false,
      'There has been a runner system failure, please try again',
      'completed',
      'infrastructure',
    ],
    ['failed', false, 'stuck_or_timeout_failure', 'completed', 'infrastructure'],
    ['failed', false, 'ci_quota_exceeded', 'completed', 'infrastructure'],
    ['failed', false, 'No more compute minutes available', 'completed', 'infrastructure'],
    ['failed', false, 'job_execution_timeout', 'completed', 'timed_out'],
    [
      'failed',
      false,
      'The script exceeded the maximum execution time set for the job',
      'completed',
      'timed_out',
    ],
    ['canceled', false, null, 'completed', 'cancelled'],
    ['skipped', false, null, 'completed', 'skipped'],
    ['manual', true, null, 'completed', 'neutral'],
    ['manual', false, null, 'completed', 'action_required'],
    ['running', false, null, 'running', null],
    ['canceling', false, null, 'running', null],
    ['waiting_for_resource', false, null, 'queued', null],
    ['scheduled', false, null, 'queued', null],
  ] as const)('%s (may fail: %s, %s)', (status, allowFailure, failure, is, conclusion) => {
    expect(toCheck({ ...job, status, allowFailure, failure })).toMatchObject({
      status: is,
      conclusion,
      required: !allowFailure,
      ref: 'job:7',
    });
  });
});

describe('addresses below a path', () => {
  const server = serverOf('https://Git.Acme.test/gitlab/');
  const at = { names: ['acme/team/app'], server };
  it.each([
    ['https://git.acme.test/gitlab/acme/team/app.git', 'acme/team/app'],
    ['https://user:pw@git.acme.test/gitlab/acme/app', 'acme/app'],
    ['ssh://git@git.acme.test:2222/acme/team/app.git', 'acme/team/app'],
    ['git@git.acme.test:acme/team/app.git', 'acme/team/app'],
    ['/srv/git/acme/app.git', null],
    ['', null],
  ])('%s is %s', (remote, path) => {
    expect(pathOfRemote(remote, server)).toBe(path);
  });
  it.each([
    ['7', 7],
    ['!7', 7],
    ['#7', 7],
    ['acme/team/app!7', 7],
    ['Acme/Team/App!7', 7],
    ['acme/other!7', null],
    ['https://git.acme.test/gitlab/acme/team/app/-/merge_requests/7', 7],
    ['https://git.acme.test/gitlab/acme/team/app/-/merge_requests/7/diffs?tab=1#note_3', 7],
    ['https://git.acme.test/gitlab/acme/team/app/merge_requests/7', 7],
    ['https://git.acme.test/gitlab/acme/team/app/-/issues/7', null],
    ['https://git.acme.test/acme/team/app/-/merge_requests/7', null],
    ['https://evil.test/gitlab/acme/team/app/-/merge_requests/7', null],
    ['make it 7', null],
    ['0', null],
  ])('%s means %s', (reference, number) => {
    expect(numberOf(reference, 'merge request', at)).toBe(number);
  });
  it('takes work items and no merge requests for issues', () => {
    const base = 'https://git.acme.test/gitlab/acme/team/app/-';
    expect(numberOf(`${base}/work_items/9`, 'issue', at)).toBe(9);
    expect(numberOf(`${base}/issues/9`, 'issue', at)).toBe(9);
    expect(numberOf(`${base}/merge_requests/9`, 'issue', at)).toBeNull();
    expect(numberOf('!9', 'issue', at)).toBeNull();
  });
});

it('finds the hunk up to the line of a remark', () => {
  const diff =
    '--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n one\n-two\n+TWO\n+2b\n three\n@@ -20 +21 @@\n-old\n+new\n';
  expect(hunkAt(diff, 2, null)).toBe('@@ -1,3 +1,4 @@\n one\n-two\n+TWO');
  expect(hunkAt(diff, 21, null)).toBe('@@ -20 +21 @@\n-old\n+new');
  expect(hunkAt(diff, null, 2)).toBe('@@ -1,3 +1,4 @@\n one\n-two');
  expect(hunkAt(diff, 9, null)).toBeNull();
  expect(hunkAt('', 1, null)).toBeNull();
});

it("reads GitLab's dialect of CODEOWNERS as plain lines", () => {
  const text = [
    '# all',
    '* @lee',
    '[Docs][2] @docs @@maintainer',
    'docs/',
    'docs/api\\ x @ann # why',
    '^[Optional]',
    'opt/',
    '!generated/',
  ].join('\n');
  expect(plainCodeOwners(text)).toBe('* @lee\ndocs/ @docs\ndocs/api\\ x @ann\nopt/\n');
});

it('leaves out of a question what the server does not know', () => {
  const whole = lookQuery(['branches'], new Set());
  const less = lookQuery(
    ['branches'],
    new Set(['approvalsLeft', 'reviewState', 'queryComplexity']),
  );
  expect(whole).toContain('approvalsLeft');
  expect(less).not.toMatch(/approvalsLeft|reviewState|queryComplexity/);
  expect(less).toContain('approvalsRequired');
  expect(whole.length).toBeLessThan(10_000);
});

describe('proofs of deliveries', () => {
  const NOW = Date.UTC(2026, 2, 2, 9);
  const body = JSON.stringify({
    object_kind: 'merge_request',
    project: { id: 4 },
    object_attributes: { iid: 7 },
  });
  const key = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
  const read = (secret: string, headers: Record<string, string>, text = body, now = NOW) =>
    readDelivery(
      { headers: { 'X-Gitlab-Event': 'Merge Request Hook', ...headers }, body: Buffer.from(text) },
      secret,
      now,
    );

  it('takes the secret token, in any spelling of the header', () => {
    expect(read('hush', { 'X-Gitlab-Token': 'hush', 'Idempotency-Key': 'k1' })).toEqual({
      id: 'k1',
      event: 'Merge Request Hook',
      project: 4,
      kind: 'merge requests',
      number: 7,
    });
  });
  it('takes a signature of the signing token, also beside one of an older token', () => {
    const proof = proofOf(key, 'm1', body, NOW);
    expect(read(key, proof)).toMatchObject({ id: 'm1', number: 7 });
    expect(
      read(key, { ...proof, 'webhook-signature': `v1,AAAA ${proof['webhook-signature']}` }),
    ).toMatchObject({ id: 'm1' });
  });
  it.each([
    ['no proof', 'hush', {}],
    ['another token', 'hush', { 'x-gitlab-token': 'Hush' }],
    ['the signing token sent as secret token', key, { 'x-gitlab-token': key }],
    ['a signature of another body', key, proofOf(key, 'm1', `${body} `, NOW)],
    ['a signature under another id', key, { ...proofOf(key, 'm1', body, NOW), 'webhook-id': 'm2' }],
    ['a signature by another key', key, proofOf('whsec_AAAA', 'm1', body, NOW)],
  ])('refuses %s', (_what, secret, headers) => {
    expect(() => read(secret, headers)).toThrow(
      expect.objectContaining({ kind: 'auth', code: 'AO_WEBHOOK_SIGNATURE' }),
    );
  });
  it.each([-301_000, 301_000])('refuses one signed %i ms away', (off) => {
    expect(() => read(key, proofOf(key, 'm1', body, NOW + off))).toThrow(
      expect.objectContaining({ code: 'AO_WEBHOOK_OLD' }),
    );
  });
  it.each([
    ['{', 'AO_WEBHOOK_BROKEN'],
    ['[]', 'AO_WEBHOOK_BROKEN'],
    ['{"project":"x"}', 'AO_WEBHOOK_BROKEN'],
  ])('refuses the body %s', (text, code) => {
    expect(() => read('hush', { 'x-gitlab-token': 'hush' }, text)).toThrow(
      expect.objectContaining({ code }),
    );
  });
  it('leads nowhere with what it does not know', () => {
    const text = '{"object_kind":"emoji","project":{"id":4}}';
    expect(read('hush', { 'x-gitlab-token': 'hush' }, text)).toMatchObject({
      kind: null,
      number: null,
    });
  });
});
