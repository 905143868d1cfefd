import { expect, test } from 'vitest';
import { oncePerKey } from './once-per-key.ts';

test('a try that comes while the one before is still under way is no second message', async () => {
  const once = oncePerKey();
  const { promise, resolve } = Promise.withResolvers<void>();
  let sends = 0;
  const send = (): Promise<void> => {
    sends += 1;
    return promise;
  };
  const both = Promise.all([once('k', send), once('k', send)]);
  resolve();
  await both;
  await once('k', send);
  expect(sends).toBe(1);
});

test('a try that failed is made again', async () => {
  const once = oncePerKey();
  await expect(once('k', () => Promise.reject(new Error('no answer')))).rejects.toThrow(
    'no answer',
  );
  let sent = false;
  await once('k', async () => {
    sent = true;
  });
  expect(sent).toBe(true);
});
