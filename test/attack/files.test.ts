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
/** In the place of a branch git waits for these; the others are errors at once. */
const STALLS_GIT: readonly Hostile[] = [
  'pipe',
  'link to a pipe',
  'link to a device',
  'huge sparse file',
];

let bot: BotWorld;
let undo: Array<() => void> = [];
afterEach(async () => {
  for (const one of undo) one();
  undo = [];
  await bot.close();
});

const view = (id: string): SessionView => {
  const found = bot.app().commands.session(id);
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
  await until(() => view(id).openRequests.length > 0, {
    what: `${id} to ask`,
    timeoutMs: 60_000,
  });
  return id;
}

/** The bot answers, and spends less than a second of work on whatever lies there; waiting for other programs isn't counted. */
async function isWell(): Promise<void> {
  const before = process.cpuUsage();
  expect((await fetch(`${bot.url()}/healthz`)).status).toBe(200);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(1_000);
}

async function messages(session: string): Promise<readonly string[]> {
  const answer = await fetch(`${bot.url()}/api/chat/threads/${session}/messages`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  return ((await answer.json()) as readonly object[]).map((row) => JSON.stringify(row));
}

const told = async (session: string, ...words: readonly string[]): Promise<number> =>
  (await messages(session)).filter((text) => words.every((word) => text.includes(word))).length;

async function toldInChannel(path: string): Promise<number> {
  const rows = JSON.parse(await bot.webChannel('sample')) as readonly object[];
  return rows.filter((row) => JSON.stringify(row).includes(path)).length;
}

// threat: an agent puts a pipe, a device, a folder, a link or 40 GB in the place of a file that ao or git reads | the bot answers, others go on, it is told once, and a start over it works
it.each(KINDS)(
  'a %s in place of what ao reads of a session stops nothing, is told once, and a start over it works',
  async (kind) => {
    bot = await botWorld({
      ...PUPPET,
      project: { ...PUPPET.project, trigger: { enabled: true, interval: '10s' } },
    });
    await bot.start();
    const victim = await working();
    const events = join(bot.dataDir, 'agents', victim, 'events.jsonl');
    const issues = join(bot.repo.path, '.ao', 'issues');
    const issue = join(issues, readdirSync(issues)[0] ?? '');
    const pointer = join(view(victim).workspacePath ?? '', '.git');
    for (const place of [events, issue, pointer]) {
      undo.push(await plant(kind, place));
      await isWell();
    }
    await until(async () => (await told(victim, "ao can't follow all", events)) > 0, {
      what: 'the thread to say what is in the way',
      timeoutMs: 30_000,
    });
    await until(async () => (await toldInChannel(issue)) > 0, {
      what: 'the channel to say which issue starts nothing',
      timeoutMs: 60_000,
    });
    const other = await working();

    const ref = join(bot.repo.path, '.git', 'refs', 'heads', view(other).branch);
    undo.push(await plant(kind, ref));
    await isWell();
    if (STALLS_GIT.includes(kind)) {
      const late = await spawned();
      await until(async () => (await told(late, ref)) > 0, {
        what: 'the thread of a new session to say why git does not run',
        timeoutMs: 30_000,
      });
    }

    await bot.stop();
    await bot.start();
    await isWell();
    expect(view(other).endedAt).toBeNull();
    expect(await told(victim, "ao can't follow all", events)).toBe(1);
    expect(await toldInChannel(issue)).toBe(1);

    rmSync(ref, { recursive: true });
    await working();
  },
  300_000,
);
