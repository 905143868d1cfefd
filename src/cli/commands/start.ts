import { type Command, InvalidArgumentError } from 'commander';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError, EXIT } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { findDataDir } from '../data-dir.ts';
import { startDetached } from '../start-detached.ts';

interface Options extends CommonOptions {
  readonly host?: string;
  readonly port?: number;
  readonly detach?: boolean;
  readonly trustPlugins?: boolean;
}

export const startCommand = (cli: Cli): Command =>
  baseCommand('start', 'Run the bot here, until Ctrl-C; agents keep running without it')
    .argument(
      '[path...]',
      'repositories to work on, or their addresses; the configuration by default',
    )
    .option('--host <address>', 'AO_HOST, host of the configuration, or 127.0.0.1')
    .option('--port <number>', 'AO_PORT, port of the configuration, or 3000', portNumber)
    .option(
      '--trust-plugins',
      'load the plugins that ao.yaml names without ao plugin trust; for containers',
    )
    .option('--detach', 'in the background; the log goes to bot.log in the data directory')
    .action(async (targets: string[], options: Options) => {
      if (options.detach) {
        const bot = await startDetached(
          cli,
          process.argv.slice(1),
          findDataDir(options, cli.env, cli.cwd),
        );
        return cli.out(
          options.json
            ? JSON.stringify(bot)
            : `ao runs at ${bot.url} (process ${bot.pid}).  Stop it: ao stop`,
        );
      }
      const bot = await cli.loadBot();
      const code = await bot.start({
        targets,
        config: options.config ?? null,
        dataDir: options.dataDir ?? null,
        host: options.host ?? null,
        port: options.port ?? null,
        trustPlugins: options.trustPlugins ?? false,
        cwd: cli.cwd,
        env: cli.env,
      });
      if (code !== EXIT.ok)
        throw new CliError('', code === EXIT.config ? EXIT.config : EXIT.failed);
    });

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('a port is a number from 0 to 65535');
  return port;
}
