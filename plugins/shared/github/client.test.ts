import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type GitHubWorld, openGitHubWorld } from '../../../test/support/github-world.ts';
import { githubScmConfig } from '../../scm/github/config.ts';
import { createGitHubScm } from '../../scm/github/github-scm.ts';
import { createGitHubClient } from './client.ts';
import { githubAccessSchema } from './config.ts';
import { numberOf, webHost } from './reference.ts';
import { slugOfRemote } from './repository.ts';

let world: GitHubWorld;
afterEach(async () => {
  await world.close();
  expect(world.fake.violations).toEqual([]);
});

describe('signing in', () => {
  it('as a GitHub App: the installation of the repository, and its tokens', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    world = await openGitHubWorld({
      config: { token: undefined, app: { id: 12, privateKey: privateKey.replaceAll('\n', '\\n') } },
    });
    expect((await world.client().repository()).repo).toBe('app');
    expect(world.fake.log.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'GET /repos/acme/app/installation',
      'POST /app/installations/77/access_tokens',
      'GET /repos/acme/app',
    ]);
  });

  it('as a GitHub App whose installation token has run out: another one is asked for before it is used', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    world = await openGitHubWorld({
      config: { token: undefined, app: { id: 12, privateKey, installation: 77 } },
    });
    const client = world.client();
    const asked = () => world.fake.log.filter((line) => line.includes('access_tokens')).length;
    await client.viewer();
    await client.repository();
    expect(asked()).toBe(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    try {
      await client.rest('read', 'rules', (octokit, at) =>
        octokit.rest.repos.getBranchRules({ ...at, branch: 'main' }),
      );
    } finally {
      vi.useRealTimers();
    }
    expect(asked()).toBe(2);
    expect(world.fake.log.filter((line) => line.endsWith(' 401'))).toEqual([]);
  });

  it('with what `gh auth token` says, and again after it changed', async () => {
    world = await openGitHubWorld({ config: { token: undefined, ghPath: 'gh-of-this-test' } });
    const gh = join(world.folder, 'gh-of-this-test');
    const answers = (token: string): void =>
      writeFileSync(gh, `#!/bin/sh\n[ "$1 $2" = "auth token" ] && echo ${token}\n`);
    answers('ghp_test');
    chmodSync(gh, 0o755);
    mkdirSync(join(world.folder, 'bin'), { recursive: true });
    const client = (await import('./client.ts')).createGitHubClient(
      { baseUrl: world.fake.url, ghPath: gh, timeoutMs: 5_000, repository: 'acme/app' },
      world.context,
      world.project,
      { throttle: false },
    );
    expect(await client.viewer()).toBe('ao-bot');
    world.fake.tokens.delete('ghp_test');
    world.fake.tokens.add('ghp_next');
    answers('ghp_next');
    expect((await client.repository()).owner).toBe('acme');
  });

  it('at an Enterprise server, whose REST and GraphQL lie below /api', async () => {
    world = await openGitHubWorld();
    const access = githubAccessSchema.parse({
      token: 'ghp_test',
      baseUrl: `${world.fake.url}/api/v3/`,
      repository: 'acme/app',
    });
    const client = createGitHubClient(access, world.context, world.project, { throttle: false });
    expect((await client.repository()).repo).toBe('app');
    expect(await client.viewer()).toBe('ao-bot');
    const scm = createGitHubScm(
      client,
      githubScmConfig.parse({ ...access, pollMs: 10_000 }),
      world.context,
      world.project,
    );
    world.commit('feat/a', { 'a.txt': 'a\n' });
    world.world.open({ branch: 'feat/a' });
    const host = new URL(world.fake.url).host;
    expect(await scm.resolve(`http://${host}/acme/app/pull/1`)).toBe('github:acme/app#1');
    expect(world.fake.log.every((line) => line.endsWith(' 200'))).toBe(true);
  });

  it('says what to do without any', async () => {
    world = await openGitHubWorld({ config: { token: undefined, ghPath: '/nonexistent/gh' } });
    await expect(world.client().repository()).rejects.toMatchObject({
      kind: 'auth',
      code: 'AO_GITHUB_NO_TOKEN',
      message: expect.stringContaining('gh auth login'),
    });
  });
});

