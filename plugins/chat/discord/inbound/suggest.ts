import {
  type APIApplicationCommandAutocompleteInteraction,
  type APIChatInputApplicationCommandInteraction,
  type APIInteraction,
  type APIApplicationCommandInteractionDataBasicOption as BasicOption,
  ApplicationCommandOptionType as Option,
  InteractionResponseType as Response,
} from 'discord.js';
import type { ChatCatalogue } from '../../../../src/slots/chat-catalogue.ts';
import { PLATFORM } from '../ids.ts';
import { cut, LIMITS } from '../limits.ts';
import { respondTo } from './answer.ts';
import { contextOf, type Parts } from './interaction-context.ts';

type AnyOption = NonNullable<APIChatInputApplicationCommandInteraction['data']['options']>[number];

/** The innermost subcommand and its options. */
export function typedValues(options: readonly AnyOption[]): {
  verb: string | null;
  values: Readonly<Record<string, string | boolean>>;
  focused: BasicOption | null;
} {
  const [first] = options;
  if (first === undefined) return { verb: null, values: {}, focused: null };
  if (first.type === Option.SubcommandGroup) return typedValues(first.options);
  if (first.type !== Option.Subcommand) return { verb: null, values: {}, focused: null };
  const given = first.options ?? [];
  const values = given.flatMap((option) =>
    option.type === Option.String || option.type === Option.Boolean
      ? [[option.name, option.value] as const]
      : [],
  );
  return {
    verb: first.name,
    values: Object.fromEntries(values),
    focused: given.find((option) => 'focused' in option && option.focused === true) ?? null,
  };
}

export async function suggest(
  interaction: APIApplicationCommandAutocompleteInteraction,
  parts: Parts,
): Promise<void> {
  const { verb, values, focused } = typedValues(interaction.data.options as readonly AnyOption[]);
  const command = parts.catalogue?.commands.find((each) => each.verb === verb);
  const suggests = command?.options.find((option) => option.name === focused?.name)?.suggests;
  const choices =
    suggests === undefined || parts.catalogue === null
      ? []
      : await suggestions(interaction, parts, parts.catalogue, {
          suggests,
          text: String(focused?.value ?? ''),
          chosen: onlyTexts(values),
        });
  await respondTo(parts.api, interaction, {
    type: Response.ApplicationCommandAutocompleteResult,
    data: { choices },
  });
}

const onlyTexts = (
  values: Readonly<Record<string, string | boolean>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(values).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );

async function suggestions(
  interaction: APIInteraction,
  parts: Parts,
  catalogue: ChatCatalogue,
  asked: Pick<Parameters<ChatCatalogue['suggest']>[0], 'suggests' | 'text' | 'chosen'>,
): Promise<{ name: string; value: string }[]> {
  const { user, channel } = await contextOf(interaction, parts, null);
  const found = await catalogue
    .suggest({ ...asked, user, channel, platform: PLATFORM })
    .catch((error: unknown) => {
      parts.logger.warn({ err: error }, 'Completion failed');
      return [];
    });
  return found
    .slice(0, LIMITS.choices)
    .flatMap(({ value, label }) =>
      value.length > LIMITS.optionLabel ? [] : [{ name: cut(label, LIMITS.optionLabel), value }],
    );
}
