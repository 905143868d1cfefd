import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { authFailed, notFound, rejected, transient } from '../../src/slots/errors.ts';
import type { ExternalPlugin } from '../../src/slots/external-plugin.ts';
import type { NotifierPlugin } from '../../src/slots/notifier.ts';
import { notifierContract } from '../contract/notifier.ts';
import { httpInbox } from '../fakes/http-inbox.ts';

const FOLDER = join(import.meta.dirname, '../../docs/examples/telegram');

it('the example passes its own test, as the people who copy it run it', () => {
  expect(() =>
    execFileSync(process.execPath, ['--test'], { cwd: FOLDER, stdio: 'pipe' }),
  ).not.toThrow();
});

/** Loaded as ao loads it: by its path. */
const { default: example } = (await import(join(FOLDER, 'index.mjs'))) as {
  default: ExternalPlugin;
};

notifierContract('the example of docs/plugins.md', async () => {
  const inbox = await httpInbox();
  inbox.answer = JSON.stringify({ ok: true, result: { username: 'ops_bot' } });
  const definition = example({ z, transient, rejected, notFound, authFailed }) as {
    readonly config: z.ZodType;
    create(config: unknown, context: unknown): NotifierPlugin;
  };
  const config = definition.config.parse({
    token: '1:abc',
    chat: 7,
    server: inbox.url,
  });
  const notifier = definition.create(config, {});
  return {
    notifier,
    arrived: () => inbox.taken.map(({ body }) => (JSON.parse(body) as { text: string }).text),
    close: () => inbox.close(),
  };
});
