/** The use cases as tools of the Model Context Protocol, over HTTP: /api/mcp. `ao mcp` is the same over stdio. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { type ApiAnswer, mcpServer } from '../../lib/mcp/mcp-server.ts';
import { type ApiCall, type ApiDocument, type Tool, toolsOf } from '../../lib/mcp/tools.ts';
import type { HttpDeps } from '../deps.ts';
import type { Api } from '../endpoint.ts';
import type { Env } from '../env.ts';

/** Who is asking, as the door knows it: handed on to the call inside. */
const CARRIED = ['authorization', 'cookie', 'host', 'origin', 'sec-fetch-site'] as const;

export function addMcpRoute(app: Api, deps: HttpDeps, documentOf: () => ApiDocument): void {
  let tools: readonly Tool[] | null = null;
  app.all('/api/mcp', async (c) => {
    const { createMcpHandler } = await import('@modelcontextprotocol/server');
    tools ??= toolsOf(documentOf());
    const offered = tools;
    // One for each request: what it may do is what the person behind this request may.
    const handler = createMcpHandler(
      () => mcpServer(offered, deps.settings.version, (wanted) => inside(app, c, wanted)),
      { onerror: (error) => deps.logger.warn({ err: error }, 'an MCP request was refused') },
    );
    return handler.fetch(c.req.raw);
  });
}

/** One call of the API by the same person, through the whole door. */
async function inside(
  app: Api,
  outer: Context<Env>,
  { method, path, body }: ApiCall,
): Promise<ApiAnswer> {
  const headers = new Headers({ 'idempotency-key': randomUUID() });
  for (const name of CARRIED) {
    const value = outer.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  if (body !== null) headers.set('content-type', 'application/json');
  const response = await app.fetch(
    new Request(new URL(path, outer.req.url), {
      method,
      headers,
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    }),
    outer.env,
  );
  return { ok: response.ok, text: await response.text() };
}
