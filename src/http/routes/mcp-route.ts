/** The use cases as tools of the Model Context Protocol, over HTTP: /api/mcp. `ao mcp` is the same over stdio. */
import { randomUUID } from 'node:crypto';
import type { McpHttpHandler } from '@modelcontextprotocol/server';
import type { Context } from 'hono';
import { mcpServer } from '../../lib/mcp/mcp-server.ts';
import { type ApiCall, type ApiDocument, toolsOf } from '../../lib/mcp/tools.ts';
import type { HttpDeps } from '../deps.ts';
import type { Api } from '../endpoint.ts';
import type { Env } from '../env.ts';

/** Who is asking, as the door knows it: handed on to the call inside. */
const CARRIED = ['authorization', 'cookie', 'host', 'origin', 'sec-fetch-site'] as const;

export function addMcpRoute(app: Api, deps: HttpDeps, documentOf: () => ApiDocument): void {
  let handler: Promise<McpHttpHandler> | null = null;
  const contexts = new WeakMap<Request, Context<Env>>();
  const make = async (): Promise<McpHttpHandler> => {
    const { createMcpHandler } = await import('@modelcontextprotocol/server');
    const tools = toolsOf(documentOf());
    return createMcpHandler(
      ({ requestInfo }) =>
        mcpServer(tools, deps.settings.version, (wanted) =>
          inside(app, contexts, requestInfo, wanted),
        ),
      { onerror: (error) => deps.logger.warn({ err: error }, 'an MCP request was refused') },
    );
  };
  app.all('/api/mcp', async (c) => {
    handler ??= make();
    contexts.set(c.req.raw, c);
    return (await handler).fetch(c.req.raw);
  });
}

/** One call of the API by the same person, through the whole door: what a tool may do is what its caller may. */
async function inside(
  app: Api,
  contexts: WeakMap<Request, Context<Env>>,
  request: Request | undefined,
  { method, path, body }: ApiCall,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  const outer = request === undefined ? undefined : contexts.get(request);
  if (request === undefined || outer === undefined)
    return { ok: false, text: 'ao does not know who is asking.' };
  const headers = new Headers({ 'idempotency-key': randomUUID() });
  for (const name of CARRIED) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  if (body !== null) headers.set('content-type', 'application/json');
  const response = await app.fetch(
    new Request(new URL(path, request.url), {
      method,
      headers,
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    }),
    outer.env,
  );
  return { ok: response.ok, text: await response.text() };
}
