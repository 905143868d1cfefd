// What it costs to look for secrets in a large diff and in one event, in a process set up as the bot's.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/lib/package-root.ts';
import { createRedact, redactDeep } from '../../src/lib/redact.ts';
import { preferSmallHeap } from '../../src/lib/small-heap.ts';
import { EVENTS } from '../fakes/event-samples.ts';
import { EVERY_SIGN, KEY, MARKED } from '../support/seeded-secrets.ts';
import { median, report } from './support/figures.ts';

const DIFF = 74_000;
const DIFFS = 5;
const RUNS = 20;
const SESSIONS = 60;

preferSmallHeap();
const redact = createRedact([
  MARKED,
  EVERY_SIGN,
  KEY,
  ...Array.from({ length: SESSIONS }, (_, n) => `ao_s_${'Ab3_-'.repeat(8)}x${n}z`),
]);

/** Source code as lines of a patch: escapes, addresses, paths and numbers as they occur. */
function diffs(): readonly string[] {
  const folder = path.join(packageRoot(), 'src');
  const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => `--- a/${file}\n${readFileSync(path.join(folder, file), 'utf8')}`)
    .join('\n')
    .replaceAll('\n', '\n+');
  return Array.from({ length: DIFFS }, (_, n) => code.slice(n * 2 * DIFF).slice(0, DIFF));
}

function timed(run: () => void): number {
  const from = performance.now();
  run();
  return performance.now() - from;
}

const texts = diffs();
const warm = (): void => texts.forEach((text) => void redact(text));
for (let n = 0; n < 5; n += 1) warm();
const ofDiffs = Array.from({ length: RUNS }, () =>
  texts.map((text) => timed(() => redact(text))),
).flat();

/** A thousand in a row, each with a text of its own, so that it is not remembered as a whole. */
const ofEvents = Array.from({ length: RUNS }, (_, run) => {
  const events = Array.from({ length: 1_000 }, (_, n) => ({
    ...EVENTS[n % EVENTS.length],
    words: `run ${run}.${n} of the tests ended well after a while`,
  }));
  return timed(() => {
    for (const event of events) redactDeep(event, redact);
  });
});

report('redaction', [
  {
    what: 'redaction of a diff of 74 kB',
    value: median(ofDiffs),
    unit: 'ms',
    limit: 15,
    runs: ofDiffs.length,
  },
  { what: 'redaction of 1,000 events', value: median(ofEvents), unit: 'ms', runs: ofEvents.length },
]);
