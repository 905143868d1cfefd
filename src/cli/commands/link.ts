import type { Command } from 'commander';
import type { LinkChallenge } from '../../commands/commands.ts';
import type { IdentityView } from '../../commands/views.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';

interface Options extends CommonOptions {
  readonly project?: string;
  readonly done?: string;
  readonly for?: string;
  readonly list?: boolean;
}

export const linkCommand = (cli: Cli): Command =>
  baseCommand(
    'link',
    'Show or prove which login at the forge is yours; the merge policy may ask for it',
  )
    .argument('[login]', 'as the forge shows it, e.g. octocat')
    .option('--project <id>', 'the project on whose issues the proof is written')
    .option('--done <issue>', 'the code was written as a comment on this issue')
    .option('--for <person>', 'link somebody else without a code, e.g. slack:T024:U0G9 (admins)')
    .option('--list', 'everybody who is linked (admins)')
    .action(async (login: string | undefined, options: Options) => {
      const api = cli.api(options);
      if (options.done !== undefined)
        return show(cli, options, [
          await api.post<IdentityView>('/api/identities/proof', { issue: options.done }),
        ]);
      if (options.for !== undefined) {
        if (login === undefined)
          throw usageError('which login?  ao link octocat --for slack:T024:U0G9');
        return show(cli, options, [
          await api.post<IdentityView>('/api/identities/vouch', {
            subject: options.for,
            login,
            project: options.project,
          }),
        ]);
      }
      if (login === undefined)
        return show(
          cli,
          options,
          await api.get<IdentityView[]>('/api/identities', { all: options.list === true }),
        );
      const challenge = await api.post<LinkChallenge>('/api/identities/code', {
        login,
        project: options.project,
      });
      if (options.json) return cli.out(JSON.stringify(challenge, null, 2));
      cli.out(
        `Write this line, and nothing else, as a new comment on any issue of ${challenge.project}, signed in as @${challenge.login}:\n\n  ${challenge.code}\n\nWithin 15 minutes say  ao link --done 42  with the number of that issue.`,
      );
    });

export const unlinkCommand = (cli: Cli): Command =>
  baseCommand('unlink', 'Take your link to a login back')
    .option('--for <person>', 'of somebody else (admins)')
    .action(async (options: Options) => {
      const removed = await cli
        .api(options)
        .post<{ removed: number }>('/api/identities/remove', { subject: options.for });
      cli.out(
        options.json
          ? JSON.stringify(removed)
          : `${options.for ?? 'You'} ${options.for === undefined ? 'are' : 'is'} no longer linked to a login.`,
      );
    });

function show(cli: Cli, options: Options, identities: readonly IdentityView[]): void {
  if (options.json) return cli.out(JSON.stringify(identities, null, 2));
  if (identities.length === 0) return cli.out('Linked to no login.  ao link <login>');
  const rows = identities.map((one) => [
    one.subject,
    `@${one.login}`,
    one.forge,
    one.proof === 'comment' ? 'by a comment' : 'by an admin',
  ]);
  cli.out(formatTable([['PERSON', 'LOGIN', 'FORGE', 'PROVED'], ...rows], cli.columns));
}
