import { describe, expect, test } from 'vitest';
import { type CommandWorld, commandWorld, person } from '../../test/support/command-world.ts';
import type { AccessConfig } from './access.ts';

const LEE = person('slack:T1:U-LEE');
const KIM = person('slack:T1:U-KIM');
const DANA = person('web:dana');
const ACCESS: Partial<AccessConfig> = {
  users: {
    'web:dana': ['member'],
    'web:nia': ['member'],
    'slack:T1:U-LEE': ['member'],
    'slack:T1:U-KIM': ['member'],
    'discord:1:DANA': ['member'],
  },
};

async function worldWith(
  merge: Parameters<typeof commandWorld>[0] extends infer P
    ? NonNullable<P> extends { merge?: infer M }
      ? M
      : never
    : never,
  files?: Record<string, string>,
): Promise<CommandWorld> {
  return commandWorld({
    merge: merge ?? {},
    access: ACCESS,
    ...(files === undefined ? {} : { files }),
  });
}
const link = (world: CommandWorld, who: string, login: string) =>
  world.commands.vouchLink(person('web:local'), { subject: who, login, project: null });
const press = (world: CommandWorld, who = LEE, sha: string | null = null) =>
  world.commands.merge(who, 'app-1', { sha, base: null, method: null });
const merging = (world: CommandWorld): boolean =>
  world.lifecycle.dispatch.snapshot('app-1')?.session.merging !== null;
const approvals = (world: CommandWorld): readonly string[] => {
  const view = world.reader.session('app-1');
  return view.ok ? (view.value.pr?.approvals.by.map((one) => one.name) ?? []) : [];
};
const refusedRows = (world: CommandWorld): readonly string[] =>
  world
    .rows()
    .flatMap((row) => (row.allowed ? [] : [`${row.subject} ${row.action}: ${row.detail}`]));

test('without rules about people one press of a member merges', async () => {
  const world = await worldWith({});
  expect((await press(world)).ok).toBe(true);
  expect(merging(world)).toBe(true);
});

describe('merge.excludeRequester', () => {
  test('refuses whoever started the session, names the rule, and is in the audit log', async () => {
    const world = await worldWith({ excludeRequester: true });
    const answer = await press(world, DANA);
    expect(answer).toEqual({
      ok: false,
      error: {
        code: 'AO_MERGE_POLICY',
        message:
          "You can't merge here: the policy asks for someone other than @Dana, who started app-1 (merge.excludeRequester).",
      },
    });
    expect(merging(world)).toBe(false);
    expect(refusedRows(world)).toEqual([
      `web:dana merge: ${answer.ok ? '' : answer.error.message}`,
    ]);
    expect((await press(world, LEE)).ok).toBe(true);
  });

  test('knows the same person on another platform by the linked login', async () => {
    const world = await worldWith({ excludeRequester: true });
    await link(world, 'web:dana', 'dana-gh');
    await link(world, 'discord:1:DANA', 'Dana-GH');
    expect(await press(world, person('discord:1:DANA'))).toMatchObject({
      ok: false,
      error: { code: 'AO_MERGE_POLICY' },
    });
    expect(merging(world)).toBe(false);
  });

  test('holds behind every button that merges', async () => {
    const world = await worldWith({ excludeRequester: true });
    for (const key of ['approved-and-green', 'merge-failed'])
      await world.commands.runReaction(DANA, 'app-1', key);
    expect(merging(world)).toBe(false);
    expect((await world.commands.runReaction(LEE, 'app-1', 'approved-and-green')).ok).toBe(true);
    expect(merging(world)).toBe(true);
  });
});

describe('merge.approvers', () => {
  test('two distinct people: the first is counted and told, the second merges', async () => {
    const world = await worldWith({ approvers: 2 });
    expect((await press(world, LEE)).ok).toBe(true);
    expect([merging(world), approvals(world)]).toEqual([false, ['U-LEE']]);
    expect(await press(world, LEE)).toMatchObject({
      ok: false,
      error: {
        code: 'AO_MERGE_POLICY',
        message: 'Your approval is noted already. Not merged yet: 1 of 2 approvals.',
      },
    });
    expect((await press(world, KIM)).ok).toBe(true);
    expect([merging(world), approvals(world)]).toEqual([true, ['U-LEE', 'U-KIM']]);
  });

  test('one person under two names is one', async () => {
    const world = await worldWith({ approvers: 2 });
    await link(world, 'slack:T1:U-LEE', 'lee');
    await link(world, 'slack:T1:U-KIM', 'LEE');
    await press(world, LEE);
    expect(await press(world, KIM)).toMatchObject({
      ok: false,
      error: { code: 'AO_MERGE_POLICY' },
    });
    expect(merging(world)).toBe(false);
  });

  test('a push makes approvals void', async () => {
    const world = await worldWith({ approvers: 2 });
    await press(world, LEE);
    world.scm.push('feat/42', { 'src/b.ts': '2' });
    world.scm.setChecks('fake:app#1', { unit: 'success' });
    world.scm.set('fake:app#1', {
      review: { decision: 'approved', approvedBy: ['web:dana'], comments: [] },
    });
    await world.look();
    expect(approvals(world)).toEqual([]);
    expect((await press(world, KIM)).ok).toBe(true);
    expect([merging(world), approvals(world)]).toEqual([false, ['U-KIM']]);
  });

  test('a press for another head than the one now is refused', async () => {
    const world = await worldWith({ approvers: 2 });
    expect(await press(world, LEE, 'f'.repeat(40))).toMatchObject({
      ok: false,
      error: { code: 'AO_STALE' },
    });
    expect(approvals(world)).toEqual([]);
  });

  test('the requester is not one of them where the policy excludes them', async () => {
    const world = await worldWith({ approvers: 2, excludeRequester: true });
    await press(world, DANA);
    await press(world, LEE);
    expect([merging(world), approvals(world)]).toEqual([false, ['U-LEE']]);
  });
});

