import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AO, type BotWorld, botEnv, botWorld } from '../support/bot.ts';

/** The official client stands for Claude Desktop, Codex and the like. */
describe('ao as tools of the Model Context Protocol', () => {
  let world: BotWorld;
  beforeAll(async () => {
    world = await botWorld();
    await world.start();
  });
  afterAll(() => world.close());

  const inData = (name: string): string => readFileSync(join(world.dataDir, name), 'utf8');

  const textOf = (result: unknown): string =>
    (result as { content: ReadonlyArray<{ text: string }> }).content[0]?.text ?? '';

  async function connected(
    transport: StdioClientTransport | StreamableHTTPClientTransport,
  ): Promise<Client> {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport);
    return client;
  }

  it('over stdio, a session is started, shown and ended, and a mistake is told in words', async () => {
    const client = await connected(
      new StdioClientTransport({
        command: AO,
        args: ['mcp', '--data-dir', world.dataDir],
        env: botEnv(world.dir),
      }),
    );
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(
      expect.arrayContaining(['spawn', 'send', 'kill', 'session', 'sessionPage', 'merge', 'inbox']),
    );
    expect(tools.find(({ name }) => name === 'kill')?.inputSchema).toMatchObject({
      required: ['session'],
    });
    const spawned = await client.callTool({ name: 'spawn', arguments: { text: 'Note: by MCP' } });
    expect(JSON.parse(textOf(spawned))).toMatchObject([{ session: { id: 'sample-1' } }]);
    expect(
      JSON.parse(
        textOf(await client.callTool({ name: 'session', arguments: { session: 'sample-1' } })),
      ),
    ).toMatchObject({ id: 'sample-1' });
    const wrong = await client.callTool({ name: 'send', arguments: { session: 'sample-1' } });
    expect(wrong.isError).toBe(true);
    expect(textOf(wrong)).toMatch(/body\.text/);
    expect(
      (await client.callTool({ name: 'kill', arguments: { session: 'sample-1' } })).isError,
    ).not.toBe(true);
    await client.close();
  });

  it('over HTTP, with the token; without one nothing is answered', async () => {
    const bot = JSON.parse(inData('bot.json')) as { url: string };
    const url = new URL('/api/mcp', bot.url);
    const headers = { authorization: `Bearer ${inData('token').trim()}` };
    const client = await connected(
      new StreamableHTTPClientTransport(url, { requestInit: { headers } }),
    );
    const page = await client.callTool({ name: 'sessionPage', arguments: { all: true } });
    expect(textOf(page)).toContain('sample-1');
    expect(page.isError).not.toBe(true);
    await client.close();
    const unsigned = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect(unsigned.status).toBe(401);
  });
});
