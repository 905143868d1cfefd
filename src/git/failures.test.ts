import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitEnv, makeRepo, tempDir } from '../../test/support/tmp.ts';
import { openRepositoryGit } from './repository-git.ts';
import { gitFailed } from './run-git.ts';

test.each([
  'fatal: unable to access: Could not resolve host: example.org',
  'ssh: connect to host example.org port 22: Connection refused',
  'error: RPC failed; HTTP 503',
  "fatal: cannot lock ref 'refs/heads/x': is at 1 but expected 2",
])('%s passes and is tried again', (stderr) => {
  expect(gitFailed(['fetch'], stderr)).toMatchObject({ kind: 'transient', code: 'AO_GIT_FAILED' });
});

test.each([
  'fatal: remote error: access denied or repository not exported',
  'Error downloading object: big.bin: Smudge error: object does not exist on the server',
  'fatal: bad object HEAD\nfatal: something that nobody foresaw',
])('%s is told at once', (stderr) => {
  const error = gitFailed(['fetch'], stderr);
  expect(error.kind).toBe('rejected');
  expect(error.message).toContain(stderr);
});

test("what the local scm asks in vain is told at once, in git's own words", async () => {
  const temp = tempDir();
  try {
    const repo = makeRepo({ in: temp.path });
    const git = openRepositoryGit(repo.path, {
      env: gitEnv(),
      stateDir: join(temp.path, 'state'),
    });
    await expect(git.text(['cat-file', '-p', 'f'.repeat(40)])).rejects.toMatchObject({
      kind: 'rejected',
      code: 'AO_SCM_GIT',
      message: expect.stringContaining('Not a valid object name'),
    });
  } finally {
    temp.remove();
  }
});
