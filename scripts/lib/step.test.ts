import { afterEach, expect, test, vi } from 'vitest';

/** The scripts are plain JavaScript: any Node runs them before there are packages. */
const { step } = (await import(new URL('./step.mjs', import.meta.url).href)) as {
  step: (label: string, work: () => Promise<unknown>, progress?: () => string) => Promise<unknown>;
};

afterEach(() => vi.useRealTimers());

test('says what takes long and how far it is, and nothing of what is quick', async () => {
  vi.useFakeTimers();
  const said: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  let done = 0;
  const long = step(
    'installing packages',
    () => new Promise((resolve) => setTimeout(resolve, 12_000)),
    () => {
      done += 100;
      return `${done} of 300 packages`;
    },
  );
  await vi.advanceTimersByTimeAsync(12_000);
  await long;
  await step('building', async () => {});
  await vi.advanceTimersByTimeAsync(12_000);
  expect(said).toEqual([
    'ao: installing packages …',
    'ao: installing packages … 100 of 300 packages, 5.0 s',
    'ao: installing packages … 200 of 300 packages, 10.0 s',
    'ao: installing packages: 12.0 s',
  ]);
});
