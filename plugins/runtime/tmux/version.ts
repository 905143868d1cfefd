import { execa } from 'execa';
import { rejected } from '../../../src/slots/errors.ts';
import { tmuxMissing } from './control-client.ts';

const OLDEST = [3, 2] as const;

/** Version as tmux tells it, e.g. `3.3a`. Throws AO_TMUX_MISSING or AO_TMUX_OLD. */
export async function checkVersion(
  bin: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const result = await execa(bin, ['-V'], {
    env,
    extendEnv: false,
    reject: false,
    timeout: 10_000,
  });
  if (result.exitCode === undefined) throw tmuxMissing(bin, result);
  const version = /^tmux (?:next-|openbsd-)?(\S+)/.exec(result.stdout)?.[1] ?? result.stdout.trim();
  if (isOld(version))
    throw rejected(
      'AO_TMUX_OLD',
      `tmux ${version} is too old: ao needs 3.2 (2021) or newer for exact environments and quiet control clients. Upgrade tmux, or set runtime.tmux.bin to a newer one.`,
    );
  return version;
}

/** `master` and other names without a number count as new. */
function isOld(version: string): boolean {
  const numbers = /^(\d+)\.(\d+)/.exec(version);
  if (!numbers) return false;
  const [major, minor] = [Number(numbers[1]), Number(numbers[2])];
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
