import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { keepStatements } from './prepared.ts';

function opened() {
  const client = new Database(':memory:');
  client.exec(
    'CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, $$x$$)'.replaceAll('$$', "'"),
  );
  keepStatements(client);
  return client;
}

it('prepares a text once', () => {
  const client = opened();
  const text = 'SELECT a, b FROM t WHERE a = ?';
  expect(client.prepare(text)).toBe(client.prepare(text));
  expect(client.prepare(text).all(1)).toEqual([{ a: 1, b: 'x' }]);
});

it('gives rows as objects again to who asks after somebody who wanted arrays', () => {
  const client = opened();
  const text = 'SELECT a FROM t';
  expect(client.prepare(text).raw().all()).toEqual([[1]]);
  expect(client.prepare(text).all()).toEqual([{ a: 1 }]);
});

it('sees a column that came later', () => {
  const client = opened();
  expect(client.prepare('SELECT * FROM t').all()).toEqual([{ a: 1, b: 'x' }]);
  client.exec('ALTER TABLE t ADD COLUMN c TEXT');
  expect(client.prepare('SELECT * FROM t').all()).toEqual([{ a: 1, b: 'x', c: null }]);
});

it('forgets the oldest of many, and works on', () => {
  const client = opened();
  const first = client.prepare('SELECT 0');
  for (let at = 1; at <= 600; at += 1) client.prepare(`SELECT ${at}`);
  expect(client.prepare('SELECT 0')).not.toBe(first);
  expect(first.get()).toEqual({ '0': 0 });
});

it('keeps nothing that would hold the file after the client was closed', () => {
  const client = opened();
  const kept = client.prepare('SELECT 1');
  client.close();
  expect(() => kept.get()).toThrow();
  expect(() => client.prepare('SELECT 1').get()).toThrow();
});
