/**
 * Figures of the Slack plugin, with the real Bolt over Socket Mode against a Slack on loopback:
 * acks at rest and in a burst of 200 commands, the first card after a command with a Web API that takes 50 ms, card edits for 200 events in a minute.
 */
import { ensureBuilt } from '../support/built.ts';
import { CHANNEL, slackWorld } from '../support/slack-world.ts';
import { until } from '../support/until.ts';
import { type Figure, report } from './support/figures.ts';

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
const figures: Figure[] = [];
const told = (what: string, values: readonly number[]): void => {
  figures.push({ what: `${what}, p50`, value: percentile(values, 0.5), unit: 'ms', runs: values.length });
  figures.push({ what: `${what}, p99`, value: percentile(values, 0.99), unit: 'ms', limit: 1000, runs: values.length });
};

await ensureBuilt();
const world = await slackWorld();
try {
  await world.start();
  await world.slack.connected();
  world.slack.latency = 50;
  await world.dana.types(CHANNEL, '/ao status');

  const rest: number[] = [];
  for (let n = 0; n < 100; n += 1) rest.push((await world.dana.types(CHANNEL, '/ao status')).ms);
  told('Slack: ack of a command at rest', rest);

  const burst = await Promise.all(Array.from({ length: 200 }, () => world.dana.types(CHANNEL, '/ao status')));
  told(
    'Slack: ack in a burst of 200 commands',
    burst.map((acked) => acked.ms),
  );

  const from = performance.now();
  const before = world.roots().length;
  await world.dana.types(CHANNEL, '/ao spawn 2');
  const root = await until(() => world.roots()[before] ?? null, { what: 'the first card' });
  figures.push({ what: 'Slack: first card after /ao spawn, Web API 50 ms', value: performance.now() - from, unit: 'ms', limit: 1000, runs: 1 });

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
  console.log(`card edits for 200 events in ${((performance.now() - start) / 1000).toFixed(0)} s: ${inMinute} (at most 20 a minute), last state right`);
  if (inMinute > 21) process.exitCode = 1;
  report('slack', figures);
} finally {
  await world.close();
}
