/**
 * Figures of the Slack plugin, with the real Bolt over Socket Mode against a Slack on loopback:
 * acks at rest and in a burst of 200 commands, the first card after a command with a Web API that takes 50 ms, card edits for 200 events in a minute.
 */
import { ensureBuilt } from '../support/built.ts';
import { CHANNEL, slackWorld } from '../support/slack-world.ts';
import { until } from '../support/until.ts';
import { acks, editsInAMinute } from './support/chat-figures.ts';
import { type Figure, report } from './support/figures.ts';

const figures: Figure[] = [];

await ensureBuilt();
const world = await slackWorld();
try {
  await world.start();
  await world.slack.connected();
  world.slack.latency = 50;
  await world.dana.types(CHANNEL, '/ao status');

  const rest: number[] = [];
  for (let n = 0; n < 100; n += 1) rest.push((await world.dana.types(CHANNEL, '/ao status')).ms);
  figures.push(...acks('Slack: ack of a command at rest', rest));

  const burst = await Promise.all(
    Array.from({ length: 200 }, () => world.dana.types(CHANNEL, '/ao status')),
  );
  figures.push(
    ...acks(
      'Slack: ack in a burst of 200 commands',
      burst.map((acked) => acked.ms),
    ),
  );

  const from = performance.now();
  const before = world.roots().length;
  await world.dana.types(CHANNEL, '/ao spawn 2');
  const root = await until(() => world.roots()[before] ?? null, { what: 'the first card' });
  figures.push({
    what: 'Slack: first card after /ao spawn, Web API 50 ms',
    value: performance.now() - from,
    unit: 'ms',
    limit: 1000,
    runs: 1,
  });

  await world.sees(root, 'The agent asks');
  figures.push(
    await editsInAMinute('Slack', world.app(), () => ({
      edits: root.edits,
      text: JSON.stringify(root.blocks),
    })),
  );
  report('slack', figures);
} finally {
  await world.close();
}
