/**
 * An agent that speaks the Agent Client Protocol, made with the agent side of the official library. Its prompts are its scripts
 * (`test/fakes/models/script.ts`). `FAKE_ACP` names a JSON file with what differs between agents; conversations are kept in FAKE_ACP_DIR.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import {
  type AgentContext,
  agent,
  methods,
  ndJsonStream,
  RequestError,
  type SessionUpdate,
} from '@agentclientprotocol/sdk';
import { nextStep, type Step } from '../models/script.ts';

interface Traits {
  /** First line of `--version`. */
  readonly version?: string;
  /** Arguments without which it is not in its protocol mode. */
  readonly acpArgs?: readonly string[];
  /** Arguments or environment that make it ask for nothing. */
  readonly yoloArgs?: readonly string[];
  readonly yoloEnv?: Readonly<Record<string, string>>;
  readonly modes?: readonly string[];
  /** Its mode in which it asks for nothing. */
  readonly yoloMode?: string;
  readonly auth?: string;
  readonly models?: boolean;
  readonly allow?: string;
  readonly deny?: string;
}

const traits = (
  process.env.FAKE_ACP === undefined ? {} : JSON.parse(readFileSync(process.env.FAKE_ACP, 'utf8'))
) as Traits;
const args = process.argv.slice(2);
const folder = process.env.FAKE_ACP_DIR ?? join(process.env.HOME ?? '', '.fake-acp');
mkdirSync(folder, { recursive: true });
appendFileSync(
  join(folder, 'launches.jsonl'),
  `${JSON.stringify({ args, mode: process.env.GOOSE_MODE ?? null, model: process.env.GOOSE_MODEL ?? null })}\n`,
);

if (args.includes('--version')) {
  console.log(traits.version ?? '1.0.0');
  process.exit(0);
}
if ((traits.acpArgs ?? []).some((wanted) => !args.includes(wanted))) {
  console.error(`unknown arguments: ${args.join(' ')}`);
  process.exit(2);
}

const USED = { inputTokens: 100, outputTokens: 50, totalTokens: 150 };
const COST = 0.01;
const sessions = new Map<string, { mode: string; turn: AbortController | null }>();
let loggedIn = traits.auth === undefined;

const file = (id: string): string => join(folder, `${id}.json`);
const costOf = (id: string): number =>
  (JSON.parse(readFileSync(file(id), 'utf8')) as { cost: number }).cost;
const modesOf = (current: string) =>
  traits.modes === undefined
    ? {}
    : {
        modes: {
          currentModeId: current,
          availableModes: traits.modes.map((mode) => ({ id: mode, name: mode })),
        },
      };
const firstMode = traits.modes?.[0] ?? 'default';

function open(id: string): void {
  if (!loggedIn) throw RequestError.authRequired();
  sessions.set(id, { mode: firstMode, turn: null });
}

const asksNothing = (id: string): boolean =>
  (traits.yoloArgs ?? []).some((wanted) => args.includes(wanted)) ||
  Object.entries(traits.yoloEnv ?? {}).some(([name, value]) => process.env[name] === value) ||
  (traits.yoloMode !== undefined && sessions.get(id)?.mode === traits.yoloMode);

async function runScript(
  sessionId: string,
  script: string,
  client: AgentContext,
  signal: AbortSignal,
): Promise<number> {
  const update: Send = (value) =>
    client.notify(methods.client.session.update, { sessionId, update: value });
  for (let results = 0; ; results += 1) {
    const step = nextStep(script, results);
    await pause(step.sleep, signal);
    if (step.type === 'error') throw new RequestError(-32603, step.message);
    if (step.type === 'limit')
      throw new RequestError(
        -32603,
        `You've hit your usage limit. It resets at ${clockTime(step.resetAt)} (UTC).`,
      );
    if (step.type === 'say') {
      for (const part of step.text.match(/.{1,12}/gs) ?? [])
        await update({
          sessionUpdate: 'agent_message_chunk',
          content: { type: 'text', text: part },
        });
      return results + 1;
    }
    await useTool(sessionId, step, client, update);
  }
}

type Send = (value: SessionUpdate) => Promise<void>;

async function useTool(
  sessionId: string,
  step: Exclude<Step, { type: 'say' | 'error' | 'limit' }>,
  client: AgentContext,
  send: Send,
): Promise<void> {
  const toolCallId = randomUUID();
  if (step.type === 'tool') {
    if (step.name !== 'question') return;
    const options = step.input.options as readonly string[];
    await client.request(methods.client.elicitation.create, {
      mode: 'form',
      sessionId,
      message: String(step.input.question),
      requestedSchema: {
        type: 'object',
        properties: {
          choice: {
            type: 'string',
            oneOf: options.map((option) => ({ const: option, title: option })),
          },
        },
        required: ['choice'],
      },
    } as never);
    return;
  }
  const call =
    step.type === 'run'
      ? {
          title: `Run ${step.command}`,
          kind: 'execute' as const,
          rawInput: { command: step.command },
        }
      : { title: `Write ${step.path}`, kind: 'edit' as const, locations: [{ path: step.path }] };
  await send({ sessionUpdate: 'tool_call', toolCallId, status: 'pending', ...call });
  const allowed = asksNothing(sessionId) || (await askFor(sessionId, toolCallId, call, client));
  if (allowed) {
    if (step.type === 'run') execFileSync('sh', ['-c', step.command], { stdio: 'ignore' });
    else writeFileSync(step.path, step.content);
  }
  await send({
    sessionUpdate: 'tool_call_update',
    toolCallId,
    status: allowed ? 'completed' : 'failed',
  });
}

