import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockDataDir } from '../../src/db/open.ts';
import { type BotWorld, botWorld } from '../support/bot-world.ts';

/** Names of parts whose stop throws; all of them where it is `null`. */
let bad: string | null = '';
const names: string[] = [];
let world: BotWorld;

beforeAll(async () => {
  world = await botWorld({
    onPart(part) {
      names.push(part.name);
      const stop = async (): Promise<void> => {
        await part.stop?.();
        if (bad === null || bad === part.name) throw new Error(`${part.name} can't stop`);
      };
      return { ...part, stop };
    },
  });
});
afterAll(() => world.close());

/** Nobody has the database open any more, and the data directory is free for the next bot. */
function isFree(): boolean {
  const lock = lockDataDir(world.dataDir);
  lock?.release();
  const db = new Database(join(world.dataDir, 'ao.db'), { timeout: 0 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE; COMMIT');
    return lock !== null;
  } finally {
    db.close();
  }
}

it('whichever part throws while the bot stops, the database is closed and the lock released', async () => {
  await world.start();
  const parts = [...names];
  expect(parts).toEqual(
    expect.arrayContaining(['database', 'chat web', 'plugins', 'http', 'outbox']),
  );
  await world.stop();
  for (const name of parts) {
    bad = name;
    world.logged.length = 0;
    await world.start();
    await world.stop();
    expect({ name, free: isFree() }).toEqual({ name, free: true });
    expect(world.logged.filter(({ message }) => message === 'could not be stopped')).toMatchObject([
      { fields: { part: name } },
    ]);
  }
});

it('also when all of them throw', async () => {
  bad = null;
  await world.start();
  await world.stop();
  expect(isFree()).toBe(true);
});
