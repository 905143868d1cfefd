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
import { FAKE_USAGE } from './usage.ts';

const blockSchema = z.looseObject({ type: z.string(), text: z.string().optional() });
const contentSchema = z.union([z.string(), z.array(blockSchema)]);
const bodySchema = z.object({
  model: z.string(),
  stream: z.boolean().default(false),
  system: contentSchema.optional(),
  messages: z.array(z.object({ role: z.string(), content: contentSchema })),
  tools: z.array(z.looseObject({ name: z.string().optional() })).default([]),
});
type Body = z.infer<typeof bodySchema>;
type Content = z.infer<typeof contentSchema>;

/** The Anthropic Messages API as far as Claude Code uses it, scripted by the last human message (`script.ts`). */
export const startAnthropicModel = (): Promise<ModelServer> => startModelServer(respond);

async function respond(request: RecordedRequest, response: ServerResponse): Promise<void> {
  if (request.path === '/v1/messages/count_tokens')
    return sendJson(response, 200, { input_tokens: 100 });
  if (request.path === '/v1/models')
    return sendJson(response, 200, {
      data: [{ id: 'claude-sonnet-4-5', type: 'model', display_name: 'Fake' }],
      has_more: false,
    });
  const body = bodySchema.safeParse(request.body);
  if (request.path !== '/v1/messages' || !body.success)
    return sendError(response, 404, `no such route: ${request.path}`);
  const step = stepFor(body.data);
  await wait(step.sleep);
  if (step.type === 'error') return sendError(response, step.status, step.message);
  if (step.type === 'limit') return sendLimit(response, step);
  const message = {
    id: `msg_${token()}`,
    type: 'message',
    role: 'assistant',
    model: body.data.model,
    content: blocks(step, request.body),
    stop_reason: step.type === 'say' ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage: FAKE_USAGE,
  };
  if (body.data.stream) return stream(response, message, step.type === 'say' ? step.slow : 0);
  sendJson(response, 200, message);
}

function stepFor(body: Body): Step {
  // Requests without a shell tool are side calls (titles, summaries), never the conversation itself.
  if (!body.tools.some((tool) => tool.name === 'Bash')) {
    return {
      type: 'say',
      text: /title/i.test(textOf(body.system ?? '')) ? '{"title":"Fake title"}' : 'ok',
      slow: 0,
      sleep: 0,
    };
  }
  let results = 0;
  for (const message of body.messages.toReversed()) {
    if (message.role !== 'user') continue;
    const text = humanText(message.content);
    if (text !== '') return nextStep(text, results);
    results +=
      typeof message.content === 'string'
        ? 0
        : message.content.filter((block) => block.type === 'tool_result').length;
  }
  return nextStep('', results);
}

function blocks(
  step: Exclude<Step, { type: 'error' | 'limit' }>,
  body: unknown,
): Array<Record<string, unknown>> {
  if (step.type === 'say') return [{ type: 'text', text: step.text }];
  const calls = [step, ...(step.also === undefined ? [] : [step.also])].map((one) =>
    callOf(one, body),
  );
  return step.type === 'run' ? [{ type: 'text', text: 'Running.' }, ...calls] : calls;
}

function callOf(step: Call, body: unknown): Record<string, unknown> {
  const call = (name: string, input: unknown) => ({
    type: 'tool_use',
    id: `toolu_${token()}`,
    name,
    input,
  });
  if (step.type === 'run') return call('Bash', { command: step.command, description: 'fake step' });
  if (step.type === 'write')
    return call('Write', { file_path: absolute(step.path, body), content: step.content });
  return call(step.name, step.input);
}

/** The Write tool wants absolute paths; the agent tells its working directory in the system prompt. */
function absolute(path: string, body: unknown): string {
  if (path.startsWith('/')) return path;
  // In plan mode the agent tells which file the plan goes into.
  if (path === '@plan')
    return /[^\s"`\\]+\/plans\/[^\s"`\\]+\.md/.exec(JSON.stringify(body))?.[0] ?? path;
  const cwd = /working directory: ([^\\\s"]+)/i.exec(JSON.stringify(body))?.[1] ?? '.';
  return `${cwd}/${path}`;
}

async function stream(
  response: ServerResponse,
  message: {
    content: Array<Record<string, unknown>>;
    stop_reason: string;
    usage: typeof FAKE_USAGE;
  },
  slow: number,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const event = (type: string, data: object): boolean =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  event('message_start', {
    message: {
      ...message,
      content: [],
      stop_reason: null,
      usage: { ...FAKE_USAGE, output_tokens: 1 },
    },
  });
  for (const [index, block] of message.content.entries()) {
    if (block.type === 'text') {
      event('content_block_start', { index, content_block: { type: 'text', text: '' } });
      const parts = slow > 0 ? (String(block.text).match(/.{1,4}/gs) ?? []) : [block.text];
      for (const text of parts) {
        await wait(slow / parts.length);
        event('content_block_delta', { index, delta: { type: 'text_delta', text } });
      }
    } else {
      event('content_block_start', { index, content_block: { ...block, input: {} } });
      event('content_block_delta', {
        index,
        delta: { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
      });
    }
    event('content_block_stop', { index });
  }
  event('message_delta', {
    delta: { stop_reason: message.stop_reason, stop_sequence: null },
    usage: message.usage,
  });
  event('message_stop', {});
  response.end();
}

function sendError(response: ServerResponse, status: number, message: string): void {
  sendJson(
    response,
    status,
    { type: 'error', error: { type: status === 404 ? 'not_found_error' : 'api_error', message } },
    { 'x-should-retry': 'false' },
  );
}

function sendLimit(
  response: ServerResponse,
  { resetAt, of }: Extract<Step, { type: 'limit' }>,
): void {
  sendJson(
    response,
    429,
    {
      type: 'error',
      error: {
        type: 'rate_limit_error',
        message: "This request would exceed your account's rate limit.",
      },
    },
    {
      'x-should-retry': 'false',
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-reset': String(resetAt),
      'anthropic-ratelimit-unified-representative-claim': of,
    },
  );
}

/** The last text block a person wrote: agents put reminders, and after an error the former prompts, before it. */
function humanText(content: Content): string {
  const texts =
    typeof content === 'string'
      ? [content]
      : content.filter((block) => block.type === 'text').map((block) => block.text ?? '');
  return (
    texts
      .map((text) => text.replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '').trim())
      .findLast((text) => text !== '') ?? ''
  );
}

const textOf = (content: Content): string =>
  typeof content === 'string'
    ? content
    : content
        .filter((block) => block.type === 'text')
        .map((block) => block.text ?? '')
        .join('\n');
const token = (): string => randomUUID().replaceAll('-', '').slice(0, 20);
