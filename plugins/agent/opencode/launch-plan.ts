import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import type { PermissionMode } from '../../../src/domain/session/session.ts';
import type { Millis } from '../../../src/domain/session/time.ts';
import { type Tell, untold } from '../../../src/lib/guarded/problem.ts';
import { readJsonFile } from '../../../src/lib/json-file.ts';
import type { AgentSessionInfo, LaunchPlan } from '../../../src/slots/agent.ts';
import { disarm } from '../../shared/terminal/typed-text.ts';

/** Longer prompts are handed over once the server is up: an argument has a limit, and terminals have smaller ones. */
const LONGEST_ARGUMENT = 8000;

const launchSchema = z.object({
  launch: z.number(),
  port: z.number(),
  password: z.string(),
  prompt: z.string().nullable(),
  at: z.number(),
});
/** What the latest launch was given; written before the program starts. Holds the password of its server. */
export type LaunchRecord = z.infer<typeof launchSchema>;

const launchRecordPath = (stateDir: string): string => join(stateDir, 'opencode-launch.json');

export function readLaunchRecord(stateDir: string, tell: Tell): LaunchRecord | null {
  return launchSchema.safeParse(readJsonFile(launchRecordPath(stateDir), tell)).data ?? null;
}

/** Configuration goes by environment, over the user's own files, which stay as they are. */
export async function planLaunch(
  session: AgentSessionInfo,
  launch: { prompt: string | null; resume: boolean },
  setting: { program: string; now: Millis },
): Promise<LaunchPlan> {
  // The watch of the launch reads it too, and tells what is wrong with it.
  const former = readLaunchRecord(session.stateDir, untold);
  const server =
    former?.launch === session.launch
      ? { port: former.port, password: former.password }
      : { port: await freePort(), password: randomUUID() };
  const thread = launch.resume ? session.agentSession : null;
  // Into an old conversation the server takes the message itself; a prompt on the command line begins a new one.
  const prompt = launch.prompt === null || thread !== null ? null : disarm(launch.prompt);
  const promptIncluded = prompt !== null && Buffer.byteLength(prompt) <= LONGEST_ARGUMENT;
  const rulesFile = join(session.stateDir, 'opencode-rules.md');
  const record: LaunchRecord = {
    launch: session.launch,
    ...server,
    prompt: promptIncluded ? launch.prompt : null,
    at: setting.now,
  };
  return {
    argv: [
      setting.program,
      '--port',
      String(server.port),
      '--hostname',
      '127.0.0.1',
      ...(thread === null ? [] : ['-s', thread]),
      ...(session.model === null ? [] : ['-m', session.model]),
      ...(session.permissions === 'plan' ? ['--agent', 'plan'] : []),
      ...session.args,
      ...(promptIncluded ? [`--prompt=${prompt}`] : []),
    ],
    env: {
      ...session.env,
      OPENCODE_SERVER_PASSWORD: server.password,
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        ...inlineConfig(session.env.OPENCODE_CONFIG_CONTENT),
        permission: permissionRules(session.permissions),
        autoupdate: false,
        share: 'disabled',
        ...(session.rules.trim() === '' ? {} : { instructions: [rulesFile] }),
      }),
    },
    files: {
      [rulesFile]: session.rules,
      [launchRecordPath(session.stateDir)]: JSON.stringify(record),
    },
    promptIncluded,
    agentSession: thread,
    conversationLost: launch.resume && thread === null,
  };
}

function permissionRules(mode: PermissionMode): Readonly<Record<string, string>> {
  switch (mode) {
    case 'default':
      return { edit: 'ask', bash: 'ask', webfetch: 'ask' };
    case 'plan':
      return { edit: 'deny', bash: 'ask', webfetch: 'ask' };
    case 'auto-edit':
      return { edit: 'allow', bash: 'ask', webfetch: 'ask' };
    case 'permissionless':
      return {
        edit: 'allow',
        bash: 'allow',
        webfetch: 'allow',
        external_directory: 'allow',
        doom_loop: 'allow',
      };
  }
}

/** Settings of the project's own, given with the session's environment. */
function inlineConfig(content: string | undefined): object {
  return content === undefined ? {} : z.looseObject({}).parse(JSON.parse(content));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