async function askFor(
  sessionId: string,
  toolCallId: string,
  call: object,
  client: AgentContext,
): Promise<boolean> {
  const allow = traits.allow ?? 'allow';
  const answer = await client.request(methods.client.session.requestPermission, {
    sessionId,
    toolCall: { toolCallId, ...call },
    options: [
      { optionId: allow, name: 'Yes', kind: 'allow_once' },
      { optionId: 'always', name: 'Yes, always', kind: 'allow_always' },
      { optionId: traits.deny ?? 'deny', name: 'No', kind: 'reject_once' },
    ],
  });
  return (
    answer.outcome.outcome === 'selected' && answer.outcome.optionId !== (traits.deny ?? 'deny')
  );
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('cancelled'));
    });
  });

const clockTime = (epoch: number): string =>
  new Date(epoch * 1000)
    .toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' })
    .replace(' ', '')
    .toLowerCase();

agent({ name: 'fake' })
  .onRequest(methods.agent.initialize, () => ({
    protocolVersion: 1,
    agentCapabilities: { loadSession: true },
    authMethods: traits.auth === undefined ? [] : [{ id: traits.auth, name: traits.auth }],
  }))
  .onRequest(methods.agent.authenticate, ({ params }) => {
    loggedIn = params.methodId === traits.auth;
    return {};
  })
  .onRequest(methods.agent.session.new, () => {
    const sessionId = randomUUID();
    open(sessionId);
    writeFileSync(file(sessionId), JSON.stringify({ cost: 0 }));
    const models =
      traits.models === true
        ? {
            models: {
              currentModelId: 'its-own',
              availableModels: [{ modelId: 'm-1', name: 'One' }],
            },
          }
        : {};
    return { sessionId, ...modesOf(firstMode), ...models };
  })
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    if (!existsSync(file(params.sessionId))) throw new RequestError(-32602, 'no such session');
    open(params.sessionId);
    // Agents show the old conversation again.
    await client.notify(methods.client.session.update, {
      sessionId: params.sessionId,
      update: {
        sessionUpdate: 'agent_message_chunk',
        content: { type: 'text', text: 'what was said before' },
      },
    });
    await client.notify(methods.client.session.update, {
      sessionId: params.sessionId,
      update: {
        sessionUpdate: 'usage_update',
        used: 1,
        size: 10,
        cost: { amount: costOf(params.sessionId), currency: 'USD' },
      },
    });
    return modesOf(firstMode);
  })
  .onRequest(methods.agent.session.setMode, ({ params }) => {
    const session = sessions.get(params.sessionId);
    if (session !== undefined) session.mode = params.modeId;
    return {};
  })
  .onRequest(
    'session/set_model',
    (value) => value as { modelId: string },
    ({ params }) => {
      appendFileSync(join(folder, 'models.jsonl'), `${params.modelId}\n`);
      return {};
    },
  )
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    const { sessionId } = params;
    const session = sessions.get(sessionId);
    if (session === undefined) throw new RequestError(-32602, 'no such session');
    const turn = new AbortController();
    session.turn = turn;
    const last = params.prompt.at(-1);
    const script = last?.type === 'text' ? last.text : '';
    // A real agent would take these for its own commands.
    if (/^\s*[/!]/.test(script))
      throw new RequestError(-32603, `unknown command ${script.split('\n')[0]}`);
    appendFileSync(
      join(folder, 'prompts.jsonl'),
      `${JSON.stringify(params.prompt.map((block) => (block.type === 'text' ? block.text : '')))}\n`,
    );
    try {
      const answers = await runScript(sessionId, script, client, turn.signal);
      const cost = costOf(sessionId) + answers * COST;
      writeFileSync(file(sessionId), JSON.stringify({ cost }));
      await client.notify(methods.client.session.update, {
        sessionId,
        update: {
          sessionUpdate: 'usage_update',
          used: 1_000,
          size: 10_000,
          cost: { amount: cost, currency: 'USD' },
        },
      });
      const usage = {
        inputTokens: USED.inputTokens * answers,
        outputTokens: USED.outputTokens * answers,
        totalTokens: USED.totalTokens * answers,
      };
      return { stopReason: 'end_turn' as const, usage };
    } catch (error) {
      if (turn.signal.aborted) return { stopReason: 'cancelled' as const };
      throw error;
    } finally {
      session.turn = null;
    }
  })
  .onNotification(methods.agent.session.cancel, ({ params }) =>
    sessions.get(params.sessionId)?.turn?.abort(),
  )
  .connect(
    ndJsonStream(
      Writable.toWeb(process.stdout) as WritableStream<Uint8Array>,
      Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>,
    ),
  );
process.stdin.on('end', () => process.exit(0));