describe('calls', () => {
  it('that read are tried again once after a server error, those that write never', async () => {
    world = await openGitHubWorld({ config: { timeoutMs: 5_000 } });
    const client = world.client();
    await client.repository();
    const issue = world.world.addIssue({ title: 'x' });
    const at = world.fake.log.length;
    world.fake.fault({ match: /^GET .*issues\/1$/, status: 502 });
    expect(
      (
        await client.rest('read', 'issue', (octokit, repo) =>
          octokit.rest.issues.get({ ...repo, issue_number: issue.number }),
        )
      ).title,
    ).toBe('x');
    world.fake.fault({ match: /^POST .*comments$/, status: 502 });
    await expect(
      client.rest('write', 'a comment', (octokit, repo) =>
        octokit.rest.issues.createComment({ ...repo, issue_number: issue.number, body: 'x' }),
      ),
    ).rejects.toMatchObject({ kind: 'transient' });
    expect(world.fake.log.slice(at).map((line) => line.split(' ')[0])).toEqual([
      'GET',
      'GET',
      'POST',
    ]);
  });

  it('that are never answered end after the configured time', async () => {
    world = await openGitHubWorld({ config: { timeoutMs: 200 } });
    world.fake.fault({ match: /repos/, status: 200, hang: true, times: 5 });
    await expect(world.client().repository()).rejects.toMatchObject({ kind: 'transient' });
  });

  it('that found nothing new cost nothing', async () => {
    world = await openGitHubWorld();
    const client = world.client();
    const ask = () =>
      client.conditional('poll', 'pulls', 'GET /repos/{owner}/{repo}/pulls', { state: 'all' });
    expect((await ask()).changed).toBe(true);
    const spent = world.fake.meter.core;
    expect((await ask()).changed).toBe(false);
    expect(world.fake.meter.core).toBe(spent);
    expect(client.governor.usage().poll).toEqual({ requests: 1, points: 1, unchanged: 1 });
  });

  it('leave the last tenth of the limit to people: polling waits for the next hour', async () => {
    world = await openGitHubWorld({ limits: { core: 20, graphql: 5_000 } });
    const client = world.client();
    const poll = (n: number) =>
      client.conditional('poll', 'pulls', 'GET /repos/{owner}/{repo}/pulls', {
        state: 'all',
        per_page: n,
      });
    const refused = await (async () => {
      for (let n = 1; n < 40; n += 1) {
        const error = await poll(n).then(
          () => null,
          (failure: unknown) => failure,
        );
        if (error !== null) return { n, error };
      }
      return null;
    })();
    expect(refused?.error).toMatchObject({
      kind: 'transient',
      code: 'AO_GITHUB_RATE_LIMIT',
      retryAfter: expect.any(Number),
    });
    expect(world.fake.log.filter((line) => line.endsWith(' 403'))).toEqual([]);
    expect(
      (
        await client.rest('merge', 'rules', (octokit, at) =>
          octokit.rest.repos.getBranchRules({ ...at, branch: 'main' }),
        )
      ).length,
    ).toBe(0);
  });
});

describe('names', () => {
  it('of repositories are read from any address git knows', async () => {
    world = await openGitHubWorld();
    for (const remote of [
      'https://github.com/acme/app.git',
      'https://x:y@github.example.org/acme/app',
      'git@github.com:acme/app.git',
      'ssh://git@github.com/acme/app/',
    ])
      expect(slugOfRemote(remote)).toEqual({ owner: 'acme', repo: 'app' });
    expect(slugOfRemote('/srv/app')).toBeNull();
    expect(webHost('https://api.github.com')).toBe('github.com');
    expect(numberOf('https://github.com/acme/app/pull/7/files', ['acme/app'], 'github.com')).toBe(
      7,
    );
    for (const other of [
      'https://github.com/acme/other/issues/7',
      'https://evil.invalid/acme/app/issues/7',
      'acme/other#7',
      '7 things',
      '0',
    ])
      expect(numberOf(other, ['acme/app'], 'github.com')).toBeNull();
  });
});
