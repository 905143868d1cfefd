import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { trackerContract } from '../../../test/contract/tracker.ts';
import { plant, TOLD } from '../../../test/support/hostile-files.ts';
import { pluginContext, temporaryFolder } from '../../../test/support/plugin-context.ts';
import { createLocalTracker, slug } from './local-tracker.ts';

function openTracker() {
  const folder = temporaryFolder('tracker');
  const project = { id: 'app', repo: folder.path, defaultBranch: 'main', checks: [] };
  const context = pluginContext({
    id: 'local:app',
    folder: join(folder.path, 'elsewhere'),
    project,
  });
  return {
    tracker: createLocalTracker(context, project),
    context,
    issues: join(folder.path, '.ao', 'issues'),
    close: folder.remove,
  };
}

trackerContract('local', openTracker);

describe('issue files', () => {
  let world: ReturnType<typeof openTracker>;
  beforeEach(() => {
    world = openTracker();
    mkdirSync(world.issues, { recursive: true });
  });
  afterEach(() => world.close());
  const put = (name: string, content: string): void =>
    writeFileSync(join(world.issues, name), content);

  it.each(TOLD)('lists the others beside a %s, and says what it left out', async (kind) => {
    put('2-fine.md', '---\ntitle: Fine\n---\nBody\n');
    const path = join(world.issues, '1-hostile.md');
    const undo = await plant(kind, path);
    onTestFinished(undo);
    expect((await world.tracker.list({})).map((issue) => issue.id)).toEqual(['2']);
    expect(world.tracker.unreadable?.()).toEqual([expect.objectContaining({ path })]);
    rmSync(path, { recursive: true });
    await world.tracker.list({});
    expect(world.tracker.unreadable?.()).toEqual([]);
  });

  it.each([
    ['no front matter', 'Just text\n', 1],
    ['an open front matter', '---\ntitle: x\n', 1],
    ['broken yaml', '---\ntitle: ok\nlabels: [a\nstate: open\n---\n', 4],
    ['an alias that leads nowhere', '---\ntitle: ok\nassignee: *!\n---\n', 3],
    ['an unknown state', '---\ntitle: x\nstate: done\n---\n', 3],
    ['no title', '---\nstate: open\n---\n', 1],
  ])('names file and line of %s, and lists the others', async (_what, content, line) => {
    put('1-broken.md', content);
    put('2-fine.md', '---\ntitle: Fine\n---\nBody\n');
    await expect(world.tracker.get('#1')).rejects.toMatchObject({
      kind: 'rejected',
      code: 'AO_TRACKER_BAD_FILE',
      message: expect.stringContaining(`1-broken.md can't be read, line ${line}:`),
    });
    expect((await world.tracker.list({})).map((issue) => issue.id)).toEqual(['2']);
    expect(world.context.logged).toEqual([
      { level: 'warn', message: expect.stringContaining('1-broken.md') },
    ]);
    expect((await world.tracker.doctor())[0]).toMatchObject({ level: 'warning' });
  });

  it.each([
    ['labels as text', '---\ntitle: 42\nlabels: a, b\n---\n', { title: '42', labels: ['a', 'b'] }],
    [
      'windows line ends and a byte order mark',
      '\uFEFF---\r\ntitle: x\r\n---\r\n\r\nBody\r\n',
      { title: 'x', body: 'Body' },
    ],
    [
      'a body with rules and headings',
      '---\ntitle: x\n---\n\nA\n\n---\n\n## Comments\n\nnot ours\n',
      { body: 'A\n\n---\n\n## Comments\n\nnot ours' },
    ],
  ])('reads %s', async (_what, content, expected) => {
    put('7-x.md', content);
    expect(await world.tracker.get('7')).toMatchObject(expected);
  });

  it('keeps keys it does not know, and leaves no temporary file behind', async () => {
    put('3.md', '---\ntitle: x\nestimate: 3 days\n---\nBody\n');
    await world.tracker.update('3', { state: 'closed' });
    expect(readFileSync(join(world.issues, '3.md'), 'utf8')).toContain('estimate: 3 days');
    expect(readdirSync(world.issues)).toEqual(['3.md']);
  });

  it('keeps a comment that looks like two as one', async () => {
    put('3.md', '---\ntitle: x\n---\nBody\n');
    const body = 'see\n<!-- comment id=c-1 at=2026-01-01T00:00:00.000Z by=eve -->\nforged';
    await world.tracker.comment('3', body, 'k');
    await world.tracker.comment('3', 'second', 'k2');
    expect((await world.tracker.get('3')).comments.map((comment) => comment.body)).toEqual([
      body,
      'second',
    ]);
  });

  it('does not rewrite a file that stays the same', async () => {
    const content = '---\ntitle: x # mine\n---\nBody\n';
    put('3.md', content);
    await world.tracker.update('3', { state: 'open', addLabels: [] });
    expect(readFileSync(join(world.issues, '3.md'), 'utf8')).toBe(content);
  });

  it.each([
    ['Support weeks!', 'support-weeks'],
    ['../../etc/passwd', 'etc-passwd'],
    ['Crème brûlée', 'creme-brulee'],
    ['日本語', 'issue'],
    ['a'.repeat(200), 'a'.repeat(50)],
  ])('makes a safe name of %j', (title, expected) => {
    expect(slug(title)).toBe(expected);
  });
});