describe('merge.requireWrite', () => {
  test('an unlinked person is told how to link', async () => {
    const world = await worldWith({ requireWrite: true });
    expect(await press(world)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('/ao link <your login>') },
    });
  });

  test.each([
    ['write', true],
    ['admin', true],
    ['read', false],
    ['none', false],
    ['unknown', false],
  ] as const)('a linked login with %s permission, read live: %s', async (permission, allowed) => {
    const world = await worldWith({ requireWrite: true });
    await link(world, LEE.subject, 'lee');
    world.scm.permissions.set('lee', permission);
    const answer = await press(world);
    expect(answer.ok).toBe(allowed);
    expect(merging(world)).toBe(allowed);
    if (!answer.ok) expect(answer.error.message).toContain('merge.requireWrite');
  });

  test('lost since the last time, it is refused the next time', async () => {
    const world = await worldWith({ requireWrite: true, approvers: 2 });
    await link(world, LEE.subject, 'lee');
    await link(world, KIM.subject, 'kim');
    world.scm.permissions.set('lee', 'write').set('kim', 'write');
    await press(world, LEE);
    world.scm.permissions.set('kim', 'read');
    expect((await press(world, KIM)).ok).toBe(false);
    expect(merging(world)).toBe(false);
  });

  test('a forge that does not answer refuses', async () => {
    const world = await worldWith({ requireWrite: true });
    await link(world, LEE.subject, 'lee');
    const { transient } = await import('../slots/errors.ts');
    world.scm.failWith = transient('AO_DOWN', 'The forge is down.');
    expect(await press(world)).toMatchObject({ ok: false, error: { code: 'AO_UPSTREAM' } });
    expect(merging(world)).toBe(false);
    expect(refusedRows(world).at(-1)).toContain('merge: The forge is down.');
  });
});

describe('merge.sensitivePaths', () => {
  const merge = { sensitivePaths: ['/deploy/', '*.tf', '.github/'] };

  test('other files need nothing more', async () => {
    const world = await worldWith(merge, { 'src/a.ts': '1', 'docs/deploy/x.md': 'x' });
    expect((await press(world)).ok).toBe(true);
    expect(merging(world)).toBe(true);
  });

  test.each([
    'deploy/prod.yaml',
    'infra/net/main.tf',
    '.github/workflows/ci.yml',
    'deploy/ä "q" x.yaml',
  ])('a change of %s needs an owner', async (file) => {
    const world = await worldWith(merge, { [file]: '1' });
    world.owners = [KIM.subject];
    expect((await press(world, LEE)).ok).toBe(true);
    expect(merging(world)).toBe(false);
    expect((await press(world, KIM)).ok).toBe(true);
    expect(merging(world)).toBe(true);
  });

  test('owners by login, and by CODEOWNERS, where the last line that fits counts', async () => {
    const world = await worldWith(merge, { 'deploy/prod.yaml': '1', 'deploy/main.tf': '1' });
    world.scm.ownersFile = '# who\n* @everybody\n/deploy/ @lee @acme/ops # all\n*.tf @kim\n';
    await link(world, LEE.subject, 'Lee');
    await link(world, KIM.subject, 'kim');
    await press(world, LEE);
    expect(merging(world)).toBe(false);
    world.owners = ['@lee'];
    await press(world, KIM);
    expect(merging(world)).toBe(false);
    await press(world, LEE);
    expect(merging(world)).toBe(true);
  });

  test('without a review it waits, whatever requireReview says', async () => {
    const world = await worldWith({ ...merge, requireReview: false }, { 'deploy/x': '1' });
    world.owners = [LEE.subject];
    world.scm.set('fake:app#1', { review: { decision: 'none', approvedBy: [], comments: [] } });
    await world.look();
    await press(world, LEE);
    expect(merging(world)).toBe(false);
    expect(await press(world, LEE)).toMatchObject({
      error: { message: expect.stringContaining('a review is missing') },
    });
  });

  test('files that can’t be told refuse', async () => {
    const world = await worldWith(merge);
    world.scm.diff = async () => ({ patch: '', files: null });
    expect(await press(world)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('merge.sensitivePaths') },
    });
    expect(merging(world)).toBe(false);
  });
});

