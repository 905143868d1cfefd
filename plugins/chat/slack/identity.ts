import type { SlackApi } from './api.ts';

/** Who ao is in the workspace. */
export interface Identity {
  readonly teamId: string;
  readonly team: string;
  readonly botUserId: string;
  readonly botId: string;
  /** `https://acme.slack.com/` */
  readonly url: string;
  /** Scopes of the bot token; empty when Slack does not tell. */
  readonly scopes: readonly string[];
}

export async function identify(api: SlackApi): Promise<Identity> {
  const told = (await api.call('read', 'auth.test', {})) as { team_id: string; team?: string; user_id: string; bot_id: string; url?: string; response_metadata?: { scopes?: readonly string[] } };
  return { teamId: told.team_id, team: told.team ?? told.team_id, botUserId: told.user_id, botId: told.bot_id, url: told.url ?? '', scopes: told.response_metadata?.scopes ?? [] };
}
