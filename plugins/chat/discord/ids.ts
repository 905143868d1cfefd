import { createHash } from 'node:crypto';
import type { ChatUser } from '../../../src/slots/chat.ts';

export const PLATFORM = 'discord';

export const subjectOf = (guild: string, user: string): string => `${PLATFORM}:${guild}:${user}`;

/** The user id of `discord:<guild>:<user>`; null for people of other platforms. */
export function userOf(subject: string): { readonly guild: string; readonly user: string } | null {
  const [platform, guild, user] = subject.split(':');
  return platform === PLATFORM && guild !== undefined && user !== undefined
    ? { guild, user }
    : null;
}

/** Same key, same nonce: Discord gives the first message back instead of making a second one. At most 25 characters. */
export const nonceOf = (key: string): string =>
  createHash('sha256').update(key).digest('base64url').slice(0, 24);

/** Milliseconds since 1970 at which Discord made an id. */
export const timeOf = (id: string): number => Number((BigInt(id) >> 22n) + 1_420_070_400_000n);

/** The same with the order of ids made within one millisecond. */
export const orderOf = (id: string): number =>
  timeOf(id) + Number(BigInt(id) & 0x3f_ff_ffn) / 0x40_00_00;

/** The smallest id Discord can have made at that time. */
export const idAt = (at: number): string =>
  String(BigInt(Math.max(0, Math.floor(at) - 1_420_070_400_000)) << 22n);

export const isNewer = (a: string, b: string): boolean => BigInt(a) > BigInt(b);

export interface RawMember {
  readonly roles: readonly string[];
  readonly nick?: string | null;
}
export interface RawUser {
  readonly id: string;
  readonly username: string;
  readonly global_name?: string | null;
  readonly bot?: boolean;
}

/** A person as ao's policy sees one. Without a member record, or from a server that is not ours, an outsider. */
export function chatUser(
  guild: string | undefined,
  user: RawUser,
  member: RawMember | undefined,
  guilds: readonly string[],
): ChatUser {
  const external = guild === undefined || member === undefined || !guilds.includes(guild);
  return {
    subject: subjectOf(guild ?? '0', user.id),
    name: member?.nick ?? user.global_name ?? user.username,
    groups: external ? [] : member.roles.map((role) => `${PLATFORM}:${guild}:${role}`),
    external,
    bot: user.bot === true,
  };
}
