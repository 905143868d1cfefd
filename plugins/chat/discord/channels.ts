import { type APIChannel, ChannelType, Routes } from 'discord.js';
import { type Api, mustBeId } from './api.ts';

/** What the plugin needs to know of a channel; asked once, then kept until Discord says it changed. */
export interface ChannelFacts {
  readonly id: string;
  readonly guild: string | null;
  readonly kind: 'text' | 'forum' | 'thread' | 'other';
  readonly parent: string | null;
  readonly tags: ReadonlyArray<{ readonly id: string; readonly name: string }>;
}

export interface Channels {
  facts(id: string): Promise<ChannelFacts>;
  /** From the gateway: a channel or thread as it is now. */
  saw(channel: RawChannel): void;
  gone(id: string): void;
}

export interface RawChannel {
  readonly id: string;
  readonly type: ChannelType;
  readonly guild_id?: string | undefined;
  readonly parent_id?: string | null | undefined;
  readonly available_tags?:
    | ReadonlyArray<{ readonly id: string; readonly name: string }>
    | undefined;
}

const KINDS: Readonly<Partial<Record<ChannelType, ChannelFacts['kind']>>> = {
  [ChannelType.GuildText]: 'text',
  [ChannelType.GuildAnnouncement]: 'text',
  [ChannelType.GuildForum]: 'forum',
  [ChannelType.PublicThread]: 'thread',
  [ChannelType.PrivateThread]: 'thread',
  [ChannelType.AnnouncementThread]: 'thread',
};

export function createChannels(api: Api): Channels {
  const known = new Map<string, ChannelFacts>();
  const keep = (channel: RawChannel): ChannelFacts => {
    const facts: ChannelFacts = {
      id: channel.id,
      guild: channel.guild_id ?? null,
      kind: KINDS[channel.type] ?? 'other',
      parent: channel.parent_id ?? null,
      tags: channel.available_tags ?? [],
    };
    known.set(channel.id, facts);
    return facts;
  };
  return {
    async facts(id) {
      return (
        known.get(id) ??
        keep((await api.get<APIChannel>(Routes.channel(mustBeId(id, 'channel')))) as RawChannel)
      );
    },
    saw: (channel) => void keep(channel),
    gone: (id) => void known.delete(id),
  };
}
