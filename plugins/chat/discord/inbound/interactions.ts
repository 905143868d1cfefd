import {
  type APIApplicationCommandAutocompleteInteraction,
  type APIChatInputApplicationCommandInteraction,
  type APIInteraction,
  type APIMessageApplicationCommandInteraction,
  type APIMessageComponentInteraction,
  type APIModalSubmitInteraction,
  ApplicationCommandType,
  type APIApplicationCommandInteractionDataBasicOption as BasicOption,
  InteractionType,
  MessageFlags,
  ApplicationCommandOptionType as Option,
  InteractionResponseType as Response,
} from 'discord.js';
import { paragraphs, unreadFiles } from '../../../../src/lib/forwarded.ts';
import type { ChatInput, ChatReply, ChatUser, Inbound } from '../../../../src/slots/chat.ts';
import type { ChatCatalogue } from '../../../../src/slots/chat-catalogue.ts';
import type { Logger } from '../../../../src/slots/plugin.ts';
import type { Application } from '../application.ts';
import type { Channels } from '../channels.ts';
import { isDiscordError } from '../errors.ts';
import { chatUser, PLATFORM, type RawMember, timeOf } from '../ids.ts';
import { cut, LIMITS } from '../limits.ts';
import { renderMessage } from '../render/message.ts';
import { modalOf } from '../render/modal.ts';
import { COMMAND, SPAWN_FROM_MESSAGE } from '../slash-commands.ts';
import { type AnswerParts, answerWith, modalValues, respondTo } from './answer.ts';
import { NO_ID, parseCustomId, yesId } from './custom-id.ts';
import { readWhole } from './read-body.ts';
import { atRoot, type Where, whereIs } from './where.ts';

export interface InteractionParts extends Omit<AnswerParts, 'elsewhere' | 'isLive'> {
  readonly channels: Channels;
  readonly guilds: readonly string[];
  readonly application: () => Promise<Application>;
  readonly inbound: Inbound;
  /** Resolves when the host may be asked: one question per turn of the event loop, so that a burst does not hold up its own answers. */
  readonly turn: () => Promise<void>;
  readonly catalogue: ChatCatalogue | null;
  readonly logger: Logger;
  readonly member: (guild: string, user: string) => Promise<RawMember>;
  readonly whisper: (
    subject: string,
    where: Where,
    message: NonNullable<ChatReply['whisper']>,
  ) => Promise<void>;
}

type Parts = InteractionParts & Pick<AnswerParts, 'isLive'>;

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

