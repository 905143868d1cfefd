import { expect, test } from 'vitest';
import { createLog, type LogOptions } from './logger.ts';
import { createRedact } from './redact.ts';

function logged(
  options: Partial<LogOptions>,
  use: (log: ReturnType<typeof createLog>) => void,
): string {
  const lines: string[] = [];
  use(
    createLog({
      level: 'info',
      redact: createRedact([]),
      write: (line) => void lines.push(line),
      ...options,
    }),
  );
  return lines.join('');
}

const SECRET = 'xoxb-s3cret/value+1';

test.each([
  ['a message', (log: ReturnType<typeof createLog>) => log.info({}, `token is ${SECRET}`)],
  [
    'a field',
    (log: ReturnType<typeof createLog>) => log.info({ deep: { header: `Bearer ${SECRET}` } }, 'x'),
  ],
  [
    'an error and its stack',
    (log: ReturnType<typeof createLog>) =>
      log.error({ error: new Error(`refused ${SECRET}`) }, 'x'),
  ],
  [
    'a URL',
    (log: ReturnType<typeof createLog>) =>
      log.info({ url: `http://h/?t=${encodeURIComponent(SECRET)}` }, 'x'),
  ],
  [
    'base64',
    (log: ReturnType<typeof createLog>) =>
      log.info({ a: Buffer.from(`x:${SECRET}`).toString('base64') }, 'x'),
  ],
])('a secret in %s is masked', (_, use) => {
  const text = logged({ redact: createRedact([SECRET]) }, use);
  expect(text).toContain('[redacted]');
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(Buffer.from(SECRET).toString('base64').slice(4, 16));
});

test('short values are no secrets, and a line without any stays as it is', () => {
  expect(
    logged({ redact: createRedact(['a', 'app']) }, (log) =>
      log.info({ session: 'app-7' }, 'an app'),
    ),
  ).toContain('"session":"app-7","msg":"an app"');
});

test('the level is kept', () => {
  expect(logged({ level: 'warn' }, (log) => log.info({}, 'x'))).toBe('');
});