test('access comes first: whoever may not merge is told that, and nothing is read', async () => {
  const world = await worldWith({ approvers: 2 });
  expect(await press(world, person('slack:T1:U-NEW'))).toMatchObject({
    ok: false,
    error: { code: 'AO_ACCESS_DENIED' },
  });
  expect(approvals(world)).toEqual([]);
});

describe('a review that the policy asks for', () => {
  const approve = (world: CommandWorld, who: ReturnType<typeof person>) =>
    world.commands.review(who, 'app-1', {
      decision: 'approve',
      text: '',
      file: null,
      line: null,
      sha: null,
      base: null,
      key: null,
    });

  test.each([
    ['merge.excludeRequester', { excludeRequester: true }, { 'src/a.ts': '1' }],
    ['merge.sensitivePaths', { sensitivePaths: ['*.tf'] }, { 'main.tf': '1' }],
  ])('is not the requester’s, under any linked name (%s)', async (rule, merge, files) => {
    const world = await worldWith(merge, files);
    await link(world, 'web:dana', 'dana-gh');
    await link(world, 'discord:1:DANA', 'Dana-GH');
    for (const who of [DANA, person('discord:1:DANA')])
      expect(await approve(world, who)).toMatchObject({
        ok: false,
        error: { code: 'AO_MERGE_POLICY', message: expect.stringContaining(rule) },
      });
    expect((await approve(world, LEE)).ok).toBe(true);
  });

  test('takes the right to merge; to ask for changes, that to steer is enough', async () => {
    const world = await commandWorld({
      access: { roles: { helper: ['view', 'steer'] }, users: { 'slack:T1:U-LEE': ['helper'] } },
    });
    expect(await approve(world, LEE)).toMatchObject({
      ok: false,
      error: { code: 'AO_ACCESS_DENIED' },
    });
    const asked = await world.commands.review(LEE, 'app-1', {
      decision: 'request_changes',
      text: 'Please document it.',
      file: null,
      line: null,
      sha: null,
      base: null,
      key: null,
    });
    expect(asked.ok).toBe(true);
  });

  test('carries remarks on lines, but not with an approval, and not without any words', async () => {
    const world = await worldWith({});
    const comments = [{ file: 'src/a.ts', line: 3, hunk: null, text: 'Why?' }];
    const request = { text: '', file: null, line: null, sha: null, base: null, key: null };
    const say = (decision: 'approve' | 'comment', remarks: typeof comments) =>
      world.commands.review(DANA, 'app-1', { ...request, decision, comments: remarks });
    for (const answer of [await say('approve', comments), await say('comment', [])])
      expect(answer).toMatchObject({ ok: false, error: { code: 'AO_BAD_REQUEST' } });
    expect((await say('comment', comments)).ok).toBe(true);
    const threads = world.commands.threads(DANA, 'app-1');
    expect(threads.ok && threads.value).toMatchObject([
      { file: 'src/a.ts', line: 3, resolved: false, comments: [{ body: 'Why?' }] },
    ]);
  });
});

describe('the diff', () => {
  test('is that of the head, and says what the worktree has besides', async () => {
    const world = await worldWith({}, { 'src/a.ts': '1' });
    const pr = world.reader.session('app-1');
    const sha = pr.ok ? (pr.value.pr?.headSha ?? '') : '';
    const headSha = 'f'.repeat(40);
    world.worktree = { exists: true, dirty: true, changed: ['src/a.ts'], headSha, ahead: 1 };
    expect(await world.commands.diff(person('web:local'), 'app-1')).toMatchObject({
      ok: true,
      value: {
        patch: expect.stringContaining('+1'),
        files: 1,
        head: { sha, base: 'main' },
        worktree: { headSha, files: ['src/a.ts'] },
      },
    });
  });
});

test.each(['merge-failed', 'approved-and-green'])(
  'the button of %s merges the head and base it was made for, and nothing else',
  async (key) => {
    const world = await worldWith({});
    const pr = world.lifecycle.dispatch.snapshot('app-1')?.prs[0];
    if (pr === undefined) throw new Error('no pull request');
    for (const seen of [
      { sha: '', base: '' },
      { sha: 'f'.repeat(40), base: pr.base },
      { sha: pr.headSha, base: 'stage' },
    ])
      expect(await world.commands.runReaction(LEE, 'app-1', key, seen)).toMatchObject({
        ok: false,
        error: { code: 'AO_STALE', message: expect.stringContaining('Not merged') },
      });
    expect(merging(world)).toBe(false);
    const now = { sha: pr.headSha, base: pr.base };
    const answer = await world.commands.runReaction(LEE, 'app-1', key, now);
    // There is nothing to try again, which is another matter than the pin.
    expect(answer.ok ? 'merged' : answer.error.message).not.toContain('this was');
  },
);
