/** What a Discord server holds, as its API shows it. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly discriminator: string;
  readonly global_name: string | null;
  readonly avatar: null;
  readonly bot: boolean;
  readonly system: false;
  readonly public_flags: 0;
  readonly flags: 0;
  readonly primary_guild: null;
}

export interface Channel {
  readonly id: string;
  readonly type: number;
  name: string;
  guild_id?: string;
  parent_id: string | null;
  last_message_id: string | null;
  available_tags?: {
    id: string;
    name: string;
    moderated: boolean;
    emoji_id: null;
    emoji_name: null;
  }[];
  applied_tags?: string[];
  owner_id?: string;
  thread_metadata?: {
    archived: boolean;
    locked: boolean;
    auto_archive_duration: number;
    archive_timestamp: string;
    create_timestamp: string;
  };
  recipients?: User[];
  [more: string]: unknown;
}

export interface Message {
  id: string;
  readonly channel_id: string;
  readonly type: number;
  content: string;
  readonly author: User;
  readonly timestamp: string;
  edited_timestamp: string | null;
  readonly mentions: readonly User[];
  attachments: readonly {
    id: string;
    filename: string;
    size: number;
    url: string;
    proxy_url: string;
    content_type: string;
  }[];
  embeds: readonly Record<string, unknown>[];
  components: readonly Record<string, unknown>[];
  flags: number;
  nonce?: string;
  thread?: Channel;
  [more: string]: unknown;
}

const EPOCH = 1_420_070_400_000;

/** Ids that sort by time, as Discord's do. */
export function createIds(): () => string {
  let count = 0;
  let last = 0;
  return () => {
    const now = Date.now();
    count = now === last ? count + 1 : 0;
    last = Math.max(now, last);
    return String((BigInt(last - EPOCH) << 22n) | BigInt(count));
  };
}

export const isoNow = (): string => new Date().toISOString().replace('Z', '000+00:00');

export const makeUser = (id: string, username: string, bot = false): User => ({
  id,
  username,
  discriminator: bot ? '0001' : '0',
  global_name: bot ? null : username,
  avatar: null,
  bot,
  system: false,
  public_flags: 0,
  flags: 0,
  primary_guild: null,
});

export const INTENTS = {
  guilds: 1,
  messages: 1 << 9,
  reactions: 1 << 10,
  content: 1 << 15,
} as const;
export const EPHEMERAL = 64;
export const LOADING = 128;