/** Who did it, and where as far as it is known at once. */
export function personOf(
  interaction: APIInteraction,
  guilds: readonly string[],
  placeOf: (channel: string) => Where,
): { readonly user: ChatUser; readonly where: Where } | null {
  const { member, guild_id: guild } = interaction;
  const person = member?.user ?? interaction.user;
  return person === undefined || guild === undefined
    ? null
    : {
        user: chatUser(guild, person, member, guilds),
        where: placeOf(interaction.channel?.id ?? '0'),
      };
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

type Context = Pick<ChatInput, 'platform' | 'delivery' | 'user' | 'channel' | 'thread' | 'at'>;

/** Who did it and where. In a direct message, where the message came from. */
async function contextOf(
  interaction: APIInteraction,
  parts: Parts,
  message: string | null,
): Promise<Context> {
  const place = message === null ? null : parts.records.place(message);
  const { user, where } =
    place !== null && interaction.user !== undefined
      ? await fromDirect(interaction.user, place, parts)
      : await fromGuild(interaction, parts, message);
  return {
    platform: PLATFORM,
    delivery: interaction.id,
    user,
    ...where,
    at: timeOf(interaction.id),
  };
}

async function fromDirect(
  user: { id: string; username: string },
  place: { guild: string } & Where,
  parts: Parts,
): Promise<{ user: ChatUser; where: Where }> {
  const member = await parts.member(place.guild, user.id).catch((error: unknown) => {
    // Somebody who left the server isn't a member of it; every other failure says nothing of them.
    if (isDiscordError(error, 10007, 10013)) return undefined;
    throw error;
  });
  return {
    user: chatUser(place.guild, user, member, parts.guilds),
    where: { channel: place.channel, thread: place.thread },
  };
}

async function fromGuild(
  interaction: APIInteraction,
  parts: Parts,
  message: string | null,
): Promise<{ user: ChatUser; where: Where }> {
  const { member, guild_id: guild } = interaction;
  const person = member?.user ?? interaction.user;
  if (interaction.channel !== undefined)
    parts.channels.saw({ guild_id: guild, ...interaction.channel } as Parameters<
      Channels['saw']
    >[0]);
  const channel = interaction.channel?.id;
  const where =
    channel === undefined
      ? { channel: '0', thread: null }
      : await whereIs(channel, parts.records, parts.channels);
  const user = chatUser(guild, person ?? { id: '0', username: 'nobody' }, member, parts.guilds);
  return { user, where: message === null ? where : atRoot(where, message, parts.records) };
}

/** Hands the input to the host and gives its reply; what fails inside is said and logged. */
async function giveToHost(
  interaction: APIInteraction,
  input: ChatInput,
  parts: Parts,
): Promise<void> {
  const { id: application } = await parts.application();
  const work = async (): Promise<ChatReply> => {
    try {
      await parts.turn();
      return await parts.inbound(input);
    } catch (error) {
      parts.logger.error(
        { delivery: input.delivery, err: error },
        'What a person did on Discord could not be carried out',
      );
      return { whisper: { kind: 'post', text: FAILED, blocks: [{ type: 'text', text: FAILED }] } };
    }
  };
  const elsewhere: AnswerParts['elsewhere'] = (message) =>
    parts.whisper(input.user.subject, input, message);
  await answerWith({ ...parts, elsewhere }, interaction, application, work);
}

const FAILED =
  'That could not be done just now. Try again; if it stays so, the log of ao says why.';

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

type AnyOption = NonNullable<APIChatInputApplicationCommandInteraction['data']['options']>[number];

/** The innermost subcommand and its options. */
function typedValues(options: readonly AnyOption[]): {
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

async function suggest(
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

async function receivePress(
  interaction: APIMessageComponentInteraction,
  parts: Parts,
): Promise<void> {
  const id = parseCustomId(interaction.data.custom_id);
  const [value = null] = 'values' in interaction.data ? interaction.data.values : [];
  switch (id.type) {
    case 'no':
      await respondTo(parts.api, interaction, {
        type: Response.UpdateMessage,
        data: { content: 'Nothing was done.', embeds: [], components: [] },
      });
      return;
    case 'confirm':
      return ask(interaction, id.action, parts);
    case 'form':
      return showForm(interaction, id.stash, parts);
    case 'yes': {
      const context = await contextOf(interaction, parts, id.message);
      return giveToHost(
        interaction,
        {
          ...context,
          type: 'action',
          action: id.action,
          value: null,
          message: id.message,
          trigger: interaction.id,
        },
        parts,
      );
    }
    case 'action': {
      const context = await contextOf(interaction, parts, interaction.message.id);
      return giveToHost(
        interaction,
        {
          ...context,
          type: 'action',
          action: id.action,
          value,
          message: interaction.message.id,
          trigger: interaction.id,
        },
        parts,
      );
    }
  }
}

/** Discord's buttons ask nothing themselves, so the question is a private message with a yes and a no. */
async function ask(
  interaction: APIMessageComponentInteraction,
  action: string,
  parts: Parts,
): Promise<void> {
  const question = parts.records.confirm(action) ?? { title: 'Are you sure?', text: '', ok: 'Yes' };
  const { body } = renderMessage({
    kind: 'post',
    text: question.title,
    blocks: [
      { type: 'text', text: `**${question.title}**\n${question.text}`.trim() },
      {
        type: 'buttons',
        buttons: [
          { id: yesId(action, interaction.message.id), label: question.ok, style: 'danger' },
          { id: NO_ID, label: 'Cancel', style: 'plain' },
        ],
      },
    ],
  });
  await respondTo(parts.api, interaction, {
    type: Response.ChannelMessageWithSource,
    data: { ...body, flags: body.flags | MessageFlags.Ephemeral },
  });
}

async function showForm(
  interaction: APIMessageComponentInteraction,
  stash: string,
  parts: Parts,
): Promise<void> {
  const form = parts.records.form(stash);
  if (form !== null) {
    parts.records.keepForm(form.id, form);
    await respondTo(parts.api, interaction, { type: Response.Modal, data: modalOf(form) });
    return;
  }
  const { body } = renderMessage({
    kind: 'post',
    text: GONE,
    blocks: [{ type: 'text', text: GONE }],
  });
  await respondTo(parts.api, interaction, {
    type: Response.ChannelMessageWithSource,
    data: { ...body, flags: body.flags | MessageFlags.Ephemeral },
  });
}

const GONE = 'This form is too old. Give the command again.';

async function receiveForm(interaction: APIModalSubmitInteraction, parts: Parts): Promise<void> {
  const context = await contextOf(interaction, parts, interaction.message?.id ?? null);
  await giveToHost(
    interaction,
    {
      ...context,
      type: 'form',
      form: interaction.data.custom_id,
      values: modalValues(interaction.data.components),
    },
    parts,
  );
}
