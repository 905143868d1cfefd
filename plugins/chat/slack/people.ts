import type { Clock } from '../../../src/lib/clock.ts';
import type { ChatUser } from '../../../src/slots/chat.ts';
import type { Logger } from '../../../src/slots/context.ts';
import type { SlackApi } from './api.ts';
import type { Identity } from './identity.ts';
import { Lru } from './lru.ts';

const KEEP = 10 * 60_000;
/** User groups that could not be read for this long count for nothing: access fails closed. */
const STALE = 60 * 60_000;

export interface People {
  /** Who this is, for the access policy. `team` is what the delivery says; null when it does not. */
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
  identity: () => Identity;
}): People {
  const { api, clock, logger, identity } = parts;
  const users = new Lru<{ readonly user: SlackUser; readonly at: number }>(2_000);
  const shared = new Lru<{ readonly shared: boolean; readonly at: number }>(500);
  let groups: { readonly of: ReadonlyMap<string, readonly string[]>; readonly at: number } | null =
    null;
  let reading: Promise<void> | null = null;

  const userOf = async (id: string): Promise<SlackUser> => {
    const known = users.get(id);
    if (known !== undefined && clock.now() - known.at < KEEP) return known.user;
    const { user } = (await api.call('read', 'users.info', { user: id })) as unknown as {
      user: SlackUser;
    };
    users.set(id, { user, at: clock.now() });
    return user;
  };

  const readGroups = async (): Promise<void> => {
    const { usergroups } = (await api.call('read', 'usergroups.list', { include_users: true })) as {
      usergroups?: readonly UserGroup[];
    };
    const of = new Map<string, string[]>();
    for (const group of usergroups ?? [])
      for (const user of group.users ?? []) of.set(user, [...(of.get(user) ?? []), group.id]);
    groups = { of, at: clock.now() };
  };

  const groupsOf = async (id: string): Promise<readonly string[]> => {
    if (groups === null || clock.now() - groups.at >= KEEP) {
      reading ??= readGroups()
        .catch((error: unknown) =>
          logger.warn({ err: error }, 'Slack user groups could not be read'),
        )
        .finally(() => {
          reading = null;
        });
      await reading;
    }
    return groups !== null && clock.now() - groups.at < STALE ? (groups.of.get(id) ?? []) : [];
  };

  /** Channels shared with other organizations: nobody may do anything from there. Direct messages are not shared. */
  const isShared = async (channel: string): Promise<boolean> => {
    if (!/^[CG]/.test(channel)) return false;
    const known = shared.get(channel);
    if (known !== undefined && clock.now() - known.at < KEEP) return known.shared;
    const told = (await api.call('read', 'conversations.info', { channel })) as {
      channel?: { is_ext_shared?: boolean; is_pending_ext_shared?: boolean };
    };
    const is = told.channel?.is_ext_shared === true || told.channel?.is_pending_ext_shared === true;
    shared.set(channel, { shared: is, at: clock.now() });
    return is;
  };

  return {
    async user(id, team, channel) {
      const { teamId } = identity();
      const [user, inGroups, foreign] = await Promise.all([
        userOf(id),
        groupsOf(id),
        isShared(channel).catch((error: unknown) => isUnreadable(error)),
      ]);
      const homes = [user.team_id ?? teamId, ...(user.enterprise_user?.teams ?? [])];
      const guest =
        user.is_restricted === true ||
        user.is_ultra_restricted === true ||
        user.is_stranger === true ||
        user.deleted === true;
      const external =
        foreign ||
        guest ||
        !homes.includes(teamId) ||
        (team !== null && team !== teamId && !homes.includes(team));
      const home = homes.includes(teamId) ? teamId : (homes[0] ?? teamId);
      return {
        subject: `slack:${home}:${id}`,
        name: displayName(user),
        groups: inGroups.map((group) => `slack:${teamId}:${group}`),
        external,
        bot: user.is_bot === true,
      };
    },
    nameOf(id) {
      const known = users.get(id);
      return known === undefined ? id : displayName(known.user);
    },
    forgetGroups() {
      groups = null;
    },
  };
}

const displayName = (user: SlackUser): string =>
  [user.profile?.display_name, user.name, user.profile?.real_name].find(
    (name) => name !== undefined && name !== '',
  ) ?? user.id;

/** A channel ao can't look into (a slash command works everywhere) is none that is known to be shared; other failures are not swallowed. */
function isUnreadable(error: unknown): false {
  if (error instanceof Error && 'kind' in error && error.kind === 'not_found') return false;
  throw error;
}
