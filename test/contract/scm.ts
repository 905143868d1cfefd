import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/domain/session/ids.ts';
import { subject } from '../../src/domain/session/ids.ts';
import type { ScmPlugin } from '../../src/slots/scm.ts';

/** A world the scm under test works in: a repository whose default branch is `main`. */
export interface ScmWorld {
  readonly scm: ScmPlugin;
  /** Commits files on a branch (made from `main` when there is none); returns the new head. */
  commit(branch: string, files: Readonly<Record<string, string>>): Promise<string> | string;
  close(): Promise<void>;
}

export const LEE: Actor = { subject: subject('web:lee'), name: 'lee', via: 'web' };
const NEVER_SHA = '0123456789'.repeat(4);

/** What every scm must do, whatever is behind it. */
export function scmContract(name: string, open: () => Promise<ScmWorld>): void {
  describe(`scm contract: ${name}`, () => {
    let world: ScmWorld;
    let scm: ScmPlugin;

    beforeEach(async () => {
      world = await open();
      scm = world.scm;
      await scm.start();
    });
    afterEach(async () => {
      await scm.stop();
      await world.close();
    });

    const openPr = async (
      branch = 'feat/a',
      files: Record<string, string> = { 'a.txt': 'a\n' },
    ) => {
      const sha = await world.commit(branch, files);
      const fact = await scm.create({
        session: 'app-1',
        branch,
        base: 'main',
        title: 'Add a',
        body: 'Because.',
        draft: false,
      });
      return { sha, key: fact.key, fact };
    };
    const merge = (key: string, sha: string, method: 'squash' | 'merge' | 'rebase' = 'squash') =>
      scm.merge(key, { sha, base: 'main', method, title: 'Add a', body: '', by: LEE });

    it('opens a pull request of a branch with commits', async () => {
      const { fact, sha } = await openPr();
      expect(fact).toMatchObject({
        headSha: sha,
        branch: 'feat/a',
        base: 'main',
        state: 'open',
        title: 'Add a',
        draft: false,
        foreign: false,
        changedFiles: 1,
        additions: 1,
        deletions: 0,
      });
      expect(fact.key).toMatch(/#\d+$/);
    });

    it('returns the open pull request of a branch when asked again, with the new title', async () => {
      const { key } = await openPr();
      const again = await scm.create({
        session: 'app-1',
        branch: 'feat/a',
        base: 'main',
        title: 'Better title',
        body: '',
        draft: false,
      });
      expect(again).toMatchObject({ key, title: 'Better title' });
    });

    it('keeps the base of an open pull request unless it may be moved, and approves nothing for another one', async () => {
      const { key, sha } = await openPr();
      await world.commit('stage', { 'stage.txt': 'stage\n' });
      const into = (base: string, mayMove?: boolean) =>
        scm.create({
          session: 'app-1',
          branch: 'feat/a',
          base,
          title: 'Add a',
          body: '',
          draft: false,
          ...(mayMove === undefined ? {} : { mayMove }),
        });
      await expect(into('stage')).rejects.toMatchObject({ code: 'AO_SCM_BASE_FIXED' });
      expect(await scm.read(key)).toMatchObject({ base: 'main' });
      const approve = (reviewKey: string, base: string) =>
        scm.review(key, {
          decision: 'approve',
          text: '',
          by: LEE,
          file: null,
          line: null,
          key: reviewKey,
          sha,
          base,
        });
      if (scm.capabilities.review) await approve('r1', 'main');
      expect(await into('stage', true)).toMatchObject({ key, base: 'stage', headSha: sha });
      await expect(merge(key, sha)).rejects.toMatchObject({ code: 'AO_SCM_BASE_CHANGED' });
      if (!scm.capabilities.review) return;
      expect((await scm.read(key)).review).toMatchObject({ decision: 'required', approvedBy: [] });
      await expect(approve('r2', 'main')).rejects.toMatchObject({ code: 'AO_SCM_BASE_CHANGED' });
      await approve('r3', 'stage');
      expect((await scm.read(key)).review.decision).toBe('approved');
      // Back again: what was approved for main was approved before it left.
      expect(await into('main', true)).toMatchObject({ base: 'main' });
    });

    it('M12: keeps a branch that others go into; they are moved to its base, and then it goes', async () => {
      const { key, sha } = await openPr();
      const upper = await world.commit('feat/b', { 'b.txt': 'b\n' });
      const stacked = await scm.create({
        session: 'app-2',
        branch: 'feat/b',
        base: 'feat/a',
        title: 'On top',
        body: '',
        draft: false,
      });
      await merge(key, sha);
      await expect(scm.deleteBranch(key)).rejects.toMatchObject({ code: 'AO_SCM_BRANCH_IS_BASE' });
      expect(await scm.read(stacked.key)).toMatchObject({ state: 'open', base: 'feat/a' });
      const expected = { base: 'main', moved: [stacked.number], stay: [] };
      expect(await scm.moveStacked?.(key)).toEqual(expected);
      expect(await scm.moveStacked?.(key)).toEqual({ ...expected, moved: [] });
      await scm.deleteBranch(key);
      expect(await scm.read(stacked.key)).toMatchObject({
        state: 'open',
        base: 'main',
        headSha: upper,
      });
    });

    it('refuses a branch that does not exist, or has no commits', async () => {
      const create = (branch: string) =>
        scm.create({ session: 'app-1', branch, base: 'main', title: 't', body: '', draft: false });
      await expect(create('feat/none')).rejects.toMatchObject({ kind: 'rejected' });
      await expect(create('main')).rejects.toMatchObject({ kind: 'rejected' });
    });

    it('resolves numbers and keys, and tells what it does not know', async () => {
      const { key, fact } = await openPr();
      for (const reference of [key, String(fact.number), `#${fact.number}`])
        expect(await scm.resolve(reference)).toBe(key);
      await expect(scm.resolve('999')).rejects.toMatchObject({ kind: 'not_found' });
      await expect(scm.read('nowhere#1')).rejects.toMatchObject({ kind: 'not_found' });
    });

    it('gives the pull requests of all targets in one call, each with its session', async () => {
      const a = await openPr('feat/a', { 'a.txt': 'a\n' });
      const b = await openPr('feat/b', { 'b.txt': 'b\n' });
      const found = await scm.pullRequests([
        { session: 'app-1', branch: 'feat/a', base: 'main', prs: [], since: 0 },
        { session: 'app-2', branch: 'feat/none', base: 'main', prs: [b.key], since: 0 },
      ]);
      expect(found.map(({ session, fact }) => [session, fact.key])).toEqual([
        ['app-1', a.key],
        ['app-2', b.key],
      ]);
    });

    it('leaves out pull requests that were opened before the session used the branch', async () => {
      const { fact } = await openPr();
      const found = await scm.pullRequests([
        { session: 'app-9', branch: 'feat/a', base: 'main', prs: [], since: fact.openedAt + 1_000 },
      ]);
      expect(found).toEqual([]);
    });

    it('sees a new head, and when', async () => {
      const { key } = await openPr();
      const sha = await world.commit('feat/a', { 'a2.txt': 'more\n' });
      const fact = await scm.read(key);
      expect(fact).toMatchObject({ headSha: sha, changedFiles: 2 });
      expect(fact.headAt).toBeGreaterThanOrEqual(fact.openedAt);
      expect(fact.checks.sha).toBe(sha);
    });

    it.each(['squash', 'merge', 'rebase'] as const)(
      'merges by %s, and the same merge again is the first one',
      async (method) => {
        const { key, sha } = await openPr();
        const first = await merge(key, sha, method);
        expect(first).toMatchObject({
          type: 'merged',
          mergeSha: expect.stringMatching(/^[0-9a-f]{40}/),
        });
        const { type, mergeSha } = first;
        expect(await merge(key, sha, method)).toMatchObject({ type, mergeSha });
        expect(await scm.read(key)).toMatchObject({ state: 'merged', mergeSha: first.mergeSha });
      },
    );

    it('refuses to merge another head than was asked for', async () => {
      const { key, sha } = await openPr();
      await world.commit('feat/a', { 'a2.txt': 'later\n' });
      await expect(merge(key, sha)).rejects.toMatchObject({
        kind: 'rejected',
        code: 'AO_SCM_HEAD_MOVED',
      });
      await expect(merge(key, NEVER_SHA)).rejects.toMatchObject({
        kind: 'rejected',
        code: 'AO_SCM_HEAD_MOVED',
      });
      expect((await scm.read(key)).state).toBe('open');
    });

    it('tells of a conflict with its files, and refuses to merge it', async () => {
      const { key, sha } = await openPr('feat/a', { 'same.txt': 'mine\n' });
      await world.commit('main', { 'same.txt': 'theirs\n' });
      expect(await scm.read(key)).toMatchObject({
        mergeability: 'conflicting',
        conflicts: ['same.txt'],
      });
      await expect(merge(key, sha)).rejects.toMatchObject({
        kind: 'rejected',
        code: 'AO_SCM_CONFLICT',
      });
    });

    it('closes, and closing again changes nothing', async () => {
      const { key } = await openPr();
      await scm.close(key);
      await scm.close(key);
      expect((await scm.read(key)).state).toBe('closed');
    });

    it('never counts what ao itself wrote as somebody else, and writes it once', async () => {
      const { key } = await openPr();
      await scm.comment(key, { body: 'Working on it.', key: 'k1', inReplyTo: null });
      await scm.comment(key, { body: 'Working on it.', key: 'k1', inReplyTo: null });
      const { review } = await scm.read(key);
      expect(review.comments).toHaveLength(1);
      expect(review.comments[0]).toMatchObject({ own: true, body: 'Working on it.' });
    });

    it('calls listeners when something changed, until they leave', async () => {
      const { key } = await openPr();
      const heard: Array<string | null> = [];
      const leave = scm.onChange((pr) => heard.push(pr));
      await scm.comment(key, { body: 'x', key: 'k2', inReplyTo: null });
      expect(heard).toContain(key);
      leave();
      heard.length = 0;
      await scm.close(key);
      expect(heard).toEqual([]);
    });

    it('keeps reviews, where it can: required, changes requested, approved, dismissed by a push', async () => {
      const { key } = await openPr();
      if (!scm.capabilities.review) return;
      const review = (decision: 'approve' | 'request_changes', text: string, reviewKey: string) =>
        scm.review(key, { decision, text, by: LEE, file: null, line: null, key: reviewKey });
      const decision = async () => (await scm.read(key)).review.decision;
      expect(await decision()).toBe('required');
      await review('request_changes', 'Please document it.', 'r1');
      await review('request_changes', 'Please document it.', 'r1');
      expect(await decision()).toBe('changes_requested');
      const asked = (await scm.read(key)).review.comments;
      expect(asked).toHaveLength(1);
      expect(asked[0]).toMatchObject({
        author: LEE.name,
        own: false,
        body: 'Please document it.',
        resolved: false,
      });
      const remarks = [
        { file: 'a.txt', line: 1, hunk: null, text: 'Why this?' },
        { file: 'a.txt', line: null, hunk: '-gone', text: 'And this?' },
      ];
      const onLines = { text: '', by: LEE, file: null, line: null, comments: remarks } as const;
      for (const _twice of [1, 2])
        await scm.review(key, { ...onLines, decision: 'comment', key: 'r1b' });
      const { comments } = (await scm.read(key)).review;
      expect(comments.slice(1)).toMatchObject([
        { file: 'a.txt', line: 1, body: 'Why this?', resolved: false, own: false },
        { file: 'a.txt', line: null, hunk: '-gone', body: 'And this?', resolved: false },
      ]);
      expect(new Set(comments.map((comment) => comment.id)).size).toBe(3);
      await review('approve', '', 'r2');
      expect(await scm.read(key)).toMatchObject({
        review: { decision: 'approved', approvedBy: [LEE.subject] },
      });
      await world.commit('feat/a', { 'a3.txt': 'new\n' });
      expect(await decision()).toBe('required');
    });
  });
}
