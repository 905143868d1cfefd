import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import {
  type ModelServer,
  type RecordedRequest,
  sendJson,
  startModelServer,
} from './model-server.ts';
import { type Call, nextStep, type Step, wait } from './script.ts';
import { FAKE_TOKENS } from './usage.ts';

const partSchema = z.looseObject({ text: z.string().optional() });
const itemSchema = z.looseObject({
  type: z.string().optional(),
  role: z.string().optional(),
  content: z.union([z.string(), z.array(partSchema), z.null()]).optional(),
});
type Item = z.infer<typeof itemSchema>;
interface Tool {
  readonly type?: string | undefined;
  readonly name?: string | undefined;
  readonly function?: { name: string } | undefined;
  readonly tools?: readonly Tool[] | undefined;
}
const toolSchema: z.ZodType<Tool> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    name: z.string().optional(),
    function: z.object({ name: z.string() }).optional(),
    tools: z.array(toolSchema).optional(),
  }),
);
const bodySchema = z.object({
  model: z.string(),
  stream: z.boolean().default(false),
  input: z.union([z.string(), z.array(itemSchema)]).optional(),
  messages: z.array(itemSchema).optional(),
  tools: z.array(toolSchema).default([]),
});
type Body = z.infer<typeof bodySchema>;

/** OpenAI's Responses and Chat Completions APIs as far as codex and opencode use them, scripted by the last human message. */
export const startOpenaiModel = (): Promise<ModelServer> => startModelServer(respond);

async function respond(request: RecordedRequest, response: ServerResponse): Promise<void> {
  if (request.path.endsWith('/models'))
    return sendJson(response, 200, {
      object: 'list',
      data: [{ id: 'fake-model', object: 'model', created: 1, owned_by: 'fake' }],
    });
  const body = bodySchema.safeParse(request.body);
  if (!body.success) return sendError(response, 404, `no such route: ${request.path}`);
  const tools = flatten(body.data.tools);
  const step = stepFor(body.data, tools.length > 0);
  await wait(step.sleep);
  if (step.type === 'error') return sendError(response, step.status, step.message);
  if (step.type === 'limit') {
    response.setHeader('retry-after', String(Math.ceil(step.resetAt - Date.now() / 1000)));
    return sendError(response, 429, 'usage limit reached', {
      type: 'usage_limit_reached',
      plan_type: 'plus',
      resets_at: step.resetAt,
    });
  }
  const wanted = step.type === 'say' ? [] : [step, ...(step.also === undefined ? [] : [step.also])];
  const calls = wanted.flatMap((one) => toolCall(one, tools) ?? []);
  const text =
    step.type === 'say'
      ? step.text
      : calls.length === 0
        ? `no shell tool among ${tools.join(', ')}`
        : null;
  const slow = step.type === 'say' ? step.slow : 0;
  if (request.path.endsWith('/responses'))
    return answerResponses(response, body.data, text, calls, slow);
  return answerChat(response, body.data, text, calls, slow);
}

function flatten(tools: readonly Tool[]): string[] {
  return tools.flatMap((tool) =>
    tool.tools === undefined
      ? [tool.function?.name ?? tool.name ?? tool.type ?? '']
      : flatten(tool.tools),
  );
}

