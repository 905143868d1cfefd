import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrackerPlugin } from '../../src/slots/tracker.ts';

export interface TrackerWorld {
  readonly tracker: TrackerPlugin;
  close(): Promise<void> | void;
}

/** What every tracker must do. The world begins without issues. */
export function trackerContract(
  name: string,
  open: () => Promise<TrackerWorld> | TrackerWorld,
): void {
  describe(`tracker contract: ${name}`, () => {
    let world: TrackerWorld;
    let tracker: TrackerPlugin;
    beforeEach(async () => {
      world = await open();
      tracker = world.tracker;
    });
    afterEach(() => world.close());

    const make = (title = 'Fix the login', labels: readonly string[] = ['bug']) =>
      tracker.create({ title, body: 'It fails.\n\nSometimes.', labels });

    it('creates an issue and gives it back', async () => {
      const made = await make();
      expect(made).toMatchObject({
        title: 'Fix the login',
        body: 'It fails.\n\nSometimes.',
        state: 'open',
        labels: ['bug'],
        assignee: null,
        comments: [],
      });
      expect(await tracker.get(made.id)).toEqual(made);
    });

    it('gives each issue an id of its own, also when many are made at once', async () => {
      const made = await Promise.all(
        ['one', 'two', 'three', 'four', 'five'].map((title) => make(title)),
      );
      expect(new Set(made.map((issue) => issue.id)).size).toBe(5);
    });

    it('keeps titles and bodies as they are', async () => {
      for (const title of [
        '"quoted": & <b>',
        '../../etc/passwd',
        '日本語 ✓',
        '--- yaml: [',
        "it's #1",
      ]) {
        const made = await tracker.create({
          title,
          body: '---\nnot: a front matter\n---',
          labels: [],
        });
        expect(await tracker.get(made.id)).toMatchObject({
          title,
          body: '---\nnot: a front matter\n---',
        });
      }
    });

    it('recognises its own references, and no free text', async () => {
      const made = await make();
      expect(tracker.recognises(made.id)).toBe(true);
      for (const text of ['make the login test stable', '', 'https://example.invalid/x'])
        expect(tracker.recognises(text)).toBe(false);
    });

    it('says not_found for an issue that does not exist', async () => {
      await expect(tracker.get('99999')).rejects.toMatchObject({ kind: 'not_found' });
      await expect(tracker.comment('99999', 'x', 'k')).rejects.toMatchObject({ kind: 'not_found' });
    });

    it('lists open issues, by text, by label, all of them, and not more than asked for', async () => {
      const login = await make('Fix the login', ['bug']);
      const docs = await make('Write the docs', ['docs']);
      const old = await make('Old thing', []);
      await tracker.update(old.id, { state: 'closed' });
      const ids = async (query: Parameters<TrackerPlugin['list']>[0]) =>
        (await tracker.list(query)).map((issue) => issue.id).sort();
      expect(await ids({})).toEqual([login.id, docs.id].sort());
      expect(await ids({ state: 'closed' })).toEqual([old.id]);
      expect(await ids({ state: 'all' })).toHaveLength(3);
      expect(await ids({ text: 'LOGIN' })).toEqual([login.id]);
      expect(await ids({ label: 'docs' })).toEqual([docs.id]);
      expect(await ids({ state: 'all', limit: 2 })).toHaveLength(2);
    });

    it('writes a comment once per key', async () => {
      const { id } = await make();
      await tracker.comment(id, 'Working on it.', 'session:app-1:started');
      await tracker.comment(id, 'Working on it.', 'session:app-1:started');
      await tracker.comment(id, 'Done.', 'session:app-1:done');
      expect((await tracker.get(id)).comments.map((comment) => comment.body)).toEqual([
        'Working on it.',
        'Done.',
      ]);
    });

    it('changes state, labels and assignee, and nothing else', async () => {
      const before = await make();
      await tracker.update(before.id, {
        state: 'closed',
        addLabels: ['done', 'bug'],
        removeLabels: ['nothing'],
        assignee: 'dana',
      });
      const after = await tracker.get(before.id);
      expect(after).toEqual({
        ...before,
        state: 'closed',
        labels: ['bug', 'done'],
        assignee: 'dana',
        updatedAt: after.updatedAt,
      });
      await tracker.update(before.id, { state: 'open', removeLabels: ['bug'], assignee: null });
      expect(await tracker.get(before.id)).toMatchObject({
        state: 'open',
        labels: ['done'],
        assignee: null,
      });
    });

    it('gives an issue to the account ao acts as', async () => {
      const { id } = await make();
      await tracker.update(id, { assignee: '@me' });
      const { assignee } = await tracker.get(id);
      expect(assignee).toMatch(/^[\w.-]+$/);
      await tracker.update(id, { assignee: '@me' });
      expect((await tracker.get(id)).assignee).toBe(assignee);
    });

    it('loses no change of several at once', async () => {
      const { id } = await make('x', []);
      await Promise.all(
        ['a', 'b', 'c', 'd'].map((label) => tracker.update(id, { addLabels: [label] })),
      );
      expect([...(await tracker.get(id)).labels].sort()).toEqual(['a', 'b', 'c', 'd']);
    });
  });
}
