import type { APIInteraction } from 'discord.js';
import type { ChatInput, ChatReply, ChatUser, Inbound } from '../../../../src/slots/chat.ts';
import type { ChatCatalogue } from '../../../../src/slots/chat-catalogue.ts';
import type { Logger } from '../../../../src/slots/plugin.ts';
import type { Application } from '../application.ts';
import type { Channels } from '../channels.ts';
import { isDiscordError } from '../errors.ts';
import { chatUser, PLATFORM, type RawMember, timeOf } from '../ids.ts';
import { type AnswerParts, answerWith } from './answer.ts';
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

export type Parts = InteractionParts & Pick<AnswerParts, 'isLive'>;

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

type Context = Pick<ChatInput, 'platform' | 'delivery' | 'user' | 'channel' | 'thread' | 'at'>;

/** Who did it and where. In a direct message, where the message came from. */
export async function contextOf(
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
export async function giveToHost(
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
