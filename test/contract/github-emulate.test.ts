import { afterEach, describe, expect, it } from 'vitest';
import { createWebhooks } from '../../src/app/webhooks.ts';
import { type Actor, subject } from '../../src/domain/session/ids.ts';
import { createHttp } from '../../src/http/create-http.ts';
import type { Webhooks } from '../../src/http/deps.ts';
import { listen } from '../../src/http/listen.ts';
import { fakeHttp } from '../fakes/fake-http-deps.ts';
import { type EmulateWorld, openEmulateWorld } from '../support/emulate-world.ts';
import { silentLogger } from '../support/plugin-context.ts';
import { until } from '../support/until.ts';
import { trackerContract } from './tracker.ts';

trackerContract('github at emulate', async () => {
  const world = await openEmulateWorld();
  return {
    tracker: world.tracker,
    async close() {
      await world.close();
      expect(world.violations).toEqual([]);
    },
  };
});

const LEE: Actor = { subject: subject('web:lee'), name: 'lee', via: 'web' };

const opened: EmulateWorld[] = [];
const open = async (as: 'token' | 'app' = 'token'): Promise<EmulateWorld> => {
  const world = await openEmulateWorld({ as });
  opened.push(world);
  return world;
};
afterEach(async () => {
  for (const world of opened.splice(0)) {
    await world.close();
    expect(world.violations).toEqual([]);
  }
});

