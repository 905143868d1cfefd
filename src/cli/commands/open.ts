import type { Command } from 'commander';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';

interface OpenOptions extends CommonOptions {
  readonly print?: boolean;
  readonly signOut?: boolean;
  readonly terminal?: boolean;
}

export const openCommand = (cli: Cli): Command =>
  baseCommand(
    'open',
    "Open the web chat, signed in; with --terminal the agent's own terminal, where you work",
  )
    .argument('[session]', 'with --terminal; not needed where only one runs')
    .option('--terminal', 'in the terminal of `terminal` in ao.yaml, else in the one you are in')
    .option('--print', 'only print the address')
    .option('--sign-out', 'sign every browser out instead')
    .action(async (session: string | undefined, options: OpenOptions) => {
      if (options.terminal === true) {
        const { openTerminal } = await import('../terminals/open-terminal.ts');
        return openTerminal(cli, session, options);
      }
      if (session !== undefined)
        throw usageError(
          `ao open takes a session with --terminal only:  ao open --terminal ${session}`,
        );
      const { address, post } = cli.api(options);
      if (options.signOut) {
        const answer = await post<object>('/api/logout', { everywhere: true });
        return cli.out(options.json ? JSON.stringify(answer) : 'Every browser is signed out.');
      }
      const { path } = await post<{ path: string }>('/api/login');
      const url = new URL(path, address.url).href;
      cli.out(options.json ? JSON.stringify({ url }) : url);
      if (!options.print && !options.json && cli.interactive) await launch(cli, url);
    });

/** The address is printed anyway, so a machine without a browser is no error. */
async function launch(cli: Cli, url: string): Promise<void> {
  const opener =
    process.platform === 'darwin'
      ? 'open'
      : cli.env.DISPLAY || cli.env.WAYLAND_DISPLAY
        ? 'xdg-open'
        : null;
  if (opener !== null)
    await cli
      .exec([opener, url])
      .catch(() => cli.err(`Could not run ${opener}; open the address yourself.`));
}
