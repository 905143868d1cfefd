import { constants } from 'node:fs';
import { access, lstat, realpath, rename, rm, symlink } from 'node:fs/promises';
import type { Clock } from '../../../src/lib/clock.ts';
import { failureOf, runProcess } from '../../../src/lib/process/run-process.ts';

/*
 * Untracked things of the repository that a fresh checkout needs: packages, `.env`. What runs in a checkout may empty a folder
 * (`npm ci` does), and through a link it would empty the operator's own. So a link is made only to what ao's user can't write.
 */

export interface TakeOver {
  /** In the repository; absolute. */
  readonly from: string;
  /** In the checkout; absolute, its folder exists, nothing is there. */
  readonly to: string;
  /** `link`: where that is safe. */
  readonly how: 'copy' | 'link';
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** `failed`: nothing is left at `to`; the reason ends a sentence. */
export type TakenOver =
  | { readonly type: 'copied' | 'linked' | 'missing' }
  | { readonly type: 'failed'; readonly reason: string };

/** Whole or not at all, also when ao is killed meanwhile. */
export async function takeOver(input: TakeOver): Promise<TakenOver> {
  const from = await realpath(input.from).catch(() => null);
  if (from === null) return { type: 'missing' };
  if (input.how === 'link' && !(await isWritable(from))) {
    await symlink(input.from, input.to);
    return { type: 'linked' };
  }
  const half = `${input.to}.ao-copying`;
  await rm(half, { recursive: true, force: true });
  const end = await runProcess({
    bin: 'cp',
    args: [...copyOptions(), '--', from, half],
    cwd: '/',
    env: input.env,
    timeoutMs: input.timeoutMs,
    clock: input.clock,
  });
  const reason = failureOf(end, input.timeoutMs);
  if (reason !== null) {
    await rm(half, { recursive: true, force: true });
    return { type: 'failed', reason };
  }
  await rename(half, input.to);
  return { type: 'copied' };
}

/** Blocks are shared with the original until one side writes, where the file system can do that. */
const copyOptions = (): readonly string[] =>
  process.platform === 'darwin' ? ['-Rpc'] : ['-a', '--reflink=auto'];

/** By ao's user, who may also be its owner and give himself the right. A read-only mount is not, for nobody. */
async function isWritable(path: string): Promise<boolean> {
  const may = await access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (may) return true;
  const { uid } = await lstat(path);
  return uid === process.getuid?.() && uid !== 0;
}
