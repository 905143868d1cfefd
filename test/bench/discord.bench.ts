/**
 * Figures of the Discord plugin, with the real discord.js against a Discord on loopback whose calls take 50 ms: acks at rest and in a burst of 200
 * interactions, the first card after a command, card edits for 200 events in a minute, 100 replies missed while the connection was gone.
 */
import { ensureBuilt } from '../support/built.ts';
import { discordTeam, textOf } from '../support/discord-team.ts';
import { until } from '../support/until.ts';
import { acks, editsInAMinute } from './support/chat-figures.ts';
import { type Figure, report } from './support/figures.ts';

const MISSED = 100;
const figures: Figure[] = [];

await ensureBuilt();
const team = await discordTeam();
const { fake } = team;
try {
  // The first command also loads code; a bot that runs has done that.
  await fake.slash(fake.people.dana, fake.text, 'status', {});
  fake.settings.latency = 50;
  // Late answers are measured, not refused.
  fake.settings.ackLimit = 60_000;
  const rest: number[] = [];
  for (let n = 0; n < 100; n += 1)
    rest.push((await fake.slash(fake.people.dana, fake.text, 'status', {})).ackMs);
  figures.push(...acks('Discord: ack of a command at rest', rest));
  const burst = await Promise.all(
    Array.from({ length: 200 }, () => fake.slash(fake.people.dana, fake.text, 'status', {})),
  );
  if (burst.some((ack) => ack.type === null))
    throw new Error('an interaction was not acknowledged');
  figures.push(
    ...acks(
      'Discord: ack in a burst of 200 commands',
      burst.map((ack) => ack.ackMs),
    ),
  );

  // A command types into a quiet Discord: the answers of the burst are out.
  await until(
    () => burst.every((ack) => ack.type === 4 || fake.privately(ack.interaction).length > 0),
    {
      what: 'the answers of the burst',
      timeoutMs: 60_000,
    },
  );
  const from = performance.now();
  await fake.slash(fake.people.dana, fake.text, 'spawn', { issue: '2' });
  const root = await until(
    () => fake.seenIn(fake.text.id).find((message) => message.author.id === fake.bot.id),
    { what: 'the first card' },
  );
  figures.push({
    what: 'Discord: first card after /ao spawn, API 50 ms',
    value: performance.now() - from,
    unit: 'ms',
    limit: 1000,
    runs: 1,
  });
  await until(() => team.bot.app().reader.sessions({})[0]?.openRequests.length === 1, {
    what: 'the question',
    timeoutMs: 30_000,
  });
  await until(
    () => [...fake.channels.values()].some((channel) => channel.parent_id === fake.text.id),
    { what: 'the thread', timeoutMs: 30_000 },
  );
  const editsOf = (): number =>
    fake.calls.filter(
      (call) => call.method === 'PATCH' && call.path.endsWith(`/messages/${root.id}`),
    ).length;
  figures.push(
    await editsInAMinute('Discord', team.bot.app(), () => ({
      edits: editsOf(),
      text: textOf(team.root()),
    })),
  );

  const begun = performance.now();
  fake.gateway.close(4000);
  for (let n = 0; n < MISSED; n += 1) fake.write(fake.people.dana, team.place(), `reply ${n}`);
  const steers = (): string[] =>
    team.bot
      .app()
      .reader.sessions({})[0]
      ?.steers.filter((steer) => steer.kind === 'human')
      .map((steer) => steer.text) ?? [];
  await until(() => steers().length >= MISSED, { what: 'the steers', timeoutMs: 60_000 });
  if (new Set(steers()).size !== MISSED || steers().length !== MISSED)
    throw new Error('a missed reply was taken twice or lost');
  figures.push({
    what: 'Discord: 100 replies missed, all queued once after the resume',
    value: performance.now() - begun,
    unit: 'ms',
    runs: 1,
  });
  report('discord', figures);
} finally {
  await team.close();
}
process.exit(0);
