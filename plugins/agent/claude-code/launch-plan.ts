import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { PermissionMode } from '../../../src/domain/session/session.ts';
import type { Millis } from '../../../src/domain/session/time.ts';
import { untold } from '../../../src/lib/guarded/problem.ts';
import type { AgentSessionInfo, LaunchPlan } from '../../../src/slots/agent.ts';
import { configDirOf, findTranscript, holdsMessages } from './config-dir.ts';
import { disarm } from './prompt-text.ts';
import { type LaunchRecord, launchRecordPath, readLaunchRecord } from './side-state.ts';

/** Longer prompts are pasted once the program is ready: an argument has a limit, and terminals have smaller ones. */
const LONGEST_ARGUMENT = 8000;
/** Seconds. A person may take days; when it ends without an answer the dialog in the terminal remains. */
const DECISION_TIMEOUT = 20 * 24 * 3600;
const REPORT_TIMEOUT = 5;

export interface LaunchSetting {
  readonly program: string;
  readonly configDir: string | null;
  /** Environment the program will have besides the plan's own. */
  readonly baseEnv: Readonly<Record<string, string>>;
  readonly root: boolean;
  readonly now: Millis;
}

/** Argv, env and files of one launch. Nothing outside `stateDir` is written, the user's settings stay as they are. */
export function planLaunch(
  session: AgentSessionInfo,
  launch: { prompt: string | null; resume: boolean },
  setting: LaunchSetting,
): LaunchPlan {
  const configDir = configDirOf({ ...setting.baseEnv, ...session.env }, setting.configDir);
  const conversation = chooseConversation(session, launch.resume, configDir);
  const settingsFile = join(session.stateDir, 'claude-settings.json');
  const rulesFile = join(session.stateDir, 'claude-rules.md');
  const prompt = launch.prompt === null ? null : disarm(launch.prompt);
  const promptIncluded = prompt !== null && Buffer.byteLength(prompt) <= LONGEST_ARGUMENT;
  const permissionless = session.permissions === 'permissionless';
  const record: LaunchRecord = {
    agentSession: conversation.id,
    launch: session.launch,
    prompt: promptIncluded ? launch.prompt : null,
    at: setting.now,
  };
  return {
    argv: [
      setting.program,
      conversation.resume ? '--resume' : '--session-id',
      conversation.id,
      '--settings',
      settingsFile,
      ...(session.model === null ? [] : ['--model', session.model]),
      ...permissionArguments(session.permissions),
      ...rulesArguments(session.rules, rulesFile),
      ...session.args,
      ...(promptIncluded ? ['--', prompt] : []),
    ],
    env: {
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      // Skips the folder-trust dialog, whose default answer ends the program; ao made the folder itself.
      CLAUDE_CODE_SANDBOXED: '1',
      ...(permissionless && setting.root ? { IS_SANDBOX: '1' } : {}),
      ...session.env,
    },
    files: {
      [settingsFile]: JSON.stringify(settings(session, permissionless), null, 2),
      [rulesFile]: session.rules,
      [launchRecordPath(session.stateDir)]: JSON.stringify(record),
    },
    promptIncluded,
    agentSession: conversation.id,
    conversationLost: launch.resume && !conversation.resume,
  };
}

/**
 * `--session-id` refuses an id that has a transcript and `--resume` one without a message in it, so the transcript decides, whatever
 * was asked. The program writes messages down a moment late: killed right after its first answer it leaves a transcript that neither
 * takes. The same launch planned again (a crash in between) gets the same id.
 */
function chooseConversation(
  session: AgentSessionInfo,
  resume: boolean,
  configDir: string,
): { id: string; resume: boolean } {
  // The watch of the launch reads it too, and tells what is wrong with it.
  const record = readLaunchRecord(session.stateDir, untold);
  const sameLaunch = record?.launch === session.launch ? record.agentSession : null;
  const known = resume ? (session.agentSession ?? record?.agentSession ?? null) : sameLaunch;
  const transcript = known === null ? null : findTranscript(configDir, session.cwd, known);
  if (known === null || transcript === null) return { id: known ?? randomUUID(), resume: false };
  return holdsMessages(transcript)
    ? { id: known, resume: true }
    : { id: randomUUID(), resume: false };
}

function permissionArguments(mode: PermissionMode): readonly string[] {
  switch (mode) {
    case 'default':
      return ['--permission-mode', 'default'];
    case 'plan':
      return ['--permission-mode', 'plan'];
    case 'auto-edit':
      return ['--permission-mode', 'acceptEdits'];
    case 'permissionless':
      return ['--dangerously-skip-permissions'];
  }
}

function rulesArguments(rules: string, file: string): readonly string[] {
  if (rules.trim() === '') return [];
  return Buffer.byteLength(rules) > LONGEST_ARGUMENT
    ? ['--append-system-prompt-file', file]
    : ['--append-system-prompt', rules];
}

function settings({ hookUrl, hookToken }: AgentSessionInfo, permissionless: boolean): object {
  const headers = { Authorization: `Bearer ${hookToken}` };
  const hook = (timeout: number) => [{ hooks: [{ type: 'http', url: hookUrl, timeout, headers }] }];
  return {
    ...(permissionless ? { skipDangerousModePermissionPrompt: true } : {}),
    // Else every session would go on in the same second when the limit of their account ends, whatever ao was told.
    autoContinueAtUsageLimit: false,
    // A suggested next prompt stands in the input like text a person typed.
    promptSuggestionEnabled: false,
    hooks: {
      UserPromptSubmit: hook(REPORT_TIMEOUT),
      Stop: hook(REPORT_TIMEOUT),
      StopFailure: hook(REPORT_TIMEOUT),
      SessionEnd: hook(REPORT_TIMEOUT),
      PermissionRequest: hook(DECISION_TIMEOUT),
    },
  };
}
