import type { DoctorFinding } from '../../../src/slots/context.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import type { SlackApi } from './api.ts';
import { neededScopes } from './calls.ts';
import type { SlackConfig } from './config.ts';
import type { ConnectionState } from './connection.ts';
import type { Identity } from './identity.ts';

export interface DoctorParts {
  readonly config: SlackConfig;
  readonly api: SlackApi;
  readonly now: number;
  readonly state: ConnectionState;
  readonly problems: readonly Problem[];
  identify(): Promise<Identity>;
  /** Proves the app token; used while there is no connection. */
  tryAppToken(): Promise<void>;
}

/** A permanent refusal, as it was last met. */
export interface Problem {
  readonly what: string;
  readonly at: number;
}

const ok = (what: string): DoctorFinding => ({ level: 'ok', what, fix: null });
const warning = (what: string, fix: string): DoctorFinding => ({ level: 'warning', what, fix });
const bad = (what: string, fix: string): DoctorFinding => ({ level: 'error', what, fix });

const APPS = 'api.slack.com/apps > your app';

export async function examineSlack(parts: DoctorParts): Promise<readonly DoctorFinding[]> {
  let identity: Identity;
  try {
    identity = await parts.identify();
  } catch (error) {
    return [
      refused(
        'bot token',
        error,
        `${APPS} > OAuth & Permissions > Bot User OAuth Token, into SLACK_BOT_TOKEN of .env`,
      ),
    ];
  }
  return [
    ok(`Bot token: ${identity.team} (${identity.teamId}).`),
    ...scopes(identity),
    ...(await connection(parts)),
    ...(await channel(parts)),
    ...past(parts),
  ];
}

function refused(what: string, error: unknown, where: string): DoctorFinding {
  const told = error instanceof PluginError ? error : null;
  const words = told?.message ?? String(error);
  return told !== null && told.kind === 'transient'
    ? warning(
        `The ${what} could not be checked: ${words}`,
        'Check the network; ao tries again by itself.',
      )
    : bad(`The ${what} does not work: ${words}`, where);
}

function scopes(identity: Identity): readonly DoctorFinding[] {
  if (identity.scopes.length === 0) return [];
  const missing = neededScopes().filter((scope) => !identity.scopes.includes(scope));
  if (missing.length === 0) return [ok(`Scopes: all ${neededScopes().length}.`)];
  return [
    bad(
      `Scopes missing: ${missing.join(', ')}.`,
      `${APPS} > App Manifest: paste  ao slack manifest,  save, then Install App > Reinstall, and put the new token into .env`,
    ),
  ];
}

async function connection(parts: DoctorParts): Promise<readonly DoctorFinding[]> {
  const { state, config } = parts;
  if (state.type === 'connected')
    return [ok(config.mode === 'socket' ? 'Socket Mode: connected.' : 'HTTP receiver: listening.')];
  if (state.type === 'down')
    return [
      warning(`Not connected: ${state.reason}`, 'Check the network; ao tries again by itself.'),
    ];
  if (state.type === 'refused') return [bad(`Not connected: ${state.reason}`, APP_TOKEN)];
  if (config.mode === 'http') return [];
  try {
    await parts.tryAppToken();
    return [ok('App token: valid for Socket Mode.')];
  } catch (error) {
    return [refused('app token', error, APP_TOKEN)];
  }
}

const APP_TOKEN = `${APPS} > Basic Information > App-Level Tokens (scope connections:write), into SLACK_APP_TOKEN of .env; and Socket Mode switched on`;

async function channel(parts: DoctorParts): Promise<readonly DoctorFinding[]> {
  const id = parts.config.channel;
  if (id === undefined) return [];
  try {
    const { channel: info } = (await parts.api.call('read', 'conversations.info', {
      channel: id,
    })) as {
      channel?: {
        name?: string;
        is_member?: boolean;
        is_archived?: boolean;
        is_ext_shared?: boolean;
      };
    };
    const name = info?.name === undefined ? id : `#${info.name}`;
    if (info?.is_archived === true)
      return [
        bad(
          `Channel ${name} is archived.`,
          'Unarchive it, or set chat.slack.channel to another one.',
        ),
      ];
    if (info?.is_ext_shared === true)
      return [
        bad(
          `Channel ${name} is shared with another organization, and ao takes no commands there.`,
          'Set chat.slack.channel to a channel of your own.',
        ),
      ];
    if (info?.is_member !== true)
      return [bad(`ao is not in channel ${name}.`, `Say  /invite @ao  in ${name}`)];
    return [ok(`Channel ${name}: ao is a member.`)];
  } catch (error) {
    return [
      refused(
        `channel ${id}`,
        error,
        `Check chat.slack.channel: the id is at the end of the channel's link (C…); in private channels say  /invite @ao`,
      ),
    ];
  }
}

function past(parts: DoctorParts): readonly DoctorFinding[] {
  const waits = parts.api
    .limits()
    .map(({ what, until }) =>
      warning(
        `Slack limits ${what} for ${Math.ceil((until - parts.now) / 1000)} s more.`,
        'Nothing to do; it continues by itself.',
      ),
    );
  const recent = parts.problems
    .filter((problem) => parts.now - problem.at < 86_400_000)
    .map((problem) =>
      warning(
        `${problem.what} (${new Date(problem.at).toISOString()})`,
        'Put it right; what was not posted is in the web chat.',
      ),
    );
  return [...waits, ...recent];
}
