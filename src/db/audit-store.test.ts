import { describe, expect, test } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { AuditEntry } from '../domain/session/audit.ts';
import { keepAuditHead, readAuditHeads } from './audit-anchor.ts';
import { appendAudit, auditHead, readAudit, verifyAudit } from './audit-store.ts';
import { memoryDatabase } from './memory-harness.ts';

const entry = (n: number, change: Partial<AuditEntry> = {}): AuditEntry => ({
  at: 1_000 + n,
  subject: 'slack:T1:U1',
  via: 'slack',
  action: 'kill',
  session: 'app-1',
  detail: `reason ${n}`,
  allowed: n % 2 === 0,
  ...change,
});

function database(rows = 6) {
  const db = memoryDatabase();
  for (let n = 0; n < rows; n += 1) appendAudit(db, entry(n));
  return db;
}

describe('ao audit verify', () => {
  test('an untouched log is in order, also an empty one', () => {
    expect(verifyAudit(database())).toMatchObject({
      rows: 6,
      broken: null,
      head: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(verifyAudit(database(0))).toEqual({ rows: 0, broken: null, head: '' });
  });

  test.each([
    ['at', '1004'],
    ['subject', "'slack:T1:U2'"],
    ['via', "'Slack'"],
    ['action', "'kilk'"],
    ['session', "'app-2'"],
    ['session', 'NULL'],
    ['detail', "'reason 3 '"],
    ['allowed', '1'],
    ['allowed', '2'],
    ['allowed', '-1'],
    ['hash', "'0'"],
  ])('a changed %s is found in its row', (column, value) => {
    const db = database();
    db.$client.exec(`UPDATE audit SET ${column} = ${value} WHERE id = 4`);
    expect(verifyAudit(db).broken).toMatchObject({ row: 4 });
  });

  // threat: somebody changes a row of the audit log | ao audit verify names it
  test('every single flipped bit of a row is found', () => {
    const db = database(3);
    const flipped = (text: string, at: number, bit: number): string => {
      const bytes = Buffer.from(text);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      return bytes.toString('latin1');
    };
    for (const column of ['subject', 'detail', 'hash'] as const) {
      const before = (
        db.$client.prepare(`SELECT ${column} AS value FROM audit WHERE id = 2`).get() as {
          value: string;
        }
      ).value;
      const set = db.$client.prepare(`UPDATE audit SET ${column} = ? WHERE id = 2`);
      for (let at = 0; at < before.length; at += 1)
        for (let bit = 0; bit < 7; bit += 1) {
          set.run(flipped(before, at, bit));
          expect(verifyAudit(db).broken?.row, `${column} ${at} ${bit}`).toBe(2);
        }
      set.run(before);
    }
    expect(verifyAudit(db).broken).toBeNull();
  });

  test.each([
    ['a row taken out of the middle', 'DELETE FROM audit WHERE id = 3', 3],
    ['the first row taken out', 'DELETE FROM audit WHERE id = 1', 1],
    ['rows cut off at the end', 'DELETE FROM audit WHERE id > 4', 5],
    ['another number for the last row', 'UPDATE audit SET id = 9 WHERE id = 6', 6],
    ['all rows gone', 'DELETE FROM audit', 1],
    [
      'two rows in each other’s place',
      'UPDATE audit SET id = 100 WHERE id = 2; UPDATE audit SET id = 2 WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 100',
      2,
    ],
  ])('%s is found', (_, sql, row) => {
    const db = database();
    db.$client.exec(sql);
    expect(verifyAudit(db).broken).toMatchObject({ row });
  });

  // threat: somebody cuts off the end of the audit log, or empties it | ao audit verify finds it by what was written down outside
  test.each([
    [
      'the tail cut and the sequence lowered',
      'DELETE FROM audit WHERE id > 4; UPDATE sqlite_sequence SET seq = 4',
      5,
    ],
    ['an emptied table', "DELETE FROM audit; DELETE FROM sqlite_sequence WHERE name = 'audit'", 1],
  ])('%s is found by what was written down outside', (_, sql, row) => {
    const db = database();
    const head = auditHead(db);
    if (head === null) throw new Error('there are rows');
    const heads = [{ day: '2026-03-02', ...head }];
    expect(verifyAudit(db, { heads, since: head.hash })).toMatchObject({ rows: 6, broken: null });
    db.$client.exec(sql);
    expect(verifyAudit(db).broken).toBeNull();
    expect(verifyAudit(db, { heads, since: null }).broken).toMatchObject({ row });
    expect(verifyAudit(db, { heads: [], since: head.hash }).broken).toMatchObject({ row });
  });

  test('a chain that was made anew, as long as before or longer, is found too', () => {
    const db = database();
    const head = auditHead(db);
    if (head === null) throw new Error('there are rows');
    const heads = [{ day: '2026-03-02', ...head }];
    db.$client.exec("DELETE FROM audit; DELETE FROM sqlite_sequence WHERE name = 'audit'");
    for (let n = 0; n < 8; n += 1) appendAudit(db, entry(n, { subject: 'slack:T1:U2' }));
    expect(verifyAudit(db).broken).toBeNull();
    expect(verifyAudit(db, { heads, since: null }).broken).toMatchObject({ row: 6 });
    expect(verifyAudit(db, { heads: [], since: head.hash }).broken).toMatchObject({ row: 9 });
  });

  test('one head a day is kept beside the database, the last one', () => {
    const dataDir = tempDir();
    const keep = (day: string, row: number): boolean =>
      keepAuditHead(dataDir, { day, row, hash: `hash ${row}` });
    expect([keep('2026-03-02', 1), keep('2026-03-02', 5), keep('2026-03-02', 5)]).toEqual([
      true,
      false,
      false,
    ]);
    expect([keep('2026-03-03', 7), keep('2026-03-03', 9)]).toEqual([true, false]);
    expect(readAuditHeads(dataDir).map(({ row }) => row)).toEqual([5, 9]);
  });

  test('a row that was rolled back leaves no gap', () => {
    const db = database(2);
    expect(() =>
      db.transaction(() => {
        appendAudit(db, entry(9));
        throw new Error('no');
      }),
    ).toThrow();
    appendAudit(db, entry(3));
    expect(verifyAudit(db)).toMatchObject({ rows: 3, broken: null });
  });
});

describe('filters', () => {
  test.each([
    [{}, [1, 2, 3, 4, 5, 6, 7]],
    [{ limit: 2 }, [6, 7]],
    [{ session: 'app-2' }, [7]],
    [{ person: 'u9' }, [7]],
    [{ person: 'slack:T1:' }, [1, 2, 3, 4, 5, 6]],
    [{ action: 'merge' }, [7]],
    [{ since: 1_003 }, [4, 5, 6, 7]],
    [{ until: 1_002 }, [1, 2]],
    [{ since: 1_001, until: 1_004 }, [2, 3, 4]],
    [{ refused: true }, [2, 4, 6]],
    [{ person: '%' }, []],
  ])('%j', (filter, ids) => {
    const db = database();
    appendAudit(db, entry(6, { subject: 'discord:1:U9', action: 'merge', session: 'app-2' }));
    expect(readAudit(db, { limit: 100, ...filter }).map((row) => row.id)).toEqual(ids);
  });
});
