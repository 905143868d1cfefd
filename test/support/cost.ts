/**
 * Loaded before every test file with `npm run test:cost`: notes how much work the file was, for this process and for children that it
 * waited for. What runs on by itself isn't in it: a tmux server and its agents, which children of ended children were.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { afterAll, expect } from 'vitest';

/** Of Linux, in a second. */
const TICKS = 100;

/** User and system time, s: of the process, then of its children. */
function spent(): readonly [own: number, children: number] {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields
    .slice(11, 15)
    .map((ticks) => Number(ticks) / TICKS);
  return [user + system, childrenUser + childrenSystem];
}

const [own, children] = spent();
const started = Date.now();
afterAll(() => {
  const [ownNow, childrenNow] = spent();
  const row = {
    file: expect.getState().testPath,
    own: ownNow - own,
    children: childrenNow - children,
    wall: (Date.now() - started) / 1_000,
  };
  appendFileSync(process.env.AO_TEST_COST ?? '', `${JSON.stringify(row)}\n`);
});
