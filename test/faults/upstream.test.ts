import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { githubScmConfig } from '../../plugins/scm/github/config.ts';
import { createGitHubScm } from '../../plugins/scm/github/github-scm.ts';
import { createGitHubClient } from '../../plugins/shared/github/client.ts';
import { githubAccessSchema } from '../../plugins/shared/github/config.ts';
import { createGitHubTracker } from '../../plugins/tracker/github/github-tracker.ts';
import { outboundHandlers } from '../../src/chat/thread/outbound.ts';
import { MIGRATIONS } from '../../src/db/memory-harness.ts';
import { openDatabase } from '../../src/db/open.ts';
import { enqueue } from '../../src/db/outbox-store.ts';
import { failedJobs } from '../../src/db/outbox-view.ts';
import type { PullRequestFact } from '../../src/domain/session/facts.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { createPullRequestObserver } from '../../src/lifecycle/observe/pull-requests.ts';
import { createOutbox } from '../../src/lifecycle/outbox.ts';
import type { Handler } from '../../src/lifecycle/outbox-parts.ts';
import type { ChatPlugin, ThreadRef } from '../../src/slots/chat.ts';
import { type FaultyProxy, startFaultyProxy, type Weather } from '../fakes/faulty-proxy.ts';
import { CHANNEL, openSlackDriver } from '../fakes/slack/slack-driver.ts';
import { pluginWorld, said } from '../support/discord-plugin.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { faultTable } from '../support/fault-table.ts';
import { openGitHubWorld } from '../support/github-world.ts';
import { lifecycleWorld } from '../support/lifecycle-world.ts';
import { tempDir } from '../support/tmp.ts';
import { until } from '../support/until.ts';

const { fault, written } = faultTable('Faults of the platforms', 'upstream');
const MINUTE = 60_000;
/** The real thing takes 30 s an answer: `npm run test:slow`. */
const SLOW = Number(process.env.AO_SLOW_MS ?? 300);
/** A bot that waits for an answer this long, ms, and one that comes after. */
const IMPATIENT = 1_000;
const LATE = 2_000;

/** Of the real thing the figures are written down. */
const figures: string[] = [];
const note = (name: string, result: string, ms: number): void =>
  void figures.push(`| ${name} | ${SLOW / 1_000} s | ${result} | ${Math.round(ms / 1_000)} s |`);
afterAll(() => {
  if (SLOW < 30_000 || figures.length < 3) return;
  const head = [
    '# Platforms as slow as that',
    '',
    'Written by `npm run test:slow`.',
    '',
    '| platform | each answer takes | seen | it took |',
    '|---|---|---|---|',
  ];
  writeFileSync(
    join(import.meta.dirname, '..', '..', 'docs', 'faults', 'slow.md'),
    [...head, ...figures, ''].join('\n'),
  );
});

interface Chat {
  readonly plugin: ChatPlugin;
  readonly thread: ThreadRef;
  readonly proxy: FaultyProxy;
  readonly time: SkippingClock;
  /** Posts in the thread besides the card. */
  seen(): readonly string[];
  close(): Promise<void>;
}

/** The plugin's clock: real waits, and the hours the outbox is told have passed, so that both agree what time it is. */
interface SkippingClock extends Clock {
  skip(ms: number): void;
}

function skippingClock(): SkippingClock {
  let skipped = 0;
  return {
    now: () => systemClock.now() + skipped,
    after: systemClock.after,
    skip(ms) {
      skipped += ms;
    },
  };
}

