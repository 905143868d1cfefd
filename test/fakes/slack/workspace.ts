import type { Json } from './block-kit.ts';

export interface FakeUser {
  readonly id: string;
  readonly name: string;
  readonly team: string;
  readonly guest?: boolean;
  readonly bot?: boolean;
}

export interface FakeFile {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  content: Buffer;
  /** Where Slack says it lies; without it here. */
  url?: string;
}

export interface FakeMessage {
  readonly ts: string;
  readonly channel: string;
  readonly thread_ts?: string;
  readonly user: string;
  readonly bot_id?: string;
  text: string;
  blocks: Json[];
  metadata?: { readonly event_type: string; readonly event_payload: Json };
  reactions: { readonly name: string; readonly users: string[] }[];
  files: FakeFile[];
  /** How often ao changed it. */
  edits: number;
  deleted: boolean;
  /** Set: only this user sees it. */
  readonly ephemeralFor?: string;
}

export interface FakeChannel {
  readonly id: string;
  readonly name: string;
  readonly members: Set<string>;
  archived: boolean;
  shared: boolean;
  readonly private: boolean;
}

export const TEAM = 'T024BE7LD';
export const BOT_USER = 'U0AOBOT000';
export const BOT = 'B0AOBOT000';

/** A workspace as Slack keeps it: people, channels, messages, forms on people's screens. */
export interface Workspace {
  readonly users: Map<string, FakeUser>;
  readonly channels: Map<string, FakeChannel>;
  readonly groups: Map<
    string,
    { readonly id: string; readonly handle: string; readonly users: string[] }
  >;
  readonly messages: FakeMessage[];
  readonly files: Map<string, FakeFile>;
  /** Newest form on a person's screen. */
  readonly forms: Map<string, Json>;
  readonly homes: Map<string, Json>;
  readonly statuses: {
    readonly channel: string;
    readonly thread: string;
    readonly status: string;
    readonly title: string | null;
  }[];
  nextTs(): string;
  nextId(prefix: string): string;
  add(
    message: Omit<FakeMessage, 'reactions' | 'files' | 'edits' | 'deleted' | 'blocks'> & {
      blocks?: Json[];
      files?: FakeFile[];
    },
  ): FakeMessage;
  find(channel: string, ts: string): FakeMessage | null;
  directChannel(user: string): FakeChannel;
}

export function createWorkspace(): Workspace {
  let last = 0;
  let ids = 0;
  const users = new Map<string, FakeUser>(
    [
      { id: BOT_USER, name: 'ao', team: TEAM, bot: true },
      { id: 'U0DANA00', name: 'dana', team: TEAM },
      { id: 'U0LEE000', name: 'lee', team: TEAM },
      { id: 'U0GUEST0', name: 'gus', team: TEAM, guest: true },
      { id: 'U0OTHER0', name: 'olga', team: 'T0FOREIGN' },
      { id: 'U0ROBOT0', name: 'buildbot', team: TEAM, bot: true },
    ].map((user) => [user.id, user]),
  );
  const channels = new Map<string, FakeChannel>();
  const messages: FakeMessage[] = [];
  const channel = (id: string, name: string, members: readonly string[]): FakeChannel => {
    const made: FakeChannel = {
      id,
      name,
      members: new Set(members),
      archived: false,
      shared: false,
      private: false,
    };
    channels.set(id, made);
    return made;
  };
  channel('C0DEV000', 'dev', [
    BOT_USER,
    'U0DANA00',
    'U0LEE000',
    'U0GUEST0',
    'U0OTHER0',
    'U0ROBOT0',
  ]);
  channel('C0OTHER0', 'other', [BOT_USER, 'U0DANA00', 'U0LEE000']);
  channel('C0NOBOT0', 'without-ao', ['U0DANA00']);
  const workspace: Workspace = {
    users,
    channels,
    groups: new Map(),
    messages,
    files: new Map(),
    forms: new Map(),
    homes: new Map(),
    statuses: [],
    nextTs() {
      last = Math.max(last + 1, Date.now() * 1000);
      return `${Math.floor(last / 1_000_000)}.${String(last % 1_000_000).padStart(6, '0')}`;
    },
    nextId(prefix) {
      ids += 1;
      return `${prefix}${String(ids).padStart(8, '0')}`;
    },
    add(message) {
      const added: FakeMessage = {
        blocks: [],
        files: [],
        ...message,
        reactions: [],
        edits: 0,
        deleted: false,
      };
      messages.push(added);
      return added;
    },
    find: (id, ts) =>
      messages.find(
        (message) =>
          message.channel === id &&
          message.ts === ts &&
          !message.deleted &&
          message.ephemeralFor === undefined,
      ) ?? null,
    directChannel(user) {
      const id = `D${user.slice(1)}`;
      return channels.get(id) ?? channel(id, `dm-${user}`, [BOT_USER, user]);
    },
  };
  return workspace;
}
