import type { Command } from 'commander';
import { type ApiDocument, toolsOf } from '../../lib/mcp/tools.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { packageVersion } from '../package-version.ts';

export const mcpCommand = (cli: Cli): Command =>
  baseCommand(
    'mcp',
    'Serve what ao can do as tools of the Model Context Protocol, on stdin and stdout; over HTTP the bot has them at /api/mcp',
  ).action(async (options: CommonOptions) => {
    const api = cli.api(options);
    const tools = toolsOf(await api.get<ApiDocument>('/openapi.json'));
    const [{ serveStdio }, { mcpServer }] = await Promise.all([
      import('@modelcontextprotocol/server/stdio'),
      import('../../lib/mcp/mcp-server.ts'),
    ]);
    const ended = Promise.withResolvers<void>();
    process.stdin.once('close', () => ended.resolve());
    const handle = serveStdio(
      () =>
        mcpServer(tools, packageVersion(), async ({ method, path, body }) => {
          try {
            const answer =
              method === 'GET'
                ? await api.get<unknown>(path)
                : await api.post<unknown>(path, body ?? {});
            return { ok: true, text: JSON.stringify(answer) };
          } catch (error) {
            if (error instanceof CliError) return { ok: false, text: error.message };
            throw error;
          }
        }),
      { onerror: (error) => cli.err(`error: ${error.message}`) },
    );
    await ended.promise;
    await handle.close();
  });
