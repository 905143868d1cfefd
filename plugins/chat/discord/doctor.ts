import { type APIGuild, type APIGuildMember, type APITextChannel, Routes } from 'discord.js';
import type { DoctorFinding } from '../../../src/slots/context.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import type { Api } from './api.ts';
import { type Application, readApplication } from './application.ts';
import { createChannels, type RawChannel } from './channels.ts';
import type { DiscordConfig } from './config.ts';
import type { Gateway } from './gateway.ts';
import { inviteUrl, missingPermissions } from './permissions.ts';

const ok = (what: string): DoctorFinding => ({ level: 'ok', what, fix: null });
const warn = (what: string, fix: string): DoctorFinding => ({ level: 'warning', what, fix });
const bad = (what: string, fix: string): DoctorFinding => ({ level: 'error', what, fix });

const INTENT_MISSING =
  'The message content intent is off: replies in threads, !verb and edits are not read; /ao, buttons, forms and mentions work.';
const INTENT_FIX =
  'Turn it on in the Developer Portal (Bot > Privileged Gateway Intents > Message Content Intent) and restart ao.';

interface Subject {
  readonly config: DiscordConfig;
  readonly api: Api;
  readonly gateway: Gateway;
  /** Why the commands could not be registered; null: they were, or it wasn't tried. */
  readonly registration: () => string | null;
}

/** Asks Discord; works without a connection to the gateway. */
export async function examine(subject: Subject): Promise<readonly DoctorFinding[]> {
  const { config, api, gateway } = subject;
  const state = gateway.state();
  const connection =
    state.type === 'down'
      ? [
          bad(
            `Not connected: ${state.why}`,
            state.final
              ? 'ao does not try again before it is restarted.'
              : 'ao keeps trying; nothing is lost meanwhile.',
          ),
        ]
      : [];
  let me: Application;
  try {
    me = await readApplication(api);
  } catch (error) {
    return [
      ...connection,
      bad(
        reason(error),
        error instanceof PluginError && error.kind === 'auth'
          ? 'ao init discord sets it up again.'
          : 'Check the network, or discordstatus.com.',
      ),
    ];
  }
  const unregistered = subject.registration();
  return [
    ok(`The token is that of ${me.name}.`),
    ok(
      `Address that invites ${me.name} with exactly the permissions it needs: ${inviteUrl(me.id, config.layout)}`,
    ),
    ...connection,
    me.messageContent ? ok('The message content intent is on.') : warn(INTENT_MISSING, INTENT_FIX),
    ...(
      await Promise.all(config.guilds.map((guild) => examineGuild(api, guild, me, config)))
    ).flat(),
    ...(config.channel === undefined ? [] : await examineChannel(api, config.channel, me, config)),
    ...(unregistered === null
      ? []
      : [bad(`The commands are not registered: ${unregistered}`, 'Try  ao discord register')]),
  ];
}

async function examineGuild(
  api: Api,
  guild: string,
  me: Application,
  config: DiscordConfig,
): Promise<readonly DoctorFinding[]> {
  try {
    const { name } = await api.get<APIGuild>(Routes.guild(guild));
    return [ok(`ao is in the server ${name}.`)];
  } catch (error) {
    return [
      bad(`Server ${guild}: ${reason(error)}`, `Add ao to it: ${inviteUrl(me.id, config.layout)}`),
    ];
  }
}

async function examineChannel(
  api: Api,
  id: string,
  me: Application,
  config: Pick<DiscordConfig, 'layout'>,
): Promise<readonly DoctorFinding[]> {
  try {
    const channel = await api.get<APITextChannel>(Routes.channel(id));
    const seen = createChannels(api);
    seen.saw(channel as unknown as RawChannel);
    const { kind, guild: guildId } = await seen.facts(id);
    const wanted = config.layout === 'forum' ? 'forum' : 'text';
    if (guildId === null || kind !== wanted)
      return [
        bad(
          `Channel ${channel.name ?? id} is no ${wanted} channel.`,
          `Choose another channel, or set chat.discord.layout to ${kind === 'forum' ? 'forum' : 'threads'}.`,
        ),
      ];
    const [guild, member] = await Promise.all([
      api.get<APIGuild>(Routes.guild(guildId)),
      api.get<APIGuildMember>(Routes.guildMember(guildId, me.user)),
    ]);
    const missing = missingPermissions({
      layout: config.layout,
      guild,
      member: { user: me.user, roles: member.roles },
      overwrites: channel.permission_overwrites ?? [],
    });
    if (missing.length > 0)
      return [
        bad(
          `In #${channel.name} ao lacks: ${missing.join(', ')}.`,
          `Invite it again: ${inviteUrl(me.id, config.layout)}`,
        ),
      ];
    return [ok(`ao has all permissions in #${channel.name}.`)];
  } catch (error) {
    return [
      bad(
        `Channel ${id}: ${reason(error)}`,
        'Check chat.discord.channel, and that ao may see the channel.',
      ),
    ];
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
