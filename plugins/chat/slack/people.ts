import type { Clock } from '../../../src/lib/clock.ts';
import type { ChatUser } from '../../../src/slots/chat.ts';
import type { KeyValue, Logger } from '../../../src/slots/context.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import type { SlackApi } from './api.ts';
import type { Identity } from './identity.ts';
import { Lru } from './lru.ts';

const KEEP = 10 * 60_000;
/** An answer of Slack's that could not be had again counts for this long, ms; after that it is not known. */
const STALE = 60 * 60_000;

/** Of the groups, in the plugin's durable values. */
const GROUPS = 'people:groups';

export interface People {
  /**
   * Who this is, for the access policy. `team` is what the delivery says; null when it does not. Throws (transient) when Slack
   * can't say right now: what is not known is not a no.
   */
  user(id: string, team: string | null, channel: string): Promise<ChatUser>;
  /** Name for texts; the id when it is not known. */
  nameOf(id: string): string;
  forgetGroups(): void;
}

interface SlackUser {
  readonly id: string;
  readonly team_id?: string;
  readonly name?: string;
  readonly is_bot?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly deleted?: boolean;
  readonly profile?: { readonly display_name?: string; readonly real_name?: string };
  readonly enterprise_user?: { readonly teams?: readonly string[] };
}

interface UserGroup {
  readonly id: string;
  readonly users?: readonly string[];
}

export function createPeople(parts: {
  api: SlackApi;
  clock: Clock;
  logger: Logger;
  /** Keeps the groups over a restart. */
  kv: KeyValue;
  identity: () => Promise<Identity>;
}): People {
  const { api, clock, logger, identity, kv } = parts;
  const users = createLookup<SlackUser>(parts, 2_000, async (id) => {
    const { user } = (await api.call('read', 'users.info', { user: id })) as unknown as {
      user: SlackUser;
    };
    return user;
  });
  const shared = createLookup<boolean>(parts, 500, async (channel) => {
    const told = (await api
      .call('read', 'conversations.info', { channel })
      .catch((error: unknown) => unreadable(error))) as {
      channel?: { is_ext_shared?: boolean; is_pending_ext_shared?: boolean };
    };
    return told.channel?.is_ext_shared === true || told.channel?.is_pending_ext_shared === true;
  });
  const groups = createLookup<Readonly<Record<string, readonly string[]>>>(parts, 1, async () => {
    const told = (await api
      .call('read', 'usergroups.list', { include_users: true })
      .catch((error: unknown) => refusedFor(error, logger))) as {
      usergroups?: readonly UserGroup[];
    };
    const of: Record<string, string[]> = {};
    for (const group of told.usergroups ?? [])
      for (const user of group.users ?? []) of[user] = [...(of[user] ?? []), group.id];
    kv.set(GROUPS, { value: of, at: clock.now() });
    return of;
  });
  const kept = kv.get(GROUPS) as Known<Readonly<Record<string, readonly string[]>>> | undefined;
  if (kept !== undefined) groups.put('', kept);

  /** Channels shared with other organizations: nobody may do anything from there. Direct messages are not shared. */
  const isShared = async (channel: string): Promise<boolean> =>
    /^[CG]/.test(channel) && (await shared.get(channel));

  return {
    async user(id, team, channel) {
      const { teamId } = await identity();
      const [user, allGroups, foreign] = await Promise.all([
        users.get(id),
        groups.get(''),
        isShared(channel),
      ]);
      const inGroups = allGroups[id] ?? [];
      const homes = [user.team_id ?? teamId, ...(user.enterprise_user?.teams ?? [])];
      const guest =
        user.is_restricted === true ||
        user.is_ultra_restricted === true ||
        user.is_stranger === true ||
        user.deleted === true;
      const outsider =
        guest ||
        !homes.includes(teamId) ||
        (team !== null && team !== teamId && !homes.includes(team));
      const home = homes.includes(teamId) ? teamId : (homes[0] ?? teamId);
      return {
        subject: `slack:${home}:${id}`,
        name: displayName(user),
        groups: inGroups.map((group) => `slack:${teamId}:${group}`),
        external: outsider || foreign,
        ...(foreign && !outsider ? { inSharedChannel: true } : {}),
        bot: user.is_bot === true,
      };
    },
    nameOf(id) {
      const known = users.known(id);
      return known === undefined ? id : displayName(known);
    },
    forgetGroups() {
      groups.expire('');
    },
  };
}

const displayName = (user: SlackUser): string =>
  [user.profile?.display_name, user.name, user.profile?.real_name].find(
    (name) => name !== undefined && name !== '',
  ) ?? user.id;

/** A channel ao can't look into (a slash command works everywhere) isn't known to be shared; other failures are not swallowed. */
function unreadable(error: unknown): object {
  if (error instanceof PluginError && error.kind === 'not_found') return {};
  throw error;
}

/** An app without the scope has no groups to tell of, which doctor says; every other failure is not an answer. */
function refusedFor(error: unknown, logger: Logger): object {
  if (!(error instanceof PluginError) || error.kind !== 'rejected') throw error;
  logger.warn({ err: error }, 'Slack user groups could not be read');
  return {};
}

interface Known<T> {
  readonly value: T;
  readonly at: number;
}

/** The last answer is asked for again after a while, and counts for longer where none can be had. One question at a time for each. */
function createLookup<T>(
  { clock, logger }: { clock: Clock; logger: Logger },
  size: number,
  ask: (id: string) => Promise<T>,
): {
  get(id: string): Promise<T>;
  known(id: string): T | undefined;
  put(id: string, known: Known<T>): void;
  expire(id: string): void;
} {
  const answers = new Lru<Known<T>>(size);
  const expired = new Set<string>();
  const asking = new Map<string, Promise<T>>();
  const lookUp = async (id: string): Promise<T> => {
    const known = answers.get(id);
    try {
      const value = await ask(id);
      answers.set(id, { value, at: clock.now() });
      expired.delete(id);
      return value;
    } catch (error) {
      if (known === undefined || clock.now() - known.at >= STALE || !isTransient(error))
        throw error;
      logger.warn({ err: error }, "Slack can't say it again; its last answer counts");
      return known.value;
    }
  };
  return {
    known: (id) => answers.get(id)?.value,
    put: (id, known) => answers.set(id, known),
    expire: (id) => void expired.add(id),
    get(id) {
      const known = answers.get(id);
      if (known !== undefined && clock.now() - known.at < KEEP && !expired.has(id))
        return Promise.resolve(known.value);
      const under = asking.get(id);
      if (under !== undefined) return under;
      const asked = lookUp(id).finally(() => asking.delete(id));
      asking.set(id, asked);
      return asked;
    },
  };
}

const isTransient = (error: unknown): boolean =>
  error instanceof PluginError && error.kind === 'transient';
