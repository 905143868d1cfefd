import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runGh } from '../../src/cli/gh/run-gh.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { type GitHubBot, gitHubBot } from '../support/github-bot.ts';
import { tempDir } from '../support/tmp.ts';
import { until } from '../support/until.ts';

let bot: GitHubBot;
let session: string;
let pull: number;
const folder = tempDir('ao-gh-');
const log = join(folder.path, 'log');
beforeAll(async () => {
  bot = await gitHubBot();
  bot.fake.tokens.add('ghp_agent');
  mkdirSync(join(folder.path, 'bin'));
  const gh = join(folder.path, 'bin', 'gh');
  writeFileSync(
    gh,
    `#!/bin/sh\nexec ${process.execPath} ${join(import.meta.dirname, '..', 'fixtures', 'gh.mjs')} "$@"\n`,
  );
  chmodSync(gh, 0o755);
  const made = await bot.delivered();
  session = made.session;
  pull = made.pull.number;
});
afterAll(async () => {
  await bot.close();
  folder.remove();
  expect(bot.fake.violations).toEqual([]);
});

const environment = (more: Readonly<Record<string, string>> = {}) => {
  const { env, cwd } = bot.environment(session);
  const path = `${env.PATH ?? ''}${delimiter}`.replace(
    delimiter,
    `${delimiter}${join(folder.path, 'bin')}${delimiter}`,
  );
  return {
    cwd,
    env: {
      ...env,
      PATH: path,
      FORGE_URL: bot.fake.url,
      GH_TOKEN: 'ghp_agent',
      GH_LOG: log,
      ...more,
    },
  };
};
/** As the agent runs it, in this process. */
const gh = async (line: string, more: Readonly<Record<string, string>> = {}) => {
  const { env, cwd } = environment(more);
  let [out, err] = ['', ''];
  const code = await runGh(line.split(' '), {
    env: { ...env, AO_GH_SHIM: join(packageRoot(), 'bin', 'agent') },
    cwd,
    terminal: false,
    now: () => bot.clock.now(),
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { code, out, err };
};
const asked = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0);
const used = async () =>
  (
    await bot.app.commands
      .quota(bot.app.admin)
      .then((quota) => (quota.ok ? quota.value.agents : []))
  )[0];

it('asks once for what is asked again at once, then with the ETag; a failure is never kept; a write is, and clears what was read', async () => {
  const path = `api repos/acme/app/pulls/${pull}`;
  const first = await gh(path);
  expect(JSON.parse(first.out)).toMatchObject({ number: pull });
  expect((await gh(path)).out).toBe(first.out);
  expect(asked()).toBe(1);

  bot.clock.skip(20_000);
  // ao's own questions are others.
  const free = () =>
    bot.fake.log.filter((line) => line === `GET /repos/acme/app/pulls/${pull} 304`).length;
  expect(free()).toBe(0);
  expect(await gh(path)).toEqual(first);
  expect(free()).toBe(1);

  expect((await gh(`pr view ${pull}`)).out).toContain('"number"');
  expect((await gh(`pr view ${pull}`)).code).toBe(0);
  for (const _ of [1, 2])
    expect(await gh('api repos/acme/app/pulls/99')).toMatchObject({
      code: 1,
      err: 'gh: Not Found (HTTP 404)\n',
    });
  const before = asked();
  expect((await gh(`pr comment ${pull} --body hello`)).code).toBe(0);
  expect((await gh(`pr view ${pull}`)).code).toBe(0);
  expect(asked()).toBe(before + 2);

  expect(await used()).toMatchObject({
    session,
    reads: 5,
    cached: 2,
    unchanged: 1,
    writes: 1,
    failed: 2,
  });
  expect((await used())?.limits).toMatchObject([{ name: 'core', limit: 5_000 }]);
  expect(await bot.me.command('/ao quota')).toMatch(new RegExp(`${session} +.*5 .*2 .*1 .*1 .*2`));
});

it('a pull request that the agent opens from another branch is followed too; one that it only names is not', async () => {
  await bot.git(session, 'checkout', '-qb', 'feat/second');
  await bot.push(session, { 'second.txt': 'two\n' });
  const { code, out } = await gh('pr create feat/second Second');
  expect(code).toBe(0);
  const number = Number(out.trim().split('/').at(-1));
  await until(async () => (await bot.me.view(session)).prs.length === 2, {
    what: 'the second pull request at the session',
  });
  expect((await bot.me.view(session)).prs.map((pr) => pr.number).toSorted()).toEqual([
    pull,
    number,
  ]);
  bot.github.thread(number, 'dana', 'Two of them?', 'second.txt', 1);
  await until(() => bot.received(session).some((text) => text.includes('Two of them?')), {
    what: 'the remark at the agent',
  });

  const other = await bot.delivered({ title: 'Other' });
  const say = await fetch(`${bot.url}/api/sessions/${session}/gh`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${bot.environment(session).env.AO_TOKEN ?? ''}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      type: 'tell',
      key: null,
      kind: 'write',
      outcome: 'ok',
      opened: out.trim().replace(/\d+$/, String(other.pull.number)),
    }),
  });
  expect(say.status).toBe(200);
  await until(
    () =>
      bot.logged.some(({ message }) =>
        message.includes('named a pull request that is not its own'),
      ),
    { what: 'the refusal' },
  );
  expect((await bot.me.view(session)).prs).toHaveLength(2);
  await bot.git(session, 'checkout', '-q', '-');
});

