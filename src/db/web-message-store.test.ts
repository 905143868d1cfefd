import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type MessageStore,
  type NewMessage,
  type StoredMessage,
  whisperId,
} from '../slots/message-store.ts';
import { memoryDatabase } from './memory-harness.ts';
import type { Db } from './open.ts';
import { webMessageStore } from './web-message-store.ts';

const message = (id: string, at: number, thread: string | null = 'app-1'): NewMessage => ({
  id,
  channel: 'app',
  thread,
  session: null,
  key: `key:${id}`,
  author: { subject: 'system:ao', name: 'ao', bot: true },
  text: id,
  message: null,
  at,
});

describe('webMessageStore', () => {
  let db: Db;
  let store: MessageStore;
  beforeEach(() => {
    db = memoryDatabase();
    store = webMessageStore(db);
  });
  afterEach(() => void db.$client.close());

  it('gives a thread page by page, its root with every page', () => {
    for (let at = 0; at < 5; at += 1) store.insert(message(at === 0 ? 'app-1' : `m${at}`, at));
    const ids = (limit: number, before: number | null): string[] =>
      store.thread('app-1', { limit, before }).map((one) => one.id);
    expect(ids(2, null)).toEqual(['app-1', 'm3', 'm4']);
    expect(ids(2, 3)).toEqual(['app-1', 'm1', 'm2']);
    expect(ids(2, 1)).toEqual(['app-1']);
  });

  it('pages through messages of one millisecond without a gap, whatever changed them since', () => {
    for (const id of ['c', 'a', 'd', 'b', 'e']) store.insert(message(id, 7, null));
    store.update('a', { text: 'edited' });
    const pages: string[][] = [];
    for (let oldest: string | null = null; pages.length < 4; ) {
      const page: readonly StoredMessage[] = store.channel('app', {
        limit: 2,
        before: oldest === null ? null : 7,
        beforeId: oldest,
      });
      if (page.length === 0) break;
      pages.push(page.map(({ id }) => id));
      oldest = page[0]?.id ?? null;
    }
    expect(pages).toEqual([['b', 'e'], ['a', 'd'], ['c']]);
  });

  it("fills a page although others' private messages lie between", () => {
    store.insert(message('first', 1, null));
    for (let at = 2; at < 5; at += 1)
      store.insert(message(whisperId('web:lee', `w${at}`), at, null));
    store.insert(message(whisperId('web:dana', 'own'), 5, null));
    const page = store.channel('app', { limit: 2, before: null, reader: 'web:dana' });
    expect(page.map(({ id }) => id)).toEqual(['first', whisperId('web:dana', 'own')]);
  });

  it('gives the roots and own messages of a channel, and none of its threads', () => {
    store.insert(message('app-1', 1));
    store.insert(message('m1', 2));
    store.insert(message('digest', 3, null));
    expect(store.channel('app', { limit: 10, before: null }).map((one) => one.id)).toEqual([
      'app-1',
      'digest',
    ]);
  });

  it('inserts once per id and per key', () => {
    const first = store.insert(message('m1', 1));
    expect(store.insert({ ...message('m1', 2), key: null })).toEqual(first);
    expect(store.insert({ ...message('m2', 2), key: 'key:m1' })).toEqual(first);
  });
});
