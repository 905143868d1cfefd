import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { atLeast, OLDEST_GIT, OLDEST_TMUX } from './oldest.ts';
import { packageRoot } from './package-root.ts';

test.each([
  ['2.39.5', '2.31', true],
  ['2.31', '2.31', true],
  ['3.0', '3.0.1', false],
  ['10.0', '9.9', true],
  ['2.9', '2.31', false],
  ['2.38.1.windows.1', '2.38', true],
  ['3.1c', '3.2', false],
  ['3.3a', '3.2', true],
  ['master', '3.2', true],
])('%s is at least %s: %s', (version, oldest, expected) => {
  expect(atLeast(version, oldest)).toBe(expected);
});

test.each([
  ['README.md', `git ${OLDEST_GIT} or newer`],
  ['README.md', `tmux ${OLDEST_TMUX} or newer`],
  ['plugins/workspace/worktree/README.md', `${OLDEST_GIT} or newer`],
  ['plugins/runtime/tmux/README.md', `${OLDEST_TMUX} or newer`],
])('%s says: %s', (file, words) => {
  expect(readFileSync(join(packageRoot(), file), 'utf8')).toContain(words);
});
