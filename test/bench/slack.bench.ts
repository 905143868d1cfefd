/**
 * Figures of the Slack plugin, with the real Bolt over Socket Mode against a Slack on loopback:
 * acks at rest and in a burst of 200 commands, the first card after a command with a Web API that takes 50 ms, card edits for 200 events in a minute.
 */
import { ensureBuilt } from '../support/built.ts';
import { CHANNEL, slackWorld } from '../support/slack-world.ts';
import { until } from '../support/until.ts';

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
const told = (what: string, values: readonly number[], target: string): void =>
  console.log(
    `${what}: p50 ${percentile(values, 0.5).toFixed(1)} ms, p99 ${percentile(values, 0.99).toFixed(1)} ms, most ${Math.max(...values).toFixed(1)} ms (${target})`,
  );

await ensureBuilt();
const world = await slackWorld();
try {
  await world.start();
  await world.slack.connected();
  world.slack.latency = 50;
  await world.dana.types(CHANNEL, '/ao status');

  const rest: number[] = [];
  for (let n = 0; n < 100; n += 1) rest.push((await world.dana.types(CHANNEL, '/ao status')).ms);
  told('ack at rest, 100 commands', rest, 'target p99 at most 1000');

  const burst = await Promise.all(Array.from({ length: 200 }, () => world.dana.types(CHANNEL, '/ao status')));
  told(
    'ack in a burst of 200 commands',
    burst.map((acked) => acked.ms),
    'target p99 at most 1000',
  );

  const from = performance.now();
  const before = world.roots().length;
  await world.dana.types(CHANNEL, '/ao spawn 2');
  const root = await until(() => world.roots()[before] ?? null, { what: 'the first card' });
  console.log(`first card after /ao spawn: ${(performance.now() - from).toFixed(0)} ms (target at most 1000)`);

  await world.sees(root, 'The agent asks');
  const { commands, admin } = world.app();
  const id = commands.sessions({})[0]?.id ?? '';
  const edits = root.edits;
  const start = performance.now();
  for (let n = 0; n < 200; n += 1) {
    await commands.mute(admin, id, n % 2 === 0);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, start + (n + 1) * 300 - performance.now())));
  }
  const inMinute = root.edits - edits;
  const muted = commands.sessions({})[0]?.muted === true;
  await until(() => JSON.stringify(root.blocks).includes('muted') === muted, { what: 'the last state on the card', timeoutMs: 10_000 });
  console.log(`card edits for 200 events in ${((performance.now() - start) / 1000).toFixed(0)} s: ${inMinute} (target at most 20 a minute), last state right`);
} finally {
  await world.close();
}
