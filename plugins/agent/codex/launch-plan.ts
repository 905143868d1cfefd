import { realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Millis } from '../../../src/domain/session/time.ts';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { readText } from '../../../src/lib/guarded/read.ts';
import type { AgentSessionInfo, LaunchPlan } from '../../../src/slots/agent.ts';
import { disarm, shellQuote } from '../../shared/terminal/typed-text.ts';
import { findRollout } from './rollout-files.ts';
import { type LaunchRecord, launchRecordPath } from './side-state.ts';

/** Longer prompts are pasted once the program is ready: an argument has a limit, and terminals have smaller ones. */
const LONGEST_ARGUMENT = 8000;
/** Each costs the start of a process while Codex waits; the first message's tells the conversation too. */
const HOOKS = ['UserPromptSubmit', 'PermissionRequest'] as const;
const HOOK_TIMEOUT = 10;

export interface LaunchSetting {
  readonly program: string;
  readonly home: string;
  /** Program that runs the hook script. */
  readonly node: string;
  readonly now: Millis;
}

/** Everything goes by argument: the user's `config.toml` is neither read for this nor changed. */
export function planLaunch(
  session: AgentSessionInfo,
  launch: { prompt: string | null; resume: boolean },
  setting: LaunchSetting,
): LaunchPlan {
  const thread =
    launch.resume &&
    session.agentSession !== null &&
    findRollout(setting.home, session.agentSession) !== null
      ? session.agentSession
      : null;
  const script = join(session.stateDir, 'codex-hook.mjs');
  const prompt = launch.prompt === null ? null : disarm(launch.prompt);
  const promptIncluded = prompt !== null && Buffer.byteLength(prompt) <= LONGEST_ARGUMENT;
  const record: LaunchRecord = {
    launch: session.launch,
    prompt: promptIncluded ? launch.prompt : null,
    at: setting.now,
  };
  const command = [setting.node, script, session.hookUrl].map(shellQuote).join(' ');
  return {
    argv: [
      setting.program,
      ...(thread === null ? [] : ['resume', thread]),
      // Without it a background server would outlive the terminal and go on with the turn.
      '--no-daemon',
      ...permissionArguments(session),
      '--dangerously-bypass-hook-trust',
      ...config('check_for_update_on_startup', 'false'),
      // The profile of a login shell sets PATH again, and `ao` is not on it then.
      ...config('allow_login_shell', 'false'),
      // The trust dialog is keyed by the main repository, also in a worktree.
      ...config('projects', `{${tomlString(session.repo)}={trust_level="trusted"}}`),
      ...HOOKS.flatMap((event) =>
        config(
          `hooks.${event}`,
          `[{hooks=[{type="command",command=${tomlString(command)},timeout=${HOOK_TIMEOUT}}]}]`,
        ),
      ),
      ...(session.rules.trim() === ''
        ? []
        : config('developer_instructions', tomlString(session.rules))),
      ...(session.model === null ? [] : ['-m', session.model]),
      ...session.args,
      ...(promptIncluded ? ['--', prompt] : []),
    ],
    env: { ...session.env },
    files: {
      [script]: HOOK_SCRIPT,
      [join(session.stateDir, HOOK_TOKEN)]: session.hookToken,
      [launchRecordPath(session.stateDir)]: JSON.stringify(record),
    },
    promptIncluded,
    agentSession: thread,
    conversationLost: launch.resume && thread === null,
  };
}

/** Codex knows `on-request` and `never`; where it has no equal the stricter sandbox is taken. */
function permissionArguments({ permissions, cwd, repo }: AgentSessionInfo): readonly string[] {
  switch (permissions) {
    case 'plan':
    case 'default':
      return ['-s', 'read-only', '-a', 'on-request'];
    case 'auto-edit':
      return [
        '-s',
        'workspace-write',
        '-a',
        'on-request',
        ...gitFolders(cwd, repo).flatMap((folder) => ['--add-dir', folder]),
      ];
    case 'permissionless':
      return ['--dangerously-bypass-approvals-and-sandbox'];
  }
}

/**
 * A commit in a worktree is written to the main repository and to the worktree's own folder in it. Codex keeps the latter
 * read-only although it is inside the former, unless it is named itself. The agent can write the file that names it: only a
 * folder of the main repository's worktrees is taken from there.
 */
function gitFolders(cwd: string, repo: string): readonly string[] {
  const main = join(repo, '.git');
  // A folder: no worktree but the repository itself. Whatever else it may be names nothing either.
  const text = readText(join(cwd, '.git'), untold, { max: 4096 });
  const own = text === null ? undefined : /^gitdir: (.+)$/m.exec(text)?.[1];
  if (own === undefined) return [main];
  try {
    const real = realpathSync(resolve(cwd, own));
    return dirname(real) === join(realpathSync(main), 'worktrees') ? [main, real] : [main];
  } catch {
    return [main];
  }
}

const config = (key: string, value: string): readonly string[] => ['-c', `${key}=${value}`];
const tomlString = (text: string): string => JSON.stringify(text).replaceAll('\x7f', '\\u007f');

/** Beside the script, mode 0600: what stands on a command line is in everybody's process list. */
const HOOK_TOKEN = 'hook-token';

/** Posts what Codex tells a hook. It never fails: without the bot the agent just goes on. Codex waits for it, so it loads as little as it can. */
const HOOK_SCRIPT = `import { readFileSync } from 'node:fs';
import { request } from 'node:http';
let body = '';
for await (const chunk of process.stdin) body += chunk;
try {
  const authorization = 'Bearer ' + readFileSync(new URL('${HOOK_TOKEN}', import.meta.url), 'utf8');
  const headers = { 'content-type': 'application/json', authorization };
  const sent = request(process.argv[2], { method: 'POST', headers, timeout: 5000 }, (response) => {
    if (response.statusCode === 200) response.pipe(process.stdout);
    else response.resume();
  });
  sent.on('timeout', () => sent.destroy());
  sent.on('error', () => undefined);
  sent.end(body);
} catch {}
`;
