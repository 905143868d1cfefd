/** Hostile words in everything the local scm is asked with. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PluginError } from '../../../src/slots/errors.ts';
import type { ScmPlugin } from '../../../src/slots/scm.ts';
import { hostileWords } from '../../../test/support/hostile-words.ts';
import { openWorld } from '../../../test/support/local-scm-world.ts';
import { DANA } from '../../../test/support/session-world.ts';

const pr = { session: 'app-1', branch: 'feat/x', base: 'main', title: 't', body: '', draft: false };
const PLACES: Readonly<
  Record<string, (scm: ScmPlugin, key: string, word: string) => Promise<unknown>>
> = {
  branch: (scm, _key, word) => scm.create({ ...pr, branch: word }),
  base: (scm, _key, word) => scm.create({ ...pr, base: word }),
  reference: (scm, _key, word) => scm.resolve(word),
  key: (scm, _key, word) => scm.read(word),
  'key of a diff': (scm, _key, word) => scm.diff(word, word),
  'log of a check': (scm, key, word) => scm.checkLog(key, word),
  'head of a merge': (scm, key, word) =>
    scm.merge(key, { sha: word, base: 'main', method: 'squash', title: 't', body: '', by: DANA }),
  'head of a rerun': (scm, key, word) => scm.rerun(key, word),
  'head of an update': (scm, key, word) => scm.updateBranch(key, word),
};

test.each(Object.entries(PLACES))('%s', async (_, act) => {
  const world = await openWorld();
  try {
    const canary = join(world.folder, 'canary');
    world.repository.commit('feat/x', { 'a.txt': 'a' });
    const { key } = await world.scm.create(pr);
    for (const word of hostileWords(canary)) {
      await expect(act(world.scm, key, word), JSON.stringify(word)).rejects.toBeInstanceOf(
        PluginError,
      );
      expect(existsSync(canary), JSON.stringify(word)).toBe(false);
    }
  } finally {
    world.remove();
  }
});

test('a title, a body and a comment are text, in the merge commit too', async () => {
  const world = await openWorld();
  try {
    const canary = join(world.folder, 'canary');
    const words = hostileWords(canary).filter((word) => !word.includes('\0'));
    world.repository.commit('feat/x', { 'a.txt': 'a' });
    const { key, headSha } = await world.scm.create({
      ...pr,
      title: words.join(' '),
      body: words.join('\n'),
    });
    for (const word of words) {
      await world.scm.review(key, {
        decision: 'comment',
        text: word,
        by: { ...DANA, name: word },
        file: null,
        line: null,
        key: word,
      });
      await world.scm
        .review(key, {
          decision: 'comment',
          text: 'x',
          by: DANA,
          file: word,
          line: 1,
          key: `line ${word}`,
        })
        .catch((error: unknown) => expect(error).toBeInstanceOf(PluginError));
    }
    const merged = await world.scm.merge(key, {
      sha: headSha,
      base: 'main',
      method: 'squash',
      title: words.join(' '),
      body: words.join('\n'),
      by: { ...DANA, name: words.join(' ') },
    });
    expect(world.repository.git('log', '-1', '--format=%H', 'main')).toBe(merged.mergeSha);
    expect(existsSync(canary)).toBe(false);
  } finally {
    world.remove();
  }
});
