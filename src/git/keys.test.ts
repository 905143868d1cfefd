import { expect, test } from 'vitest';
import { isExecutable, isPinned, isPlain } from './keys.ts';

// threat: an agent writes the address of another server for Git LFS into the repository's configuration | not asked, and named
test.each(['lfs.url', 'lfs.pushurl', 'url.https://a.test/.insteadof', 'remote.origin.proxy'])(
  '%s names an address, so it counts only as it was at the start, and is told where it changes',
  (key) => {
    expect([isPlain(key), isPinned(key)]).toEqual([false, true]);
    expect(isExecutable({ key, value: 'https://evil.test/' })).toBe(true);
  },
);

test.each([
  ...['remote.origin.lfsurl', 'remote.origin.lfspushurl', 'remote.lfsdefault'],
  ...['lfs.customtransfer.x.path', 'lfs.extension.x.clean', 'lfs.standalonetransferagent'],
  ...['lfs.gitprotocol', 'lfs.ssh.retries', 'lfs.storage', 'lfs.transfer.enablehrefrewrite'],
])('%s is not read at all', (key) => {
  expect([isPlain(key), isPinned(key)]).toEqual([false, false]);
});
