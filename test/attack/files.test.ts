import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { SessionView } from '../../src/commands/views.ts';
import { ADMIN_TOKEN, type BotWorld, botWorld } from '../support/bot-world.ts';
import { type Hostile, plant, TOLD } from '../support/hostile-files.ts';
import { PUPPET } from '../support/team.ts';
import { until } from '../support/until.ts';

/** All kinds with `npm run test:attack`; with `npm test` the one that a careless reader never comes back from. */
const KINDS: readonly Hostile[] = process.env.AO_ATTACK === 'all' ? TOLD : ['pipe'];

let bot: BotWorld;
let undo: Array<() => void> = [];
afterEach(async () => {
  for (const one of undo) one();
  undo = [];
  await bot.close();
});

const view = (id: string): SessionView => {
  const { commands, admin } = bot.app();
  const found = commands.session(admin, id);
  if (!found.ok) throw new Error(found.error.message);
  return found.value;
};

/** Asks for a session; resolves with its id. */
async function spawned(): Promise<string> {
  const { commands, admin } = bot.app();
  const asked = await commands.spawn(admin, {
    project: 'sample',
    channel: null,
    issues: [],
    text: 'do: ask',
    agent: null,
    model: null,
    base: null,
    prompt: null,
    plan: false,
    again: false,
    key: null,
  });
  return asked.ok ? (asked.value[0]?.session?.id ?? '') : '';
}

/** The session has worked so far that its agent asks a person. */
async function working(): Promise<string> {
  const id = await spawned();
  await until(() => view(id).openRequests.length > 0, { what: `${id} to ask`, timeoutMs: 60_000 });
  return id;
}

/** The bot answers, and spends less than a second of work on whatever lies there; waiting for other programs isn't counted. */
async function isWell(): Promise<void> {
  const before = process.cpuUsage();
  expect((await fetch(`${bot.url()}/healthz`)).status).toBe(200);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(1_000);
}

/** How many messages of the thread have all these words. */
async function told(session: string, ...words: readonly string[]): Promise<number> {
  const answer = await fetch(`${bot.url()}/api/chat/threads/${session}/messages`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  return ((await answer.json()) as readonly object[])
    .map((row) => JSON.stringify(row))
    .filter((text) => words.every((word) => text.includes(word))).length;
}

const isTold = (session: string, ...words: readonly string[]): Promise<boolean> =>
  until(async () => (await told(session, ...words)) > 0, {
    what: `the thread of ${session} to say ${words.join(', ')}`,
    timeoutMs: 40_000,
  });

const FOLLOW = "ao can't follow all";

// threat: an agent puts a pipe, a device, a folder, a link or 40 GB in the place of a file that ao or git reads | the bot answers, others go on, it is told once, and a start over it works
it(`${KINDS.join(', ')} in place of what ao reads: the bot answers, others go on, and a start over it works`, async () => {
  bot = await botWorld({
    ...PUPPET,
    more: { ...PUPPET.more, limits: { maxSessions: 30, memory: { perSession: 0 } } },
  });
  await bot.start();
  const other = await working();
  const victims = await Promise.all(KINDS.map(async (kind) => ({ kind, id: await working() })));
  const issues = join(bot.repo.path, '.ao', 'issues');
  const names = readdirSync(issues);
  for (const [at, { kind, id }] of victims.entries()) {
    const places = [
      join(bot.dataDir, 'agents', id, 'events.jsonl'),
      join(view(id).workspacePath ?? '', '.git'),
      join(issues, names[at] ?? `${900 + at}-planted.md`),
    ];
    for (const place of places) {
      undo.push(await plant(kind, place));
      await isWell();
    }
  }
  for (const { id } of victims) {
    await isTold(id, FOLLOW, join(bot.dataDir, 'agents', id, 'events.jsonl'));
    await isTold(id, 'Nothing was deleted', 'To mend it');
    expect(view(id).troubles, id).toEqual([expect.stringContaining('so ao runs no git there')]);
  }
  await working();

  const ref = join(bot.repo.path, '.git', 'refs', 'heads', view(other).branch);
  undo.push(await plant('pipe', ref));
  await isWell();
  const late = await spawned();
  await isTold(late, ref);

  await bot.stop();
  await bot.start();
  await isWell();
  expect(view(other).endedAt).toBeNull();
  for (const { id } of victims) {
    expect(view(id).endedAt, id).toBeNull();
    expect(await told(id, FOLLOW)).toBe(1);
    expect(await told(id, 'Nothing was deleted', 'To mend it')).toBe(1);
  }

  rmSync(ref, { recursive: true });
  await working();
}, 300_000);
