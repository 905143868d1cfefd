/** Everything ao says in chats, with a secret in each text that comes from outside: none can be read on any platform. */
import { expect, test } from 'vitest';
import { fakeClock } from '../../test/support/fake-clock.ts';
import { sessionId } from '../../test/support/lifecycle-world.ts';
import { type ChatDoors, chatDoors, PLATFORMS } from '../../test/support/outgoing/chat-doors.ts';
import {
  BUTTONS,
  INPUTS,
  JOBS,
  type Own,
  SUGGESTS,
} from '../../test/support/outgoing/chat-kinds.ts';
import { type Collector, collector } from '../../test/support/outgoing/collector.ts';
import { plant } from '../../test/support/outgoing/plant.ts';
import {
  type PlantedWorld,
  plantedWorld,
  SESSION,
} from '../../test/support/outgoing/planted-world.ts';
import { PLANTED, plantedRedact } from '../../test/support/outgoing/seeds.ts';
import { temporaryFolder } from '../../test/support/plugin-context.ts';
import { freshSnapshot, question } from '../../test/support/session-world.ts';
import { costChart } from '../chat/answers/cost-chart.ts';
import { createCatalogue } from '../chat/answers/suggestions.ts';
import { COMMANDS } from '../chat/grammar/command-table.ts';
import { type ButtonVerb, buttonId } from '../chat/words/button-id.ts';
import { memoryDatabase } from '../db/memory-harness.ts';
import type { Db } from '../db/open.ts';
import { enqueue } from '../db/outbox-store.ts';
import { saveSnapshot } from '../db/session-store.ts';
import { EVENT_TYPES } from '../domain/session/event-types.ts';
import type { ChatInput } from '../slots/chat.ts';
import type { Suggests } from '../slots/chat-catalogue.ts';
import { problemJob } from './chat-problems.ts';
import { createDigests } from './digests.ts';

interface Bench {
  readonly planted: PlantedWorld;
  readonly collect: Collector;
  readonly doors: ChatDoors;
  readonly db: Db;
  readonly clock: ReturnType<typeof fakeClock>;
  /** Sends an input, and shows its answer on each platform. */
  ask(kind: string, own: Own<ChatInput> & { readonly type: ChatInput['type'] }): Promise<void>;
  close(): void;
}

function bench(seed: string): Bench {
  const redact = plantedRedact();
  const folder = temporaryFolder('outgoing');
  const db = memoryDatabase();
  const clock = fakeClock();
  const collect = collector();
  const planted = plantedWorld(seed, redact);
  const doors = chatDoors({
    db,
    clock,
    commands: planted.commands,
    reader: planted.reader,
    redact,
    dataDir: folder.path,
    collect,
    audit: () => {},
    chart: async (series) => {
      collect.sent('chart', costChart(series, 'Cost'));
      return null;
    },
  });
  let deliveries = 0;
  return {
    planted,
    collect,
    doors,
    db,
    clock,
    async ask(kind, own) {
      deliveries += 1;
      const user = { subject: 'web:dana', name: 'dana', groups: [], external: false, bot: false };
      const where = { platform: 'web', channel: 'c', thread: 't7', at: clock.now() };
      const reply = await doors.host.inbound({
        ...where,
        ...own,
        delivery: `d${deliveries}`,
        user,
      } as unknown as ChatInput);
      for (const platform of PLATFORMS) doors.show(platform, kind, reply);
    },
    close() {
      db.$client.close();
      folder.remove();
    },
  };
}

/** The session's thread, and one post of each event, as the projection asks for them. */
async function live(bench: Bench, seed: string): Promise<void> {
  const after = {
    ...freshSnapshot({
      id: sessionId(SESSION),
      task: { type: 'prompt', text: `Make it faster ${seed}` },
      branch: `feat/${seed}`,
    }),
    requests: [plant(question('r1'), seed)],
  };
  // Threads belong to a session of the table.
  saveSnapshot(bench.db, null, after);
  const show = async (version: number, events: typeof bench.planted.events): Promise<void> => {
    const before = version === 0 ? null : after;
    const jobs = bench.doors.host.projection({
      before,
      after,
      events,
      version,
    } as Parameters<ChatDoors['host']['projection']>[0]);
    for (const job of jobs) enqueue(bench.db, job, bench.clock.now());
    await bench.doors.settle();
    for (const { event } of events) bench.collect.sent(event.type, '');
  };
  const [first, ...rest] = bench.planted.events;
  if (first !== undefined) await show(0, [first]);
  await show(1, rest);
}

