import { PermissionFlagsBits as P } from 'discord.js';

/** Exactly what ao needs, and what for. */
const PERMISSIONS: ReadonlyArray<readonly [name: string, bit: bigint]> = [
  ['View Channels', P.ViewChannel],
  ['Send Messages', P.SendMessages],
  ['Create Public Threads', P.CreatePublicThreads],
  ['Send Messages in Threads', P.SendMessagesInThreads],
  ['Manage Threads', P.ManageThreads],
  ['Embed Links', P.EmbedLinks],
  ['Attach Files', P.AttachFiles],
  ['Read Message History', P.ReadMessageHistory],
  ['Add Reactions', P.AddReactions],
];

/** Only for a forum: its status tags are made by ao. */
const FORUM: readonly [string, bigint] = ['Manage Channels', P.ManageChannels];

const neededFor = (layout: 'threads' | 'forum'): typeof PERMISSIONS =>
  layout === 'forum' ? [...PERMISSIONS, FORUM] : PERMISSIONS;

/** Address that asks an admin of a server to add the bot with these permissions and no others. */
export function inviteUrl(application: string, layout: 'threads' | 'forum'): string {
  const bits = neededFor(layout).reduce((sum, [, bit]) => sum | bit, 0n);
  return `https://discord.com/oauth2/authorize?${new URLSearchParams({ client_id: application, scope: 'bot applications.commands', permissions: String(bits) })}`;
}

interface Overwrite {
  readonly id: string;
  readonly type: number;
  readonly allow: string;
  readonly deny: string;
}

/** Names of permissions that the bot lacks in a channel, by Discord's rules: roles, then the channel's own overwrites. */
export function missingPermissions(facts: {
  readonly layout: 'threads' | 'forum';
  readonly guild: {
    readonly id: string;
    readonly owner_id: string;
    readonly roles: ReadonlyArray<{ readonly id: string; readonly permissions: string }>;
  };
  readonly member: { readonly user: string; readonly roles: readonly string[] };
  readonly overwrites: readonly Overwrite[];
}): readonly string[] {
  const { guild, member, overwrites } = facts;
  const mine = new Set([guild.id, ...member.roles]);
  const base = guild.roles
    .filter((role) => mine.has(role.id))
    .reduce((sum, role) => sum | BigInt(role.permissions), 0n);
  if (member.user === guild.owner_id || (base & P.Administrator) !== 0n) return [];
  const merged = (some: readonly Overwrite[]): Pick<Overwrite, 'allow' | 'deny'> => ({
    allow: String(some.reduce((sum, each) => sum | BigInt(each.allow), 0n)),
    deny: String(some.reduce((sum, each) => sum | BigInt(each.deny), 0n)),
  });
  const steps = [
    overwrites.filter((each) => each.id === guild.id),
    overwrites.filter((each) => each.id !== guild.id && mine.has(each.id)),
    overwrites.filter((each) => each.id === member.user),
  ].map(merged);
  const has = steps.reduce((bits, step) => (bits & ~BigInt(step.deny)) | BigInt(step.allow), base);
  return neededFor(facts.layout)
    .filter(([, bit]) => (has & bit) === 0n)
    .map(([name]) => name);
}