it('what a rule of ao forbids is not sent, told with the way to go, and on record; its own pull request it may close', async () => {
  const other = await bot.delivered({ title: 'Someone else' });
  const before = asked();
  for (const line of [
    `pr merge ${pull}`,
    `pr edit ${pull} --base stage`,
    `pr close ${other.pull.number}`,
    `pr review ${other.pull.number} --approve`,
    `api -X PATCH repos/acme/app/pulls/${pull} -f base=stage`,
  ])
    expect(await gh(line)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^ao: Not /),
    });
  expect(asked()).toBe(before);
  await gh(`pr close ${pull}`);
  expect(asked()).toBe(before + 1);
  const rows = bot.app.commands.readAudit(bot.app.admin, { session, limit: 50 });
  expect(rows.ok && rows.value.map((row) => row.detail)).toContainEqual(
    expect.stringContaining(`gh pr merge ${pull}: Not merged`),
  );
});

it('holds back once GitHub refused because of a limit, says until when, and goes on afterwards', async () => {
  bot.fake.fault({
    match: /pulls\/77/,
    status: 403,
    message: 'You have exceeded a secondary rate limit.',
    headers: { 'retry-after': '120' },
  });
  expect(await gh('api repos/acme/app/pulls/77')).toMatchObject({
    code: 1,
    err: expect.stringContaining('secondary rate limit'),
  });
  const before = asked();
  expect(await gh('api repos/acme/app/pulls/78')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/used up until \d\d:\d\d UTC; this was not sent/),
  });
  expect(asked()).toBe(before);
  bot.clock.skip(121_000);
  expect((await gh('api repos/acme/app')).code).toBe(0);
});

it("has the shim first on the agent's PATH, never ao's own token, and says what to do where no gh is", async () => {
  const { env, cwd } = bot.environment(session);
  expect(env.PATH?.split(delimiter)[0]).toBe(join(packageRoot(), 'bin', 'agent'));
  expect(JSON.stringify(env)).not.toContain('ghp_test');
  const bare = {
    ...env,
    PATH: `${join(packageRoot(), 'bin', 'agent')}${delimiter}/usr/bin${delimiter}/bin`,
  };
  const { code, err } = await new Promise<{ code: number; err: string }>((resolve) => {
    execFile('gh', ['pr', 'create'], { cwd, env: bare }, (error, _out, stderr) =>
      resolve({ code: Number(error?.code ?? 0), err: stderr }),
    );
  });
  // Where gh is installed for everybody it answers itself.
  if (!existsSync('/usr/bin/gh'))
    expect({ code, err }).toMatchObject({
      code: 127,
      err: expect.stringMatching(/gh is not installed[\s\S]*ao pr create/),
    });
});

it('works as ever when ao is down', async () => {
  const more = { AO_URL: 'http://127.0.0.1:9' };
  expect(await gh(`api repos/acme/app/pulls/${pull}`, more)).toMatchObject({ code: 0, err: '' });
});