describe('the tracker at emulate', () => {
  it('reads what others wrote: body, labels, comments over several pages, and what their authors may do', async () => {
    const { api, tracker, url } = await open();
    const { number } = await api<{ number: number }>(
      'ghp_stranger',
      'POST',
      '/repos/acme/app/issues',
      {
        title: 'Login fails',
        body: 'Sometimes.',
        labels: ['bug'],
      },
    );
    await Promise.all(
      Array.from({ length: 101 }, (_, index) =>
        api('ghp_stranger', 'POST', `/repos/acme/app/issues/${number}/comments`, {
          body: `me too ${index}`,
        }),
      ),
    );
    for (const token of ['ghp_owner', 'ghp_dana'] as const)
      await api(token, 'POST', `/repos/acme/app/issues/${number}/comments`, { body: 'On it.' });
    const issue = await tracker.get(`${url}/acme/app/issues/${number}`);
    // emulate answers `push` where GitHub answers `write`, so only admins are asked about here.
    expect(issue).toMatchObject({
      id: String(number),
      title: 'Login fails',
      body: 'Sometimes.',
      labels: ['bug'],
      author: 'stranger',
      authorPermission: 'read',
    });
    expect(issue.url).toBe(`${url}/acme/app/issues/${number}`);
    expect(issue.comments).toHaveLength(103);
    expect(new Set(issue.comments.slice(0, 101).map((comment) => comment.body)).size).toBe(101);
    expect(
      issue.comments.slice(-2).map(({ author, permission, body }) => [author, permission, body]),
    ).toEqual([
      ['acme', 'admin', 'On it.'],
      ['dana', 'admin', 'On it.'],
    ]);
  });

  it('lists no pull request among the issues', async () => {
    const { commit, scm, tracker } = await open();
    const { id } = await tracker.create({ title: 'Real', body: '', labels: [] });
    await commit('feat/a', 'a.txt', 'a\n');
    const { number } = await scm.create({
      session: 'app-1',
      branch: 'feat/a',
      base: 'main',
      title: 'Add a',
      body: '',
      draft: false,
    });
    expect((await tracker.list({ state: 'all' })).map((issue) => issue.id)).toEqual([id]);
    // emulate says 404 here; GitHub gives the pull request as an issue, which our fake shows.
    await expect(tracker.get(String(number))).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('the scm at emulate', () => {
  const create = (scm: EmulateWorld['scm'], title = 'Add a') =>
    scm.create({
      session: 'app-1',
      branch: 'feat/a',
      base: 'main',
      title,
      body: 'Because.',
      draft: false,
    });

  it('opens a pull request, changes the open one when asked again, and comments once', async () => {
    const { api, commit, pull, scm } = await open();
    const sha = await commit('feat/a', 'a.txt', 'a\n');
    const fact = await create(scm);
    expect(fact).toMatchObject({
      headSha: sha,
      branch: 'feat/a',
      base: 'main',
      state: 'open',
      title: 'Add a',
      foreign: false,
    });
    expect(await pull(fact.number)).toMatchObject({
      title: 'Add a',
      body: 'Because.',
      user: { login: 'ao-bot' },
      head: { sha },
      draft: false,
    });
    expect(await create(scm, 'Better')).toMatchObject({ key: fact.key, title: 'Better' });
    expect(await pull(fact.number)).toMatchObject({ title: 'Better' });
    for (let time = 0; time < 2; time += 1)
      await scm.comment(fact.key, { body: 'Working on it.', key: 'k', inReplyTo: null });
    expect(
      await api('ghp_dana', 'GET', `/repos/acme/app/issues/${fact.number}/comments`),
    ).toHaveLength(1);
    expect((await scm.read(fact.key)).review.comments).toMatchObject([
      { own: true, body: 'Working on it.' },
    ]);
  });

  it('finds the pull request somebody opened from the branch', async () => {
    const { api, commit, scm } = await open();
    const sha = await commit('feat/a', 'a.txt', 'a\n');
    await api('ghp_dana', 'POST', '/repos/acme/app/pulls', {
      title: 'By hand',
      head: 'feat/a',
      base: 'main',
    });
    const found = await scm.pullRequests([
      { session: 'app-1', branch: 'feat/a', base: 'main', prs: [], since: 0 },
    ]);
    expect(found).toMatchObject([{ session: 'app-1', fact: { title: 'By hand', headSha: sha } }]);
  });

  it.each(['squash', 'merge', 'rebase'] as const)(
    'merges by %s with the sha that was looked at, then deletes the branch, twice',
    async (method) => {
      const { api, commit, pull, scm } = await open();
      const sha = await commit('feat/a', 'a.txt', 'a\n');
      const { key, number } = await create(scm);
      const result = await scm.merge(key, {
        sha,
        base: 'main',
        method,
        title: 'Add a',
        body: 'Because.',
        by: LEE,
      });
      const { merged, merge_commit_sha } = await pull(number);
      expect([merged, result]).toEqual([true, { type: 'merged', mergeSha: merge_commit_sha }]);
      const head = await api<{ sha: string; commit: { message: string }; parents: unknown[] }>(
        'ghp_dana',
        'GET',
        '/repos/acme/app/commits/main',
      );
      expect(head).toMatchObject({
        sha: merge_commit_sha,
        parents: { length: method === 'merge' ? 2 : 1 },
      });
      if (method === 'squash') expect(head.commit.message).toBe(`Add a (#${number})\n\nBecause.`);
      expect(await scm.read(key)).toMatchObject({ state: 'merged', mergeSha: merge_commit_sha });
      for (let time = 0; time < 2; time += 1) await scm.deleteBranch(key);
      await expect(api('ghp_dana', 'GET', '/repos/acme/app/git/ref/heads/feat/a')).rejects.toThrow(
        '404',
      );
    },
  );

  it('closes, and merges nothing that the rules of the branch hold back', async () => {
    const { api, commit, pull, scm } = await open();
    const sha = await commit('feat/a', 'a.txt', 'a\n');
    const { key, number } = await create(scm);
    await api('ghp_owner', 'PUT', '/repos/acme/app/branches/main/protection', {
      required_status_checks: { strict: false, contexts: ['build'] },
      enforce_admins: true,
      required_pull_request_reviews: null,
      restrictions: null,
    });
    // emulate says 422 where GitHub says 405; either way it is a refusal and no fault of ours.
    await expect(
      scm.merge(key, { sha, base: 'main', method: 'squash', title: 'Add a', body: '', by: LEE }),
    ).rejects.toMatchObject({ kind: 'rejected' });
    expect(await pull(number)).toMatchObject({ state: 'open', merged: false });
    await scm.close(key);
    expect(await pull(number)).toMatchObject({ state: 'closed', merged: false });
  });

  it('knows what people may do, the code owners, and what was used of the limits', async () => {
    const { commit, api, scm } = await open();
    await api('ghp_owner', 'PUT', '/repos/acme/app/contents/CODEOWNERS', {
      message: 'own',
      content: Buffer.from('* @dana\n').toString('base64'),
      branch: 'main',
    });
    await commit('feat/a', 'a.txt', 'a\n');
    const { key } = await create(scm);
    // emulate says 404 for who is no collaborator, which is how GitHub answers for a login that does not exist.
    expect(
      await Promise.all(['acme', 'dana', 'stranger'].map((login) => scm.permission(login))),
    ).toEqual(['admin', 'admin', 'none']);
    expect(await scm.codeOwners?.(key)).toBe('* @dana\n');
    const quota = await scm.quota();
    expect(quota?.limits?.core).toMatchObject({ limit: 5_000, remaining: expect.any(Number) });
    expect(quota?.limits?.core?.used).toBeGreaterThan(0);
  });
});

describe('a GitHub App at emulate', () => {
  it('finds its installation, acts as its bot, and is told which permission is missing', async () => {
    const { api, commit, log, scm, tracker } = await open('app');
    const { id } = await tracker.create({ title: 'From the app', body: '', labels: [] });
    expect(await tracker.get(id)).toMatchObject({ author: 'chatops[bot]' });
    const sha = await commit('feat/a', 'a.txt', 'a\n');
    await api('ghp_dana', 'POST', '/repos/acme/app/pulls', {
      title: 'By hand',
      head: 'feat/a',
      base: 'main',
    });
    const key = await scm.resolve('2');
    // A merge needs contents: write, which this app was not given.
    await expect(
      scm.merge(key, { sha, base: 'main', method: 'squash', title: 'Add a', body: '', by: LEE }),
    ).rejects.toMatchObject({
      kind: 'rejected',
      code: 'AO_GITHUB_FORBIDDEN',
    });
    // One token of the installation is used for each of the two clients, however many calls they make.
    expect(log.filter((line) => /access_tokens 201$/.test(line)).length).toBeLessThanOrEqual(2);
  });
});

describe('deliveries signed by emulate', () => {
  const targets = [{ session: 'app-1', branch: 'feat/a', base: 'main', prs: [], since: 0 }];
  type Received = Parameters<Webhooks['receive']>[0];
  const closing: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  /** ao's HTTP server with the webhooks of the scm, and a hook of the repository to it. */
  async function hooked(options: { readonly secret: string; readonly repository?: string }) {
    const world = await open();
    const heard: Array<string | null> = [];
    world.scm.onChange((pr) => void heard.push(pr));
    const webhooks = createWebhooks({
      projects: () => [{ id: 'app', name: 'github', scm: () => world.scm }],
      onEvent: () => {},
      logger: silentLogger,
    });
    const taken: Array<{
      readonly event: string;
      readonly status: number;
      readonly request: Received;
    }> = [];
    const receive: Webhooks['receive'] = async (request) => {
      const answer = await webhooks.receive(request);
      taken.push({
        event: request.headers['x-github-event'] ?? '',
        status: answer.status,
        request,
      });
      return answer;
    };
    const server = await listen(
      createHttp(fakeHttp({}, { webhooks: { ...webhooks, receive } }).deps).app,
      { port: 0, host: '127.0.0.1' },
    );
    closing.push(() => server.close());
    const url = `http://127.0.0.1:${server.port}/webhooks/github`;
    const config = { url, secret: options.secret, content_type: 'json' };
    await world.commit('feat/a', 'a.txt', 'a\n');
    await world.api('ghp_owner', 'POST', `/repos/${options.repository ?? 'acme/app'}/hooks`, {
      name: 'web',
      active: true,
      events: ['*'],
      config,
    });
    return {
      ...world,
      heard,
      taken,
      /** The `count`th delivery of the kind. */
      delivered: (event: string, count = 1) =>
        until(() => taken.filter((one) => one.event === event)[count - 1], {
          what: `a delivery of ${event}`,
          timeoutMs: 25_000,
        }),
      async again(
        { headers, body }: Received,
        change: (body: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> = (same) => same,
      ): Promise<number> {
        const kept = Object.fromEntries(
          Object.entries(headers).filter(([name]) => /^(x-|content-type$)/.test(name)),
        );
        return (
          await fetch(url, { method: 'POST', headers: kept, body: change(new Uint8Array(body)) })
        ).status;
      },
      openByHand: () =>
        world.api<{ number: number }>('ghp_dana', 'POST', '/repos/acme/app/pulls', {
          title: 'By hand',
          head: 'feat/a',
          base: 'main',
        }),
    };
  }

  it('tell of a pull request that was opened, reviewed and merged, without polling', async () => {
    const { api, delivered, heard, log, openByHand, scm, taken } = await hooked({ secret: 'hush' });
    expect(await scm.pullRequests(targets)).toEqual([]);
    const { number } = await openByHand();
    expect(await delivered('pull_request')).toMatchObject({ status: 202 });
    await until(() => heard.length > 0, { what: 'the listener was called' });
    log.length = 0;
    expect(await scm.pullRequests(targets)).toMatchObject([
      { fact: { number, state: 'open', title: 'By hand' } },
    ]);

    // A comment would not do: emulate's issue_comment does not say that the issue is a pull request.
    await api('ghp_dana', 'POST', `/repos/acme/app/pulls/${number}/reviews`, {
      event: 'REQUEST_CHANGES',
      body: 'Please document it.',
    });
    expect(await delivered('pull_request_review')).toMatchObject({ status: 202 });
    expect(await scm.pullRequests(targets)).toMatchObject([
      {
        fact: {
          review: { comments: [{ author: 'dana', own: false, body: 'Please document it.' }] },
        },
      },
    ]);

    await api('ghp_dana', 'PUT', `/repos/acme/app/pulls/${number}/merge`, {});
    await delivered('pull_request', 2);
    expect(await scm.pullRequests(targets)).toMatchObject([{ fact: { number, state: 'merged' } }]);
    expect(log.filter((line) => line.startsWith('GET /repos/acme/app/pulls '))).toEqual([]);
    expect(taken.map((one) => one.status)).toEqual(taken.map(() => 202));
  });

  it('are taken once, however often they come, and never with a changed body', async () => {
    const { again, delivered, heard, openByHand } = await hooked({ secret: 'hush' });
    await openByHand();
    const { request } = await delivered('pull_request');
    await until(() => heard.length > 0, { what: 'the listener was called' });
    heard.length = 0;
    expect(await again(request)).toBe(202);
    expect(heard).toEqual([]);
    expect(await again(request, (body) => body.with(body.length - 2, 0x20))).toBe(401);
    expect(heard).toEqual([]);
  });

  it('are refused when they are signed with another secret', async () => {
    const { delivered, heard, openByHand } = await hooked({ secret: 'other' });
    await openByHand();
    expect(await delivered('pull_request')).toMatchObject({ status: 401 });
    expect(heard).toEqual([]);
  });

  it('of another repository with the same secret change nothing', async () => {
    const { api, delivered, heard } = await hooked({ secret: 'hush', repository: 'acme/other' });
    const sha = (
      await api<{ object: { sha: string } }>(
        'ghp_owner',
        'GET',
        '/repos/acme/other/git/ref/heads/main',
      )
    ).object.sha;
    await api('ghp_owner', 'POST', '/repos/acme/other/git/refs', { ref: 'refs/heads/feat/a', sha });
    await api('ghp_owner', 'POST', '/repos/acme/other/pulls', {
      title: 'Elsewhere',
      head: 'feat/a',
      base: 'main',
    });
    expect(await delivered('pull_request')).toMatchObject({ status: 202 });
    expect(heard).toEqual([]);
  });
});
