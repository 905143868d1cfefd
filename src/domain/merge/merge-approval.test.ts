import { describe, expect, test } from 'vitest';
import { DANA, LEE, mergeable, policyWith, SHA } from '../../../test/support/session-world.ts';
import { changedFiles } from './changed-files.ts';
import { ownersOfFile, parseCodeOwners } from './code-owners.ts';

const AUTO = { 'approved-and-green': { auto: true, action: 'merge' } } as const;
const approver = {
  login: null,
  permission: null,
  requester: false,
  sensitive: { type: 'known', files: [], owned: false },
} as const;

describe('a merge by ao itself (auto: true)', () => {
  test('needs nobody where the policy asks for nobody in particular', () => {
    expect(mergeable({ policy: policyWith({ reactions: AUTO }) }).wanted('merge_pr')).toHaveLength(
      1,
    );
  });

  test.each([{ approvers: 2 }, { excludeRequester: true }])(
    'with %j it asks people with the card, and the last of them merges',
    (merge) => {
      const world = mergeable({ policy: policyWith({ reactions: AUTO, merge }) });
      expect(world.wanted('merge_pr')).toEqual([]);
      expect(world.of('merge.ready')).toHaveLength(1);
      for (const by of [LEE, DANA].slice(0, merge.approvers ?? 1))
        world.command(
          { type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null, approver },
          by,
        );
      expect(world.wanted('merge_pr')).toHaveLength(1);
    },
  );
});

test('a merge command that says nothing of the person passes only where no rule is about people', () => {
  const tries = [
    {},
    { approvers: 2 },
    { excludeRequester: true },
    { requireWrite: true },
    { sensitivePaths: ['*.tf'] },
  ];
  const merged = tries.map((merge) => {
    const world = mergeable({ policy: policyWith({ merge }) });
    world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null }, LEE);
    return world.wanted('merge_pr').length;
  });
  expect(merged).toEqual([1, 0, 0, 0, 0]);
});

test('approvals are told, and that a push made them void', () => {
  const world = mergeable({ policy: policyWith({ merge: { approvers: 2 } }) });
  world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null, approver }, LEE);
  expect(world.of('merge.approved')).toMatchObject([{ by: LEE, waits: ['1 of 2 approvals.'] }]);
  world.pr({ headSha: SHA(2) });
  expect(world.of('merge.approvals_void')).toMatchObject([{ sha: SHA(2), by: ['Lee'] }]);
  expect(world.snapshot.session.approvals).toEqual([]);
});

describe('a base that changes', () => {
  const press = (base?: string) =>
    ({
      type: 'merge',
      pr: 'local:app#1',
      sha: SHA(1),
      ...(base === undefined ? {} : { base }),
      method: null,
      approver,
    }) as const;

  // threat: an agent or a person moves an approved pull request to another base | the approvals are void, and it is told
  test('voids the approvals and is told, under the same head', () => {
    const world = mergeable({ policy: policyWith({ merge: { approvers: 2 } }) });
    world.command(press('main'), LEE);
    world.pr({ base: 'release' });
    expect(world.of('pr.base_changed')).toMatchObject([{ from: 'main', to: 'release' }]);
    expect(world.of('merge.approvals_void')).toMatchObject([{ base: 'main', by: ['Lee'] }]);
    expect(world.snapshot.session.approvals).toEqual([]);
    world.command(press('release'), DANA);
    expect(world.wanted('merge_pr')).toEqual([]);
    world.command(press('release'), LEE);
    expect(world.wanted('merge_pr')).toMatchObject([{ sha: SHA(1), base: 'release' }]);
  });

  test('makes a press for the old one stale', () => {
    const world = mergeable();
    world.pr({ base: 'release' });
    expect(world.command(press('main'), LEE).refusal).toMatchObject({
      code: 'AO_STALE',
      message: expect.stringContaining('for a merge into main, the base is now release'),
    });
    expect(world.wanted('merge_pr')).toEqual([]);
  });

  test('asks again with a new card', () => {
    const world = mergeable();
    world.pr({ base: 'release' });
    expect(world.of('merge.ready')).toHaveLength(2);
  });

  test('drops a merge that failed for the old one, and one the forge was to do', () => {
    const world = mergeable();
    world.command(press('main'), LEE);
    world.outcome('merge_pr', { type: 'enqueued', pr: 'local:app#1', sha: SHA(1) });
    world.pr({ base: 'release', mergeability: 'queued' });
    expect(world.snapshot.session.merging).toBeNull();
    expect(world.of('merge.failed')).toMatchObject([
      { reason: 'The base is release now; the merge that waited was for main.' },
    ]);
  });

  test('back to what it was: the approvals stay void', () => {
    const world = mergeable({ policy: policyWith({ merge: { approvers: 2 } }) });
    world.command(press('main'), LEE);
    world.pr({ base: 'release' });
    world.pr({ base: 'main' });
    expect(world.snapshot.session.approvals).toEqual([]);
  });
});

describe('files of a patch', () => {
  test.each([
    [
      'one file',
      'diff --git a/x.ts b/x.ts\n--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-a\n+b\n',
      ['x.ts'],
    ],
    [
      'a new and a deleted one',
      'diff --git a/new b/new\nnew file mode 100644\ndiff --git a/old b/old\ndeleted file mode 100644\n',
      ['new', 'old'],
    ],
    [
      'a rename, under both names',
      'diff --git a/a b.ts b/c d.ts\nsimilarity index 100%\nrename from a b.ts\nrename to c d.ts\n',
      ['a b.ts', 'c d.ts'],
    ],
    ['names with blanks', 'diff --git a/my dir/x y.ts b/my dir/x y.ts\n', ['my dir/x y.ts']],
    [
      'quoted names',
      'diff --git "a/\\303\\244 \\"q\\".yaml" "b/\\303\\244 \\"q\\".yaml"\n',
      ['ä "q".yaml'],
    ],
    [
      'a mode that changed',
      'diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n',
      ['run.sh'],
    ],
    [
      'content that looks like a header',
      'diff --git a/x b/x\n@@ -1 +1,2 @@\n-diff --git a/not b/not\n+diff --git a/not b/not\n+rename to not\n',
      ['x'],
    ],
    ['line ends of Windows', 'diff --git a/x b/x\r\nrename to y\r\n', ['x', 'y']],
  ])('%s', (_, patch, files) => {
    expect([...(changedFiles(patch) ?? [])].toSorted()).toEqual(files.toSorted());
  });

  test('a form that is not known is not understood', () => {
    expect(changedFiles('diff --cc x\nindex 1,2..3\n')).toBeNull();
    expect(changedFiles('diff --combined x\n')).toBeNull();
  });
});

test('CODEOWNERS: comments, blanks in paths, the last line that fits, and lines that mean nothing', () => {
  const lines = parseCodeOwners(
    '# all\n* @Lee\n\n/my\\ dir/ @kim @acme/ops # them\n!x @nobody\n[section] @x\n*.md\n',
  );
  expect(lines).toEqual([
    { pattern: '*', owners: ['lee'] },
    { pattern: '/my\\ dir/', owners: ['kim', 'acme/ops'] },
    { pattern: '*.md', owners: [] },
  ]);
  const fits = (pattern: string, file: string): boolean =>
    pattern === '*' || file.endsWith(pattern.slice(1));
  expect([ownersOfFile(lines, 'a.ts', fits), ownersOfFile(lines, 'a.md', fits)]).toEqual([
    ['lee'],
    [],
  ]);
});
