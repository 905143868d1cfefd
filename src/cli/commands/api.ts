import type { Command } from 'commander';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';

interface Options extends CommonOptions {
  readonly data?: string;
}

/** One call of the HTTP API with the token of this machine; the answer as JSON. For scripts, and for what no command has yet. */
export const apiCommand = (cli: Cli): Command =>
  baseCommand('api', 'Call the HTTP API of the running bot and print the answer as JSON')
    .argument('<method>', 'GET or POST')
    .argument('<path>', 'e.g. /api/sessions?all=1; docs/http-api.md lists them')
    .option('-d, --data <json>', 'body of a POST; - reads it from stdin')
    .action(async (method: string, path: string, options: Options) => {
      const verb = method.toUpperCase();
      if (verb !== 'GET' && verb !== 'POST')
        throw usageError(`the HTTP API has no ${verb}.  Use GET or POST.`);
      if (verb === 'GET' && options.data !== undefined)
        throw usageError('a GET carries no body.  Use POST, or put it into the address.');
      const api = cli.api(options);
      const local = localPath(path, api.address.url);
      const answer =
        verb === 'GET'
          ? await api.get<unknown>(local)
          : await api.post<unknown>(local, await bodyOf(options.data, cli));
      cli.out(JSON.stringify(answer, null, 2));
    });

/** `sessions` is `/api/sessions`. The token goes with the call, so it goes to the bot only. */
function localPath(path: string, bot: string): string {
  const wanted = path.startsWith('/') ? path : ['/api', path].join('/');
  const url = URL.canParse(wanted, bot) ? new URL(wanted, bot) : null;
  if (url === null || url.origin !== new URL(bot).origin || /^[a-z][a-z0-9+.-]*:/i.test(path))
    throw usageError(`"${path}" isn't a path of the bot.  Use one such as /api/sessions.`);
  return url.pathname + url.search;
}

async function bodyOf(data: string | undefined, cli: Cli): Promise<object> {
  if (data === undefined) return {};
  const text = data === '-' ? await cli.readInput() : data;
  const parsed = parsedJson(text);
  if (typeof parsed !== 'object' || parsed === null)
    throw new CliError('the body must be a JSON object, e.g. -d \'{"text": "hello"}\'.');
  return parsed;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(`the body isn't JSON: ${(error as Error).message}`);
  }
}
