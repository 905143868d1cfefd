import {
  type APIApplicationCommand,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  ApplicationCommandOptionType as Option,
  type RESTPutAPIApplicationGuildCommandsJSONBody,
  Routes,
} from 'discord.js';
import type { TypedCommand, TypedOption } from '../../../src/slots/chat-catalogue.ts';
import type { DoctorFinding } from '../../../src/slots/context.ts';
import type { Api } from './api.ts';
import { cut, LIMITS } from './limits.ts';

export const COMMAND = 'ao';
export const SPAWN_FROM_MESSAGE = 'Spawn from this message';
/** Discord takes 25 subcommands; the rest are in this group. */
const MORE = 'more';

/** `/ao` with all commands, and the one on messages. */
function commandBodies(
  commands: readonly TypedCommand[],
): RESTPutAPIApplicationGuildCommandsJSONBody {
  const all = commands.map(subcommand);
  const fits = all.length <= LIMITS.subcommands;
  const direct = fits ? all : all.slice(0, LIMITS.subcommands - 1);
  const rest = all.slice(direct.length, direct.length + LIMITS.subcommands);
  const options: APIApplicationCommandOption[] = [
    ...direct,
    ...(rest.length === 0
      ? []
      : [
          {
            type: Option.SubcommandGroup as const,
            name: MORE,
            description: 'More commands',
            options: rest,
          },
        ]),
  ];
  const everywhere = {
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  };
  return [
    {
      type: ApplicationCommandType.ChatInput,
      name: COMMAND,
      description: 'Coding agents of this server',
      options,
      ...everywhere,
    },
    { type: ApplicationCommandType.Message, name: SPAWN_FROM_MESSAGE, ...everywhere },
  ];
}

const subcommand = (command: TypedCommand): APIApplicationCommandSubcommandOption => ({
  type: Option.Subcommand,
  name: command.verb,
  description: cut(command.description, LIMITS.description),
  options: command.options.map(typed),
});

function typed(option: TypedOption): APIApplicationCommandBasicOption {
  const base = {
    name: option.name,
    description: cut(option.description, LIMITS.description),
    required: option.required,
  };
  if (option.kind === 'switch') return { type: Option.Boolean, ...base };
  if (option.choices !== undefined)
    return {
      type: Option.String,
      ...base,
      choices: option.choices.slice(0, LIMITS.choices).map((name) => ({ name, value: name })),
    };
  return option.suggests === undefined
    ? { type: Option.String, ...base }
    : { type: Option.String, ...base, autocomplete: true };
}

/** Puts the commands where they differ from what Discord has; true when it had to. Discord allows 200 new ones a day. */
async function registerCommands(
  api: Api,
  application: string,
  guild: string,
  commands: readonly TypedCommand[],
): Promise<boolean> {
  const route = Routes.applicationGuildCommands(application, guild);
  const wanted = commandBodies(commands);
  const there = await api.get<APIApplicationCommand[]>(route);
  if (sameCommands(wanted, there)) return false;
  await api.put(route, { body: wanted });
  return true;
}

/** One line for each server. */
export async function registerEverywhere(
  api: Api,
  application: string,
  guilds: readonly string[],
  commands: readonly TypedCommand[],
): Promise<readonly DoctorFinding[]> {
  const one = async (guild: string): Promise<DoctorFinding> => {
    try {
      const changed = await registerCommands(api, application, guild, commands);
      return {
        level: 'ok',
        what: changed
          ? `The commands are registered in server ${guild}.`
          : `The commands in server ${guild} are up to date.`,
        fix: null,
      };
    } catch (error) {
      return {
        level: 'error',
        what: `Server ${guild}: ${error instanceof Error ? error.message : String(error)}`,
        fix: 'Invite ao with the scope applications.commands:  ao doctor  prints the address.',
      };
    }
  };
  return Promise.all(guilds.map(one));
}

const sameCommands = (wanted: readonly object[], there: readonly object[]): boolean =>
  JSON.stringify(wanted.map(essence).toSorted(byName)) ===
  JSON.stringify(there.map(essence).toSorted(byName));

const byName = (a: Record<string, unknown>, b: Record<string, unknown>): number =>
  String(a.name).localeCompare(String(b.name));

/** What ao says of a command, without what Discord adds to it. */
function essence(command: object): Record<string, unknown> {
  const {
    type,
    name,
    description,
    options,
    contexts,
    integration_types,
    required,
    autocomplete,
    choices,
  } = command as Record<string, unknown>;
  return {
    type: type ?? ApplicationCommandType.ChatInput,
    name,
    description: description ?? '',
    required: required ?? false,
    autocomplete: autocomplete ?? false,
    choices: ((choices as readonly { name: string; value: string }[] | undefined) ?? []).map(
      (choice) => [choice.name, choice.value],
    ),
    contexts: contexts ?? null,
    integration_types: integration_types ?? null,
    options: ((options as readonly object[] | undefined) ?? []).map(essence),
  };
}
