import { join } from 'node:path';
import type { AgentSessionInfo, LaunchPlan } from '../../../src/slots/agent.ts';
import { rejected } from '../../../src/slots/errors.ts';
import { launchNote } from '../program/deliveries.ts';
import { launchBegins } from '../program/launch.ts';
import type { HostSettings } from './host/settings.ts';
import type { AcpAgentSpec } from './spec.ts';

export const eventsPath = (stateDir: string): string => join(stateDir, 'acp-events.jsonl');
/** One per launch: what was meant for a process that is gone is not for the next one. */
export const inboxPath = (stateDir: string, launch: number): string =>
  join(stateDir, `acp-inbox-${launch}.jsonl`);

export interface LaunchSetting {
  /** Absolute path of the agent. */
  readonly program: string;
  readonly node: string;
  readonly host: string;
  /** Length of the event file. */
  readonly said: number;
}

/** The agent's own command line and environment are in the settings file and in the pane; nothing of the user's is touched. */
export function planLaunch(
  spec: AcpAgentSpec,
  session: AgentSessionInfo,
  launch: { prompt: string | null; resume: boolean },
  setting: LaunchSetting,
): LaunchPlan {
  const permissions = spec.permissions[session.permissions];
  if (permissions === undefined)
    throw rejected(
      'AO_AGENT_NO_MODE',
      `${spec.name} has no permission mode "${session.permissions}".`,
    );
  const resume = launch.resume ? session.agentSession : null;
  const settingsFile = join(session.stateDir, `acp-${session.launch}.json`);
  const settings: HostSettings = {
    name: spec.name,
    argv: [setting.program, ...spec.args(session)],
    cwd: session.cwd,
    resume,
    prompt: launch.prompt,
    rules: session.rules,
    approve: permissions.approve,
    mode: permissions.mode,
    model: session.model,
    chooseModel: session.model !== null && !spec.modelAtStart,
    auth: spec.auth,
    login: spec.login,
    inbox: inboxPath(session.stateDir, session.launch),
    events: eventsPath(session.stateDir),
  };
  const note =
    launch.prompt === null
      ? {}
      : launchNote(session.stateDir, launch.prompt, session.launch, setting.said);
  return {
    // The conversation is named for whoever looks at the process.
    argv: [
      setting.node,
      setting.host,
      settingsFile,
      ...(resume === null ? [] : ['--resume', resume]),
    ],
    env: { ...session.env, ...spec.env(session) },
    files: {
      [settingsFile]: JSON.stringify(settings, null, 2),
      [settings.inbox]: '',
      ...launchBegins(session.stateDir, session.launch, setting.said),
      ...note,
    },
    promptIncluded: launch.prompt !== null,
    agentSession: resume,
    // Whether the agent still has it, it says once it is asked.
    conversationLost: launch.resume && resume === null,
  };
}
