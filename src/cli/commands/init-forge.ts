/** `ao init gitlab` and the like: what the plugin's own guide asks, a look at the service with the answers, and only then the files. */
import path from 'node:path';
import type { PluginDefinition, SetupGuide } from '../../slots/plugin.ts';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import {
  type ForgeAnswers,
  type ForgeSetup,
  forgeAnswers,
  projectIn,
  verifyForge,
  webhookWords,
  writeForge,
} from '../init-forge.ts';
import { type ChatOptions, join } from './init-chat.ts';

interface Options extends ChatOptions {
  readonly project?: string;
}

export async function joinForge(cli: Cli, name: string, options: Options): Promise<void> {
  const { plugins } = await cli.loadBot();
  const definitions = plugins.filter((plugin) => plugin.name === name && isJoined(plugin));
  const guide = definitions[0]?.setup;
  if (guide === undefined) throw usageError(cantSetUp(name, plugins));
  if (!options.yes && !cli.interactive) throw usageError(needsTerminal(name, guide));
  const folder = path.resolve(cli.cwd, options.path ?? '.');
  const project = projectIn(folder, options.project ?? null, cli.env.HOME ?? '~');
  if (project === null)
    throw new CliError(
      'ao.yaml has several projects, or none of that name.  Name one: --project ID',
    );
  const setup: ForgeSetup = { name, guide, definitions, folder, project };
  await join(cli, options, {
    name: guide.title,
    ask: (before: ForgeAnswers | null) =>
      forgeAnswers(cli, setup, { yes: options.yes === true, before }),
    verify: async (answers) => ({ findings: await verifyForge(cli, setup, answers) }),
    write: (_folder, answers) => writeForge(setup, answers),
    next: () => `${webhookWords(setup)}Next: ao doctor, then ao start`,
  });
}

const isJoined = ({ slot, setup }: PluginDefinition): boolean =>
  (slot === 'tracker' || slot === 'scm') && setup !== undefined;

function cantSetUp(name: string, plugins: readonly PluginDefinition[]): string {
  const known = [...new Set(plugins.filter(isJoined).map((plugin) => plugin.name))];
  const all = ['slack', 'discord', ...known].map((one) => `ao init ${one}`);
  return `ao can't set up "${name}".  It can: ${all.join(', ')}`;
}

const needsTerminal = (name: string, { questions }: SetupGuide): string =>
  `questions need a terminal.  Without one: ${questions
    .filter(({ initial }) => initial === undefined)
    .map(({ env }) => `${env}=…`)
    .join(' ')} ao init ${name} --yes`;
