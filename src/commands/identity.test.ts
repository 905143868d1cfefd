import { expect, test } from 'vitest';
import { type CommandWorld, commandWorld, person } from '../../test/support/command-world.ts';

const LEE = person('slack:T1:U-LEE');
const ADMIN = person('web:local');
const ACCESS = { users: { 'slack:T1:U-LEE': ['viewer'], 'slack:T1:U-KIM': ['viewer'] } };

const begin = async (world: CommandWorld, login = 'octocat', who = LEE): Promise<string> => {
  const begun = await world.commands.beginLink(who, { login, project: null, channel: null });
  if (!begun.ok) throw new Error(begun.error.message);
  return begun.value.code;
};
const write = (
  world: CommandWorld,
  author: string,
  body: string,
  at = world.lifecycle.clock.now(),
): void => {
  const issue = world.tracker.issues.get('1');
  if (issue === undefined) throw new Error('no issue');
  world.tracker.issues.set('1', {
    ...issue,
    comments: [
      ...issue.comments,
      { id: `x${at}${body.length}${author}`, author, permission: 'read', body, at },
    ],
  });
};
const confirm = (world: CommandWorld, who = LEE) => world.commands.confirmLink(who, { issue: '1' });

test('the code as a comment of the login links the person', async () => {
  const world = await commandWorld({ access: ACCESS });
  write(world, 'octocat', `${await begin(world)}\n`);
  expect(await confirm(world)).toMatchObject({
    ok: true,
    value: { subject: LEE.subject, login: 'octocat', forge: 'github', proof: 'comment' },
  });
  expect(world.commands.ownLinks(LEE)).toMatchObject({ value: [{ login: 'octocat' }] });
  expect(world.rows().filter((row) => row.action === 'linked')).toMatchObject([
    { subject: LEE.subject, detail: 'slack:T1:U-LEE is @octocat at github (comment)' },
  ]);
});

// threat: a person claims somebody else's login | links nobody without the code
test('a claim alone links nobody', async () => {
  const world = await commandWorld({ access: ACCESS });
  await begin(world);
  expect(await confirm(world)).toMatchObject({ ok: false, error: { code: 'AO_ACCESS_DENIED' } });
  expect(world.commands.ownLinks(LEE)).toEqual({ ok: true, value: [] });
  expect(world.rows().at(-1)).toMatchObject({
    subject: LEE.subject,
    action: 'link',
    allowed: false,
  });
});

test.each<[string, (world: CommandWorld, code: string) => void]>([
  ['written by another login', (world, code) => write(world, 'mallory', code)],
  ['among other words', (world, code) => write(world, 'octocat', `what is ${code} ?`)],
  ['quoted', (world, code) => write(world, 'octocat', `> ${code}`)],
  [
    'in a comment older than the code',
    (world, code) => write(world, 'octocat', code, world.lifecycle.clock.now() - 120_000),
  ],
  ['of somebody else', (world) => write(world, 'octocat', 'ao-link-0000000000000000')],
])('a code %s proves nothing', async (_, act) => {
  const world = await commandWorld({ access: ACCESS });
  act(world, await begin(world));
  expect((await confirm(world)).ok).toBe(false);
  expect(world.commands.ownLinks(LEE)).toEqual({ ok: true, value: [] });
});

test('a code is for one person, one login, once, and for 15 minutes', async () => {
  const world = await commandWorld({ access: ACCESS });
  write(world, 'octocat', await begin(world));
  expect((await confirm(world, person('slack:T1:U-KIM'))).ok).toBe(false);
  expect((await confirm(world)).ok).toBe(true);
  expect(await confirm(world)).toMatchObject({ ok: false, error: { code: 'AO_STALE' } });
  const second = await begin(world);
  world.lifecycle.clock.pass(15 * 60_000);
  write(world, 'octocat', second);
  expect(await confirm(world)).toMatchObject({ ok: false, error: { code: 'AO_STALE' } });
});

test.each(['../etc', 'a b', '-x', 'x'.repeat(40), 'a--b', 'a/b', '$(id)', 'a\nb', ''])(
  '%j is no login',
  async (login) => {
    const world = await commandWorld({ access: ACCESS });
    expect(
      await world.commands.beginLink(LEE, { login, project: null, channel: null }),
    ).toMatchObject({ ok: false, error: { code: 'AO_BAD_REQUEST' } });
  },
);

test('only admins link others, see everybody, and take the links of others back', async () => {
  const world = await commandWorld({ access: ACCESS });
  const { commands } = world;
  const vouch = { subject: 'discord:1:KIM', login: 'kim', project: null };
  expect(await commands.vouchLink(LEE, vouch)).toMatchObject({
    ok: false,
    error: { code: 'AO_ACCESS_DENIED' },
  });
  expect(commands.allLinks(LEE)).toMatchObject({ ok: false });
  expect((await commands.vouchLink(ADMIN, vouch)).ok).toBe(true);
  expect(await commands.vouchLink(ADMIN, { ...vouch, subject: 'agent:app-1' })).toMatchObject({
    ok: false,
    error: { code: 'AO_BAD_REQUEST' },
  });
  expect(commands.allLinks(ADMIN)).toMatchObject({
    ok: true,
    value: [{ subject: 'discord:1:KIM', login: 'kim', proof: 'admin' }],
  });
  expect(await commands.removeLinks(LEE, 'discord:1:KIM')).toMatchObject({
    ok: false,
    error: { code: 'AO_ACCESS_DENIED' },
  });
  expect(await commands.removeLinks(ADMIN, 'discord:1:KIM')).toEqual({ ok: true, value: 1 });
  expect(await commands.removeLinks(LEE, null)).toMatchObject({
    ok: false,
    error: { code: 'AO_STATE' },
  });
});

test('where no forge is, nobody has a login', async () => {
  const world = await commandWorld({ access: ACCESS });
  world.forge = null;
  expect(
    await world.commands.beginLink(LEE, { login: 'octocat', project: null, channel: null }),
  ).toMatchObject({
    ok: false,
    error: { code: 'AO_UNSUPPORTED' },
  });
});
