// Discord through the whole bot: answers to 200 interactions at once, edits of one card, replies after a resume. `npm run bench discord`

import { ensureBuilt } from '../support/built.ts';
import { discordTeam } from '../support/discord-team.ts';
import { until } from '../support/until.ts';

const BURST = 200;
const MISSED = 100;

const at = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

await ensureBuilt();
const team = await discordTeam();
const { fake } = team;
try {
  // The first command also loads code; a bot that runs has done that.
  await fake.slash(fake.people.dana, fake.text, 'status', {});
  const acks = await Promise.all(Array.from({ length: BURST }, () => fake.slash(fake.people.dana, fake.text, 'status', {})));
  const times = acks.map((ack) => ack.ackMs).toSorted((a, b) => a - b);
  console.log(
    `${BURST} /ao status at once   p50 ${at(times, 0.5)} ms   p99 ${at(times, 0.99)} ms   worst ${times.at(-1)} ms   unanswered ${acks.filter((ack) => ack.type === null).length}`,
  );

  await team.types('/ao spawn 2');
  await until(() => team.bot.app().commands.sessions({})[0]?.openRequests.length === 1, { what: 'the question', timeoutMs: 30_000 });
  const begun = performance.now();
  fake.gateway.close(4000);
  const written = Array.from({ length: MISSED }, (_, n) => fake.write(fake.people.dana, team.place(), `reply ${n}`));
  const steers = (): string[] =>
    team.bot
      .app()
      .commands.sessions({})[0]
      ?.steers.filter((steer) => steer.kind === 'human')
      .map((steer) => steer.text) ?? [];
  await until(() => steers().length >= MISSED, { what: 'the steers', timeoutMs: 30_000 });
  const once = new Set(steers()).size === MISSED && steers().length === MISSED;
  console.log(`${MISSED} replies missed        ${Math.round(performance.now() - begun)} ms until all are queued   each once: ${once}`);
  await until(() => written.every((message) => fake.reactions(message.id).length === 1), { what: 'the receipts', timeoutMs: 120_000 });
  const root = team.root().id;
  const edits = fake.calls.filter((call) => call.method === 'PATCH' && call.path.endsWith(`/messages/${root}`)).length;
  console.log(`edits of the card          ${edits} in ${Math.round((performance.now() - begun) / 1000)} s with ${MISSED} changes of the session`);
} finally {
  await team.close();
}
process.exit(0);
