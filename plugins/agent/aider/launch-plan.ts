import { join } from 'node:path';
import type { PermissionMode } from '../../../src/domain/session/session.ts';
import { sizeOf } from '../../../src/lib/guarded/read.ts';
import type { AgentSessionInfo, LaunchPlan } from '../../../src/slots/agent.ts';
import { rejected } from '../../../src/slots/errors.ts';
import { shellQuote } from '../../shared/terminal/typed-text.ts';

/** The conversation as aider itself writes it, in the session's own folder: also what a resume reads. */
export const historyPath = (stateDir: string): string => join(stateDir, 'aider-chat.md');
/** Grows by a line whenever aider waits for somebody. */
export const waitsPath = (stateDir: string): string => join(stateDir, 'aider-waits');

/** Edits are never asked about, so there is no mode that asks for each; commands always are. */
export const AIDER_MODES: readonly PermissionMode[] = ['plan', 'auto-edit', 'permissionless'];

/** Looks only whether there is a conversation. The first prompt is typed: as an argument it would make aider answer it and leave. */
export function planLaunch(
  session: AgentSessionInfo,
  launch: { prompt: string | null; resume: boolean },
  program: string,
): LaunchPlan {
  if (!AIDER_MODES.includes(session.permissions))
    throw rejected('AO_AGENT_NO_MODE', `aider has no permission mode "${session.permissions}".`);
  const { stateDir } = session;
  const rules = join(stateDir, 'rules.md');
  return {
    argv: [
      program,
      '--no-check-update',
      '--no-show-release-notes',
      '--no-show-model-warnings',
      '--analytics-disable',
      // Its offers to change .gitignore and to read addresses in a message would be questions about nothing.
      '--no-gitignore',
      '--no-detect-urls',
      '--no-pretty',
      '--chat-history-file',
      historyPath(stateDir),
      '--input-history-file',
      join(stateDir, 'aider-input'),
      ...(launch.resume ? ['--restore-chat-history'] : []),
      '--notifications',
      '--notifications-command',
      `echo waits >> ${shellQuote(waitsPath(stateDir))}`,
      ...(session.rules.trim() === '' ? [] : ['--read', rules]),
      ...(session.permissions === 'plan' ? ['--chat-mode', 'ask'] : []),
      ...(session.model === null ? [] : ['--model', session.model]),
      ...session.args,
    ],
    env: { ...session.env },
    files: { ...(session.rules.trim() === '' ? {} : { [rules]: session.rules }) },
    promptIncluded: false,
    agentSession: historyPath(stateDir),
    conversationLost: launch.resume && sizeOf(historyPath(stateDir)) === null,
  };
}
