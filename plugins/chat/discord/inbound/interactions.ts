import {
  type APIChatInputApplicationCommandInteraction,
  type APIInteraction,
  type APIMessageApplicationCommandInteraction,
  ApplicationCommandType,
  InteractionType,
} from 'discord.js';
import { paragraphs, unreadFiles } from '../../../../src/lib/forwarded.ts';
import { COMMAND, SPAWN_FROM_MESSAGE } from '../slash-commands.ts';
import { parseCustomId } from './custom-id.ts';
import { contextOf, giveToHost, type InteractionParts, type Parts } from './interaction-context.ts';
import { receiveForm, receivePress } from './pressed.ts';
import { readWhole } from './read-body.ts';
import { suggest, typedValues } from './suggest.ts';

/** Whether it is more than a question about what could be done: that is kept until it is dealt with. */
export function isKept(interaction: APIInteraction): boolean {
  switch (interaction.type) {
    case InteractionType.ApplicationCommand:
    case InteractionType.ModalSubmit:
      return true;
    case InteractionType.MessageComponent: {
      const { type } = parseCustomId(interaction.data.custom_id);
      return type === 'yes' || type === 'action';
    }
    case InteractionType.ApplicationCommandAutocomplete:
    case InteractionType.Ping:
      return false;
  }
}

/** What people do with commands, buttons, menus and forms. `isLive`: Discord waits for the first answer to it. */
export async function receiveInteraction(
  interaction: APIInteraction,
  given: InteractionParts,
  isLive: boolean,
): Promise<void> {
  const parts: Parts = { ...given, isLive, inABurst: given.inABurst, catalogue: given.catalogue };
  switch (interaction.type) {
    case InteractionType.ApplicationCommand:
      return receiveCommand(interaction, parts);
    case InteractionType.ApplicationCommandAutocomplete:
      return suggest(interaction, parts);
    case InteractionType.MessageComponent:
      return receivePress(interaction, parts);
    case InteractionType.ModalSubmit:
      return receiveForm(interaction, parts);
    case InteractionType.Ping:
      return;
  }
}

async function receiveCommand(
  interaction: Extract<APIInteraction, { type: InteractionType.ApplicationCommand }>,
  parts: Parts,
): Promise<void> {
  const { data } = interaction;
  if (data.type === ApplicationCommandType.Message && data.name === SPAWN_FROM_MESSAGE)
    return receiveShortcut(interaction as APIMessageApplicationCommandInteraction, parts);
  if (data.type !== ApplicationCommandType.ChatInput || data.name !== COMMAND) return;
  const context = await contextOf(interaction, parts, null);
  const { verb, values } = typedValues(
    (interaction as APIChatInputApplicationCommandInteraction).data.options ?? [],
  );
  const text = verb === null ? 'help' : (parts.catalogue?.line(verb, values) ?? verb);
  await giveToHost(
    interaction,
    { ...context, type: 'command', text, files: [], trigger: interaction.id },
    parts,
  );
}

async function receiveShortcut(
  interaction: APIMessageApplicationCommandInteraction,
  parts: Parts,
): Promise<void> {
  const message = interaction.data.resolved.messages[interaction.data.target_id];
  const context = await contextOf(interaction, parts, null);
  const text =
    message === undefined
      ? ''
      : paragraphs(
          readWhole(message),
          unreadFiles(message.attachments.map(({ filename }) => filename)),
        );
  await giveToHost(
    interaction,
    {
      ...context,
      type: 'shortcut',
      text,
      message: interaction.data.target_id,
      trigger: interaction.id,
    },
    parts,
  );
}