async function openSlack(timeoutMs?: number): Promise<Chat> {
  let proxy: FaultyProxy | null = null;
  const time = skippingClock();
  const driver = await openSlackDriver({
    clock: time,
    apiUrl: async (url) => {
      proxy = await startFaultyProxy(url);
      return `${proxy.url}/api/`;
    },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  if (proxy === null) throw new Error('no proxy');
  const between: FaultyProxy = proxy;
  await driver.plugin.start(async () => ({}));
  await driver.slack.connected();
  const thread = await driver.plugin.openThread({
    channel: CHANNEL,
    session: 'app-1',
    title: 'app-1',
    card: { ...said('card'), kind: 'card' },
    key: 'open',
  });
  return {
    plugin: driver.plugin,
    thread,
    proxy: between,
    time,
    seen: () =>
      driver.slack.workspace.messages
        .filter((message) => message.thread_ts === thread.thread && message.ts !== thread.thread)
        .map((message) => message.text),
    async close() {
      between.weather = { type: 'fair' };
      await driver.plugin.stop();
      await driver.close();
      await between.close();
    },
  };
}

async function openDiscord(timeoutMs?: number): Promise<Chat> {
  let proxy: FaultyProxy | null = null;
  const time = skippingClock();
  const world = await pluginWorld({
    clock: time,
    apiUrl: async (url) => {
      proxy = await startFaultyProxy(url);
      return `${proxy.url}/api`;
    },
    ...(timeoutMs === undefined ? {} : { config: { timeoutMs } }),
  });
  if (proxy === null) throw new Error('no proxy');
  const between: FaultyProxy = proxy;
  const plugin = await world.start();
  await world.ready();
  const thread = await world.thread();
  return {
    plugin,
    thread,
    proxy: between,
    time,
    seen: () => world.fake.seenIn(thread.thread).map((message) => message.content),
    async close() {
      between.weather = { type: 'fair' };
      await world.close();
      await between.close();
    },
  };
}

/** The real outbox and the real post handler, with a clock that can pass an hour, and a second lane beside it. */
function outboxOver(chat: Chat) {
  const folder = tempDir('ao-fault-');
  const db = openDatabase(join(folder.path, 'ao.db'), MIGRATIONS);
  const clock = fakeClock();
  const others: string[] = [];
  const never = (): never => {
    throw new Error('not part of this test');
  };
  const handlers = outboundHandlers({
    plugin: () => chat.plugin,
    view: never,
    thread: () => ({
      channel: chat.thread.channel,
      thread: chat.thread.thread,
      root: chat.thread.root,
      cardHash: null,
    }),
    setThread: never,
    refreshCard: never,
    posted: () => null,
    posts: () => [],
    waiting: () => [],
    changed: never,
    threadLink: never,
    reopen: never,
    links: () => never(),
    now: () => clock.now(),
    redact: (text) => text,
  });
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const other: Handler = {
    async run(job) {
      others.push(job.key);
      return {};
    },
    failed() {},
  };
  const posts: Handler = { ...handlers['chat.post'], failed() {} };
  const outbox = createOutbox({
    db,
    clock,
    logger,
    handlers: { 'chat.post': posts, other },
    together: (work) => db.transaction(work),
  });
  const add = (key: string, type: string, payload: unknown): void =>
    enqueue(db, { key, lane: type, session: 'app-1', type, payload }, clock.now());
  return {
    others,
    failed: () => failedJobs(db, 10),
    add,
    outbox,
    /** Time goes on while what is due is carried out. */
    async pass(ms: number, step = MINUTE) {
      for (let gone = 0; gone < ms; gone += step) {
        const passed = Math.min(step, ms - gone);
        chat.time.skip(passed);
        clock.pass(passed);
        outbox.wake();
        await outbox.idle();
      }
    },
    async close() {
      await outbox.stop();
      db.$client.close();
      folder.remove();
    },
  };
}

const WORDS = ['one', 'two', 'three', 'four', 'five', 'six'];

async function throughWeather(
  open: () => Promise<Chat>,
  weather: Weather,
  hours: number,
): Promise<void> {
  const chat = await open();
  const world = outboxOver(chat);
  try {
    chat.proxy.weather = weather;
    world.outbox.start();
    for (const word of WORDS)
      world.add(`post:${word}`, 'chat.post', { platform: 'x', message: said(word) });
    world.add('other', 'other', {});
    world.outbox.wake();
    await world.outbox.idle();
    expect(world.others).toEqual(['other']);
    await world.pass(hours * 60 * MINUTE, 5 * MINUTE);
    chat.proxy.weather = { type: 'fair' };
    await world.pass(30 * MINUTE, 5 * MINUTE);
    expect(world.failed()).toEqual([]);
    expect(chat.seen()).toEqual(WORDS);
  } finally {
    await world.close();
    await chat.close();
  }
}

/** As slow as it is, nothing fails and nothing is tried twice. */
async function throughSlowness(name: string, open: () => Promise<Chat>): Promise<void> {
  const chat = await open();
  const world = outboxOver(chat);
  try {
    chat.proxy.weather = { type: 'slow', ms: SLOW };
    const asked = chat.proxy.writes();
    const began = performance.now();
    world.outbox.start();
    for (const word of WORDS)
      world.add(`post:${word}`, 'chat.post', { platform: 'x', message: said(word) });
    world.add('other', 'other', {});
    world.outbox.wake();
    await until(() => world.others.length === 1, 10_000, 'the other effect');
    expect(chat.seen().length).toBeLessThan(WORDS.length);
    await world.outbox.idle();
    expect(chat.seen()).toEqual(WORDS);
    expect(world.failed()).toEqual([]);
    expect(chat.proxy.writes() - asked).toBe(WORDS.length);
    note(
      name,
      `${WORDS.length} posts, once and in order, at the first try`,
      performance.now() - began,
    );
  } finally {
    await world.close();
    await chat.close();
  }
}

/** What was asked is done after the bot has given up waiting: by the time of its next look it is there. */
async function throughLateness(
  open: (timeoutMs: number) => Promise<Chat>,
  waits: boolean,
): Promise<void> {
  const chat = await open(IMPATIENT);
  const world = outboxOver(chat);
  try {
    chat.proxy.weather = { type: 'late', ms: LATE };
    world.outbox.start();
    for (const word of WORDS.slice(0, 2))
      world.add(`post:${word}`, 'chat.post', { platform: 'x', message: said(word) });
    await until(() => chat.proxy.due() > 0, 10_000, 'the first try');
    await world.outbox.idle();
    if (waits) {
      // Not looked for before it can have settled.
      const tries = chat.proxy.writes();
      await world.pass(30_000, 5_000);
      expect(chat.proxy.writes()).toBe(tries);
    } else await world.pass(30_000, 5_000);
    await until(() => chat.proxy.due() === 0, 10_000, 'what was late');
    chat.proxy.weather = { type: 'fair' };
    await world.pass(10 * MINUTE);
    expect(chat.seen()).toEqual(WORDS.slice(0, 2));
    expect(world.failed()).toEqual([]);
  } finally {
    await world.close();
    await chat.close();
  }
}

const CHATS = [
  ['Slack', openSlack, 'looked for a minute later and found; nothing is posted twice'],
  ['Discord', openDiscord, 'asked again with the same nonce, which makes nothing twice'],
] as const;

for (const [name, open, late] of CHATS) {
  fault(
    `${name} is down for an hour`,
    'nothing is lost: every post goes out afterwards, once and in order; other effects go on meanwhile',
    () => throughWeather(open, { type: 'down' }, 1),
  );
  fault(
    `${name} answers after 30 s`,
    'every post goes out, once, in order and at the first try; other effects do not wait for it',
    () => throughSlowness(name, open),
    Math.max(60_000, SLOW * 30),
  );
  fault(`${name} does what was asked after the bot stopped waiting for it`, late, () =>
    throughLateness(open, name === 'Slack'),
  );
  fault(
    `${name} flaps: cuts before or after doing what was asked`,
    'every post goes out, once and in order: what may have been made is looked up first',
    () => throughWeather(open, { type: 'flapping' }, 1),
  );
  fault(
    `${name} answers garbage instead of doing what was asked`,
    'tried again later; every post goes out, once and in order',
    () => throughWeather(open, { type: 'garbage', done: false }, 1),
  );
  fault(
    `${name} does what was asked and answers garbage`,
    'what was made is found, nothing is posted twice',
    () => throughWeather(open, { type: 'garbage', done: true }, 1),
  );
}

/** What an hour of bad weather does to what is known of pull requests, and whether it is right again afterwards. */
async function githubThrough(weather: Weather): Promise<void> {
  const timeoutMs = weather.type === 'slow' ? Math.max(2_000, weather.ms * 1.5) : 2_000;
  const github = await openGitHubWorld({ config: { timeoutMs } });
  const proxy = await startFaultyProxy(github.fake.url);
  const life = lifecycleWorld();
  try {
    const context = github.context;
    const access = { token: 'ghp_test', baseUrl: proxy.url, timeoutMs };
    const client = createGitHubClient(
      githubAccessSchema.strip().parse(access),
      context,
      github.project,
      { throttle: false },
    );
    const scm = createGitHubScm(client, githubScmConfig.parse(access), context, github.project);
    const logged: string[] = [];
    const log = (_fields: object, message: string): void => void logged.push(message);
    const observer = createPullRequestObserver({
      plugins: { ...life.plugins, scm: () => scm },
      dispatch: life.dispatch,
      clock: life.clock,
      logger: { debug: log, info: log, warn: log, error: log },
      interval: () => MINUTE,
      redact: (text) => text,
    });
    await life.working('app-1');
    const head = github.commit('feat/42', { 'a.txt': 'one' });
    github.world.open({ branch: 'feat/42', title: 'One' });
    await observer.round('app');
    const known = (): readonly PullRequestFact[] => life.dispatch.snapshot('app-1')?.prs ?? [];
    expect(known()).toMatchObject([{ headSha: head, state: 'open' }]);
    const before = known();
    proxy.weather = weather;
    const next = github.commit('feat/42', { 'a.txt': 'two' });
    for (let look = 0; look < 3; look += 1) await observer.round('app');
    if (weather.type === 'down' || weather.type === 'garbage') expect(known()).toEqual(before);
    proxy.weather = { type: 'fair' };
    for (let look = 0; look < 3; look += 1) await observer.round('app');
    expect(known()).toMatchObject([{ headSha: next, state: 'open' }]);
    expect(life.dispatch.snapshot('app-1')?.session.ended).toBeNull();
    expect(
      logged.filter(
        (line) => !line.includes('pull requests could not be read') && !line.includes('GitHub'),
      ),
    ).toEqual([]);
  } finally {
    await proxy.close();
    await github.close();
  }
}

fault(
  'GitHub is down',
  'nothing is believed or forgotten; what changed meanwhile is seen at the first look that gets through',
  () => githubThrough({ type: 'down' }),
);
fault(
  'GitHub answers after 30 s',
  'looks take longer, and say the same',
  async () => {
    const began = performance.now();
    await githubThrough({ type: 'slow', ms: SLOW });
    note('GitHub', 'a push seen, nothing else changed', performance.now() - began);
  },
  Math.max(60_000, SLOW * 30),
);
fault(
  'GitHub does what was asked after the bot stopped waiting for it',
  'looked for a minute later and found; nothing is written twice',
  async () => {
    const github = await openGitHubWorld();
    const proxy = await startFaultyProxy(github.fake.url);
    try {
      const { number } = github.world.addIssue({ title: 'One' });
      const trackerThatWaits = (timeoutMs: number) => {
        const access = githubAccessSchema
          .strip()
          .parse({ token: 'ghp_test', baseUrl: proxy.url, timeoutMs });
        return createGitHubTracker(
          createGitHubClient(access, github.context, github.project, { throttle: false }),
          access,
          github.context,
          github.project,
        );
      };
      const tracker = trackerThatWaits(60_000);
      const comment = (by = tracker) => by.comment(String(number), 'Started.', 'key-1');
      await tracker.get(String(number));
      proxy.weather = { type: 'late', ms: LATE };
      await expect(comment(trackerThatWaits(IMPATIENT))).rejects.toMatchObject({
        code: 'AO_GITHUB_LATE',
        kind: 'transient',
        retryAfter: MINUTE,
      });
      await until(() => proxy.due() === 0, 10_000, 'what was late');
      await comment();
      expect((await tracker.get(String(number))).comments.map(({ body }) => body)).toEqual([
        'Started.',
      ]);
    } finally {
      await proxy.close();
      await github.close();
    }
  },
);
fault(
  'GitHub flaps',
  'a look that fails says nothing; the next one that gets through is believed',
  () => githubThrough({ type: 'flapping' }),
);
fault(
  'GitHub answers garbage',
  'garbage is an error and no fact: no pull request is closed, merged or lost by it',
  () => githubThrough({ type: 'garbage', done: false }),
);

written();
