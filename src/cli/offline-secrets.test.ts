import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runInTest } from '../../test/support/cli-run.ts';
import { lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { MARKED, TOKENS } from '../../test/support/seeded-secrets.ts';
import { appendAudit } from '../db/audit-store.ts';
import { deriveTokens } from '../lib/derived-token.ts';

const ADMIN = 'admin-token-of-the-data-directory-01';
const SESSION = deriveTokens(ADMIN)('app-1');
/** By where ao would know it from. */
const SECRETS: Readonly<Record<string, string>> = {
  'a key of the configuration': 'in the file: 4711 sesame',
  'a variable of .env that the configuration names': MARKED,
  'a variable with a telling name': 'shell-only-password-77',
  'a token by its shape': TOKENS.github ?? '',
  'the admin token': ADMIN,
  'a session token': SESSION,
};

/** The data directory of a bot that is down; its one session has the words in every text that comes from an agent or a person. */
async function saved(words: string): Promise<string> {
  const world = lifecycleWorld();
  await world.working('app-1');
  const id = sessionId('app-1');
  const at = world.clock.now();
  const activity = { state: 'blocked', source: 'hook', detail: words, resetAt: null } as const;
  world.dispatch.input(id, {
    type: 'fact',
    fact: { type: 'activity', fact: { ...activity, since: at, at }, lastMessage: words },
  });
  const request = { id: 'q1', kind: 'question', title: words, text: words } as const;
  world.dispatch.input(id, {
    type: 'fact',
    fact: {
      type: 'request_opened',
      request: { ...request, options: [], freeText: true, askedAt: at, answer: null },
    },
  });
  const row = { at, subject: words, via: 'http', action: words, session: 'app-1' };
  appendAudit(world.db, { ...row, detail: words, allowed: false });
  const { dir } = world;
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'ao.db'), world.db.$client.serialize());
  writeFileSync(join(dir, 'token'), `${ADMIN}\n`, { mode: 0o600 });
  writeFileSync(join(dir, '.env'), `DATABASE='${MARKED}'\n`);
  writeFileSync(
    join(dir, 'ao.yaml'),
    `notifiers:\n  mail: { password: "${SECRETS['a key of the configuration']}", at: "\${DATABASE}" }\n`,
  );
  return dir;
}

// threat: the bot is down, and what an agent said is read from the database | its secrets are masked as a running bot masks them
test.each(Object.keys(SECRETS))(
  'the command line prints no secret that was saved: %s',
  async (kind) => {
    const secret = SECRETS[kind] ?? '';
    const dataDir = await saved(`before ${secret} after`);
    const env = { DB_PASSWORD: SECRETS['a variable with a telling name'] ?? '' };
    for (const argv of [
      ['list'],
      ['list', '--json'],
      ['status'],
      ['show', 'app-1'],
      ['show', 'app-1', '--json'],
      ['audit'],
      ['audit', '--json'],
    ]) {
      const { code, out, err } = await runInTest(argv, { dataDir, env, offline: 'database' });
      expect([argv, code, err]).toEqual([argv, 0, expect.any(String)]);
      expect(`${out}${err}`, argv.join(' ')).not.toContain(secret);
      if (argv.includes('--json')) expect(out, argv.join(' ')).toContain('before [redacted] after');
    }
  },
);
