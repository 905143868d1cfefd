import { atLeast, OLDEST_TMUX } from '../../../src/lib/oldest.ts';
import { failureOf, runProcess } from '../../../src/lib/process/run-process.ts';
import { rejected, transient } from '../../../src/slots/errors.ts';
import { tmuxMissing } from './control-client.ts';

const TIMEOUT = 10_000;

/** Version as tmux tells it, e.g. `3.3a`. Throws AO_TMUX_MISSING, AO_TMUX_OLD, or AO_TMUX_UNREACHABLE when it doesn't answer. */
export async function checkVersion(
  bin: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const end = await runProcess({ bin, args: ['-V'], cwd: '/', env, timeoutMs: TIMEOUT });
  if (end.type === 'not_started') throw tmuxMissing(bin, end.error);
  if (end.type !== 'exited')
    throw transient(
      'AO_TMUX_UNREACHABLE',
      `"${bin} -V" did not say its version: ${failureOf(end, TIMEOUT)}. Try it by hand; ao tries it again.`,
    );
  const version = /^tmux (?:next-|openbsd-)?(\S+)/.exec(end.stdout)?.[1] ?? end.stdout.trim();
  if (!atLeast(version, OLDEST_TMUX))
    throw rejected(
      'AO_TMUX_OLD',
      `tmux ${version} is too old: ao needs ${OLDEST_TMUX} or newer for exact environments and quiet control clients. Upgrade tmux, or set runtime.tmux.bin to a newer one.`,
    );
  return version;
}