/** All that a channel gets without anybody asking. */
async function channel({ db, clock, planted, doors, collect }: Bench, seed: string): Promise<void> {
  const { entries } = createDigests({
    db,
    clock,
    config: () => ({
      digest: {
        cron: '0 9 * * *',
        channels: PLATFORMS.map((platform) => `${platform}:c`),
      } as never,
      timezone: 'UTC',
    }),
    reader: planted.reader,
    charts: {
      draw: async (series) => {
        collect.sent('chart', costChart(series, 'Cost'));
        return null;
      },
    },
    wake: () => {},
  });
  await entries()[0]?.run(clock.now());
  const refused = { code: 'AO_CHAT_REFUSED', message: `missing_scope ${seed}` };
  enqueue(db, problemJob('slack', { ...refused, message: plantedRedact()(refused.message) }, 0), 0);
  await doors.settle();
}

async function asked({ ask, planted, doors, collect, clock }: Bench, seed: string): Promise<void> {
  for (const { verb, example } of COMMANDS) {
    await ask(`/ao ${verb}`, { type: 'command', text: example, files: [], trigger: null } as never);
    const wrong = { type: 'command', text: `${verb} ${seed}`, files: [], trigger: null };
    await ask(`/ao ${verb}`, wrong as never);
  }
  for (const [verb, arg] of Object.entries(BUTTONS)) {
    const action = buttonId(verb as ButtonVerb, SESSION, arg);
    const press = { action, value: null, message: 'm', trigger: null };
    await ask(`button ${verb}`, { type: 'action', ...press } as never);
    const form = { type: 'form', form: action, values: { text: seed, to: seed, limit: seed } };
    await ask(`form ${verb}`, form as never);
  }
  for (const [type, own] of Object.entries(INPUTS))
    await ask(`input ${type}`, { type, ...own(seed) } as never);
  const { suggest, commands } = createCatalogue({
    commands: planted.commands,
    now: () => clock.now(),
    access: { seen: () => {} },
    channelProject: () => null,
  });
  collect.sent('commands', commands);
  const user = { subject: 'discord:1', name: 'dana', groups: [], external: false, bot: false };
  const where = { text: '', user, platform: 'discord', channel: 'c', chosen: {} };
  for (const suggests of Object.keys(SUGGESTS) as Suggests[])
    collect.sent(`suggest ${suggests}`, await suggest({ suggests, ...where }));
  for (const line of ['inbox', 'status', 'cost month']) {
    const reply = await doors.host.inbound({
      type: 'command',
      platform: 'slack',
      delivery: `home ${line}`,
      user,
      channel: 'c',
      thread: null,
      at: clock.now(),
      text: line,
      files: [],
      trigger: null,
    });
    if (reply.whisper !== undefined) doors.home('home', line, reply.whisper);
  }
}

/** Every use case refuses, and says why in words of the world. */
async function refused(bench: Bench, seed: string): Promise<void> {
  const { fake } = bench.planted;
  for (const name of Object.keys(fake.commands))
    fake.refuse(name as Parameters<typeof fake.refuse>[0], 'AO_UPSTREAM', `GitHub said ${seed}`);
  await asked(bench, seed);
}

// threat: an agent's texts, a forge's or an issue's have secrets in them: known values, tokens by shape, its own, keys | masked in every kind of card, post, private answer, form, completion and digest, on web, Slack and Discord
test.each([
  ['threads and posts', live],
  ['channels', channel],
  ['answers, forms and completions', asked],
  ['refusals', refused],
] as const)('what people get in %s has no secret in it', async (_what, run) => {
  const world = bench(PLANTED.text);
  try {
    await run(world, PLANTED.text);
    expect(world.collect.leaks(PLANTED.secrets)).toEqual([]);
  } finally {
    world.close();
  }
});

test('every kind of job, event and platform is among what was looked at', async () => {
  const seed = 'an ordinary text';
  const world = bench(seed);
  try {
    await live(world, seed);
    await channel(world, seed);
    await asked(world, seed);
    const says = Object.entries(JOBS).flatMap(([job, how]) => (how === 'says' ? [job] : []));
    const shown = ['card', 'post', 'channel', 'title', 'update'].flatMap((kind) =>
      PLATFORMS.map((platform) => `${kind} on ${platform}`),
    );
    const wanted = [...says, ...EVENT_TYPES, ...shown, 'chart', 'home'];
    expect(wanted.filter((kind) => !world.collect.kinds.has(kind))).toEqual([]);
    expect(world.collect.leaks([seed]).length).toBeGreaterThan(100);
  } finally {
    world.close();
  }
});
