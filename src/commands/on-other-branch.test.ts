import { expect, test } from 'vitest';
import { commandWorld, person } from '../../test/support/command-world.ts';
import { rejected } from '../slots/errors.ts';

const HEAD = '1234567890abcdef1234567890abcdef12345678';
const ASKED = { title: 'Fix', body: '', draft: false, base: null };

async function answered(branch: string | null, code: string): Promise<string> {
  const world = await commandWorld();
  world.worktree = { exists: true, dirty: false, headSha: HEAD, branch, ahead: 1 };
  world.scm.create = () => Promise.reject(rejected(code, 'Commit your work.'));
  const made = await world.commands.createPullRequest(person('agent:app-1'), 'app-1', ASKED);
  return made.ok ? 'opened' : `${made.error.code} ${made.error.message}`;
}

test.each([
  [
    'a branch of its own',
    'mine',
    'AO_SCM_NO_COMMITS',
    'on mine',
    'git switch feat/42 && git merge mine',
  ],
  [
    'no branch',
    null,
    'AO_SCM_OTHER_HEAD',
    'detached HEAD',
    'git switch feat/42 && git merge 1234567890',
  ],
  ['its branch by another name', 'mine', 'AO_SCM_NO_BRANCH', 'on mine', 'git branch -m feat/42'],
  ['no branch, and none is left', null, 'AO_SCM_NO_BRANCH', 'no branch', 'git switch -c feat/42'],
])('an agent on %s is told where it is and what to do', async (_, branch, code, where, todo) => {
  const words = await answered(branch, code);
  expect(words).toContain(`${code} This worktree is `);
  expect(words).toContain(where);
  expect(words).toContain(`comes from feat/42. Bring your commits there:  ${todo}  `);
});

test('on the branch itself the words of the scm are enough', async () => {
  expect(await answered('feat/42', 'AO_SCM_NO_COMMITS')).toBe(
    'AO_SCM_NO_COMMITS Commit your work.',
  );
});
