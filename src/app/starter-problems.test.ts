import { expect, test } from 'vitest';
import { starterProblemJobs } from './chat-problems.ts';

const CHANNELS = [
  { platform: 'web', channel: 'app' },
  { platform: 'slack', channel: 'C1' },
];
const problem = (message: string) => ({ code: 'AO_TRIGGER_UNREADABLE', message });
const keys = (message: string, now = 0) =>
  starterProblemJobs('app', CHANNELS, problem(message), now).map(({ key }) => key);

test('what starts nothing is said wherever the project is shown, its words inert', () => {
  const jobs = starterProblemJobs('app', CHANNELS, problem('/repo/*x* <!here> is a pipe.'), 0);
  expect(jobs.map(({ payload }) => payload)).toMatchObject([
    { platform: 'web', channel: 'app' },
    { platform: 'slack', channel: 'C1' },
  ]);
  expect(JSON.stringify(jobs)).toContain('/repo/\\\\*x\\\\* \\\\<\\\\!here\\\\> is a pipe.');
});

test('of two problems in one hour neither takes the place of the other; the same is said once', () => {
  expect(new Set([...keys('one'), ...keys('two'), ...keys('one', 5)]).size).toBe(4);
  expect(keys('one')).not.toEqual(keys('one', 3_600_000));
});
