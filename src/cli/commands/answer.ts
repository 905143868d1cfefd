import type { Command } from 'commander';
import type { RequestView, SessionView } from '../../commands/views.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { printSession, sessionPath } from '../print-session.ts';

export const answerCommand = (cli: Cli): Command =>
  baseCommand('answer', 'Answer what the agent asks')
    .argument('<session>')
    .argument('<answer...>', "one of the question's options, or words of your own")
    .option('--request <id>', 'which question, when several are open')
    .action(async (id: string, words: string[], options: CommonOptions & { request?: string }) => {
      const api = cli.api(options);
      const session = await api.get<SessionView>(sessionPath(id));
      const request = pick(session, options.request);
      const body = { request: request.id, ...choice(request, words.join(' ')) };
      printSession(
        cli,
        await api.post<SessionView>(sessionPath(session.id, '/answer'), body),
        options,
      );
    });

function pick(session: SessionView, wanted: string | undefined): RequestView {
  const open = session.openRequests.filter(
    (request) => request.answer === null && (wanted === undefined || request.id === wanted),
  );
  if (open[0] === undefined)
    throw new CliError(
      `${session.id} asks nothing now.  Say something to it: ao send ${session.id} "…"`,
    );
  if (open.length > 1)
    throw usageError(
      `${session.id} asks ${open.length} things.  Say which with --request: ${open.map((request) => request.id).join(', ')}`,
    );
  return open[0];
}

function choice(
  request: RequestView,
  text: string,
): { option: string | null; text: string | null } {
  const option = request.options.find(
    (each) => each.id === text || each.label.toLowerCase() === text.toLowerCase(),
  );
  if (option !== undefined) return { option: option.id, text: null };
  if (request.freeText) return { option: null, text };
  throw usageError(
    `this question takes one of: ${request.options.map((each) => each.id).join(', ')}`,
  );
}
