import { expect, it, onTestFinished } from 'vitest';
import type { SessionView } from '../../src/commands/views.ts';
import { until } from '../support/until.ts';
import { crashWorld, SESSION } from './crash-world.ts';

/** Before it is kept (the platform has to tell it again), kept and not acknowledged, carried out and not marked so, and marked. */
const STEPS = ['before inbox.take', 'after inbox.take', 'before inbox.done', 'after inbox.done'];
/** The first thing that is said at Slack is the command that starts the session. */
const DEATHS = STEPS.flatMap((step, at) => [
  `${step}:slack ${at + 2}`,
  `${step}:discord ${at + 1}`,
]);
const NUMBERS = STEPS.map((_step, at) => at + 1);

/** A small part of `npm run test:crash`, for what comes in from Slack and Discord. */
it('killed at each step of their inboxes, nothing that is said in Slack and Discord is lost or doubled, and the order is kept', async () => {
  const world = await crashWorld({ dieAt: DEATHS });
  onTestFinished(() => world.close());
  const { slack, discord } = world.people;
  await slack.types('/ao spawn 1');
  await until(
    async () => (await slack.thread()).length > 0 && (await discord.thread()).length > 0,
    {
      what: 'both threads',
      timeoutMs: 60_000,
    },
  );
  // The agent waits for the answer to its question, so all of this stays in the queue.
  await until(async () => (await slack.thread()).some((line) => line.buttons.includes('Metres')), {
    what: 'the question',
    timeoutMs: 60_000,
  });
  const saying = async (person: typeof slack): Promise<void> => {
    for (const n of NUMBERS) await person.says(`${person.platform} ${n}`);
  };
  await Promise.all([saying(slack), saying(discord)]);
  const wanted = NUMBERS.length * 2;
  const queued = async (): Promise<readonly string[]> =>
    (await world.api.get<SessionView>(`/api/sessions/${SESSION}`)).steers
      .filter((steer) => steer.kind === 'human')
      .map((steer) => steer.text);
  await until(async () => world.kills() === DEATHS.length && (await queued()).length >= wanted, {
    what: 'everything in the queue, after every death',
    timeoutMs: 90_000,
  });
  const heard = await queued();
  for (const platform of ['slack', 'discord'])
    expect(heard.filter((text) => text.startsWith(platform))).toEqual(
      NUMBERS.map((n) => `${platform} ${n}`),
    );
  expect([world.broken(), world.complaints()]).toEqual([null, []]);
}, 240_000);