/** Context the agents put into user messages themselves. */
const NOISE =
  /^\s*(<(environment_context|user_instructions|permissions|system-reminder|turn_aborted|skills|apps|INSTRUCTIONS)|# AGENTS.md instructions)/;

function stepFor(body: Body, hasTools: boolean): Step {
  // Without tools it is a side call (a title), never the conversation itself.
  if (!hasTools) return { type: 'say', text: 'Fake title', slow: 0, sleep: 0 };
  const items: readonly Item[] =
    typeof body.input === 'string'
      ? [{ role: 'user', content: body.input }]
      : (body.input ?? body.messages ?? []);
  let results = 0;
  for (const item of items.toReversed()) {
    if (item.role === 'tool' || item.type?.endsWith('_output') === true) results += 1;
    if (item.role !== 'user') continue;
    const text = humanText(item);
    if (text !== '') return nextStep(text, results);
  }
  return nextStep('', results);
}

function humanText(item: Item): string {
  const parts =
    typeof item.content === 'string'
      ? [item.content]
      : (item.content ?? []).map((part) => part.text ?? '');
  return parts
    .filter((part) => part.trim() !== '' && !NOISE.test(part))
    .join('\n')
    .trim();
}

interface Called {
  readonly name: string;
  readonly input: unknown;
}

/** Each agent calls its shell differently; a file is written through it too. */
function toolCall(step: Call, tools: readonly string[]): Called | null {
  if (step.type === 'tool') return { name: step.name, input: step.input };
  const command =
    step.type === 'run' ? step.command : `printf '%s' ${quote(step.content)} > ${quote(step.path)}`;
  if (tools.includes('exec_command')) return { name: 'exec_command', input: { cmd: command } };
  if (tools.includes('shell_command')) return { name: 'shell_command', input: { command } };
  if (tools.includes('bash')) return { name: 'bash', input: { command, description: 'fake step' } };
  return null;
}

async function answerResponses(
  response: ServerResponse,
  body: Body,
  text: string | null,
  calls: readonly Called[],
  slow: number,
): Promise<void> {
  const items =
    text === null
      ? calls.map((call) => ({
          ...{
            type: 'function_call',
            id: token('fc_'),
            call_id: token('call_'),
            ...nameOf(call),
            arguments: JSON.stringify(call.input),
            status: 'completed',
          },
        }))
      : [
          {
            type: 'message',
            id: token('msg_'),
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text, annotations: [] }],
          },
        ];
  const usage = {
    input_tokens: FAKE_TOKENS.input,
    input_tokens_details: { cached_tokens: FAKE_TOKENS.cached },
    output_tokens: FAKE_TOKENS.output,
    output_tokens_details: { reasoning_tokens: 10 },
    total_tokens: FAKE_TOKENS.input + FAKE_TOKENS.output,
  };
  const answer = {
    id: token('resp_'),
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    model: body.model,
    status: 'completed',
    output: items,
    usage,
  };
  if (!body.stream) return sendJson(response, 200, answer);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let sequence = 0;
  const event = (type: string, data: object): void => {
    sequence += 1;
    response.write(
      `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence, ...data })}\n\n`,
    );
  };
  event('response.created', {
    response: { ...answer, status: 'in_progress', output: [], usage: null },
  });
  for (const [index, item] of items.entries()) {
    event('response.output_item.added', {
      output_index: index,
      item: text === null ? item : { ...item, content: [] },
    });
    for (const delta of text === null ? [] : pieces(text, slow)) {
      await wait(slow / pieces(text ?? '', slow).length);
      event('response.output_text.delta', {
        item_id: item.id,
        output_index: index,
        content_index: 0,
        delta,
      });
    }
    event('response.output_item.done', { output_index: index, item });
  }
  event('response.completed', { response: answer });
  response.end();
}

async function answerChat(
  response: ServerResponse,
  body: Body,
  text: string | null,
  called: readonly Called[],
  slow: number,
): Promise<void> {
  const base = {
    id: token('chatcmpl-'),
    created: Math.floor(Date.now() / 1000),
    model: body.model,
  };
  const usage = {
    prompt_tokens: FAKE_TOKENS.input,
    completion_tokens: FAKE_TOKENS.output,
    total_tokens: FAKE_TOKENS.input + FAKE_TOKENS.output,
    prompt_tokens_details: { cached_tokens: FAKE_TOKENS.cached },
    completion_tokens_details: { reasoning_tokens: 10 },
  };
  const calls =
    called.length === 0
      ? undefined
      : called.map((call, index) => ({
          index,
          id: token('call_'),
          type: 'function',
          function: { name: call.name, arguments: JSON.stringify(call.input) },
        }));
  const finish = calls === undefined ? 'stop' : 'tool_calls';
  if (!body.stream) {
    return sendJson(response, 200, {
      ...base,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: text,
            ...(calls === undefined ? {} : { tool_calls: calls }),
          },
          finish_reason: finish,
        },
      ],
      usage,
    });
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (delta: object, reason: string | null = null): void => {
    response.write(
      `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`,
    );
  };
  chunk({ role: 'assistant', content: '' });
  if (calls !== undefined) chunk({ tool_calls: calls });
  for (const content of text === null ? [] : pieces(text, slow)) {
    await wait(slow / pieces(text ?? '', slow).length);
    chunk({ content });
  }
  chunk({}, finish);
  response.write(
    `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [], usage })}\n\n`,
  );
  response.write('data: [DONE]\n\n');
  response.end();
}

function sendError(
  response: ServerResponse,
  status: number,
  message: string,
  more: object = {},
): void {
  sendJson(response, status, {
    error: { message, type: 'invalid_request_error', code: 'fake', ...more },
  });
}

/** `space/name` is a tool of a namespace. */
function nameOf(call: Called): object {
  const [namespace, name] = call.name.split('/');
  return name === undefined ? { name: call.name } : { namespace, name };
}

const pieces = (text: string, slow: number): readonly string[] =>
  slow > 0 ? (text.match(/.{1,4}/gs) ?? []) : [text];
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const token = (prefix: string): string => prefix + randomUUID().replaceAll('-', '').slice(0, 20);
