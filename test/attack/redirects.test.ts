/** Whoever gets a token of ao's answers with a redirect to somewhere else. */

import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OpencodeServer } from '../../plugins/agent/opencode/server.ts';
import { downloadFile as fromDiscord } from '../../plugins/chat/discord/inbound/files.ts';
import type { SlackApi } from '../../plugins/chat/slack/api.ts';
import { downloadFile as fromSlack } from '../../plugins/chat/slack/files.ts';
import { createGitHubClient } from '../../plugins/shared/github/client.ts';
import { githubAccessSchema } from '../../plugins/shared/github/config.ts';
import { post } from '../../plugins/shared/notifier/post.ts';
import { createApi } from '../../src/cli/api.ts';
import { runGh } from '../../src/cli/gh/run-gh.ts';
import { pluginContext, temporaryFolder } from '../support/plugin-context.ts';

const TOKEN = 'tok-0123456789-abcdef';
const CONTENT = 'what lies there';

/** What GitHub's plugin asks for first. */
const REPOSITORY = {
  owner: { login: 'acme' },
  name: 'app',
  full_name: 'acme/app',
  node_id: 'R_1',
  private: true,
  default_branch: 'main',
};

interface Host {
  readonly url: string;
  readonly port: number;
  /** What it was asked, headers and all, one text a request. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Answers each request: with a redirect to `to`, or with a text. */
async function host(status: number, to: () => string | null): Promise<Host> {
  const asked: string[] = [];
  const server: Server = createServer((request: IncomingMessage, response) => {
    asked.push(JSON.stringify([request.method, request.url, request.rawHeaders]));
    request.resume();
    const location = to();
    if (request.url === '/repos/acme/app')
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(REPOSITORY));
    else if (location === null)
      response.writeHead(200, { 'content-type': 'text/plain' }).end(CONTENT);
    else response.writeHead(status, { location }).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

let other: Host;
let asked: Host;
let folder: ReturnType<typeof temporaryFolder>;

const open = async (status: number): Promise<void> => {
  other = await host(200, () => null);
  asked = await host(status, () => `${other.url}/elsewhere`);
};
beforeEach(() => {
  folder = temporaryFolder('redirects');
});
afterEach(async () => {
  await Promise.all([other.close(), asked.close()]);
  folder.remove();
});

const file = (ref: string) => ({ name: 'a.txt', mime: 'text/plain', size: 5, ref });

/** Everything of ao's that asks an address with a token, or for a file. Each must fail, and the other host hear nothing. */
const ASKERS: Readonly<Record<string, () => Promise<unknown>>> = {
  "Slack's files": () => {
    const info = { file: { url_private: `${asked.url}/files/a`, size: 5 } };
    const api = { call: async () => info } as unknown as SlackApi;
    return fromSlack(api, { botToken: TOKEN, apiUrl: `${asked.url}/api/` }, file('F1'), 1_000);
  },
  "Discord's files": () => fromDiscord(file(`${asked.url}/files/a`), 1_000, `${asked.url}/api`),
  'the server of an agent': () =>
    new OpencodeServer({ port: asked.port, password: TOKEN }).typePrompt('hello'),
  'what a server of an agent tells': () =>
    new OpencodeServer({ port: asked.port, password: TOKEN }).sessions(),
  notifiers: () =>
    post({
      what: 'The webhook',
      url: `${asked.url}/hook`,
      headers: { authorization: `Bearer ${TOKEN}` },
      body: '{}',
      reach: { privateNetwork: false },
    }),
  'the command line': () =>
    createApi({ url: asked.url, token: TOKEN, session: null, dataDir: folder.path }).get(
      '/api/sessions',
    ),
};

describe.each([301, 302, 303, 307, 308])('a redirect with status %i', (status) => {
  // threat: a server that ao sends a token to answers with a redirect to another host | not followed: the token stays where it belongs
  test.each(Object.keys(ASKERS))('is not followed by %s', async (name) => {
    await open(status);
    await expect(ASKERS[name]?.()).rejects.toThrow();
    expect(asked.asked).toHaveLength(1);
    expect(other.asked).toEqual([]);
  });
});

test("gh of an agent tells nobody else its session's token", async () => {
  await open(307);
  const gh = join(folder.path, 'gh');
  writeFileSync(gh, '#!/bin/sh\nexit 0\n');
  chmodSync(gh, 0o755);
  await runGh(['pr', 'list'], {
    env: {
      PATH: `${folder.path}:/usr/bin:/bin`,
      AO_URL: asked.url,
      AO_TOKEN: TOKEN,
      AO_SESSION: 'app-1',
    },
    cwd: folder.path,
    terminal: false,
    now: Date.now,
    out: () => {},
    err: () => {},
  });
  expect(asked.asked.join('\n')).toContain(TOKEN);
  expect(other.asked).toEqual([]);
});

// GitHub keeps logs elsewhere, behind an address that needs no token.
test("logs that GitHub keeps on another host are read without GitHub's token", async () => {
  await open(302);
  const context = pluginContext({ id: 'app', folder: folder.path });
  const access = githubAccessSchema.parse({ token: TOKEN, baseUrl: asked.url });
  const project = { id: 'app', repo: folder.path, forge: { repository: 'acme/app' } } as never;
  const log = await createGitHubClient(access, context, project, { throttle: false }).rest(
    'read',
    'log',
    (octokit, at) => octokit.request('GET /repos/{owner}/{repo}/actions/jobs/1/logs', { ...at }),
  );
  expect(log).toBe(CONTENT);
  expect(asked.asked.join('\n')).toContain(TOKEN);
  expect(other.asked).toHaveLength(1);
  expect(other.asked.join('\n')).not.toContain(TOKEN);
});
