/** Every Web API method and event the plugin uses, with the scopes it needs. The manifest is checked against this table. */

/** A call not in this table can't be made: `SlackApi.call` takes no other names. */
export const CALLS = {
  'agents.sessions.setStatus': ['chat:write'],
  'auth.test': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'reactions.add': ['reactions:write'],
  'reactions.remove': ['reactions:write'],
  'usergroups.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Method = keyof typeof CALLS;

/** Events the plugin listens to, with the scopes that let Slack send them. */
export const EVENTS = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  subteam_members_changed: ['usergroups:read'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Sent only to apps that are declared as agents (`features.agent_view`), which not every workspace takes. */
export const AGENT_EVENTS = { agent_session_stopped: ['assistant:write'] } as const;

/** Besides calls and events: slash command and shortcut, and posting to a person's direct messages. */
const OTHER = ['commands', 'im:history'] as const;

/** All bot scopes, sorted. */
export function neededScopes(): readonly string[] {
  return [
    ...new Set<string>([...Object.values(CALLS).flat(), ...Object.values(EVENTS).flat(), ...OTHER]),
  ].sort();
}

export const SHORTCUT = 'spawn_from_message';
