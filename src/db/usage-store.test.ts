import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sessionId } from '../../test/support/lifecycle-world.ts';
import { DANA, freshSnapshot, LEE } from '../../test/support/session-world.ts';
import { COST_GROUPS, partsBy, seriesBy, sumOf } from '../domain/money/ledger.ts';
import { addDays, daysBetween } from '../domain/session/calendar.ts';
import type { ModelUsage } from '../domain/session/facts.ts';
import type { Session } from '../domain/session/session.ts';
import { memoryDatabase } from './memory-harness.ts';
import type { Db } from './open.ts';
import { saveSnapshot } from './session-store.ts';
import {
  bookUsage,
  nameRequest,
  type PriceOfTokens,
  priceUnpriced,
  usageBetween,
} from './usage-store.ts';

const RUNS = { numRuns: Number(process.env.AO_PROPERTY_RUNS ?? 15) };
const FIRST = '2026-10-20';
const LAST = addDays(FIRST, 20);

function database(): Db {
  const db = memoryDatabase();
  onTestFinished(() => void (db.$client.open && db.$client.close()));
  return db;
}

const session = (id: string, change: Parameters<typeof freshSnapshot>[0] = {}): Session =>
  freshSnapshot({ id: sessionId(id), ...change }).session;
const totals = (model: string, input: number, usd: number | null, output = 0): ModelUsage => ({
  model,
  inputTokens: input,
  outputTokens: output,
  cacheReadTokens: 2 * input,
  cacheWriteTokens: 0,
  usd,
});
const all = (db: Db) => usageBetween(db, '0000-01-01', '9999-12-31');
const byDay = (db: Db) => partsBy('day', all(db)).map(({ key, usd, tokens }) => [key, usd, tokens]);

describe('booking running totals', () => {
  it('gives each day what was added on it, over midnight and the end of a month', () => {
    const db = database();
    bookUsage(db, session('app-1'), '2026-10-31', [totals('m', 100, 1)]);
    bookUsage(db, session('app-1'), '2026-11-01', [totals('m', 150, 1.5)]);
    bookUsage(db, session('app-1'), '2026-11-01', [totals('m', 150, 1.5)]);
    expect(byDay(db)).toEqual([
      ['2026-10-31', 1, 300],
      ['2026-11-01', 0.5, 150],
    ]);
    expect(sumOf(usageBetween(db, '2026-11-01', '2026-11-30')).usd).toBe(0.5);
  });

  it('adds nothing when a transcript is read again from its beginning, whatever day it is', () => {
    const db = database();
    for (const [day, n] of [
      ['2026-11-01', 100],
      ['2026-11-02', 250],
      // Side files were lost: the totals begin small and grow to what they were.
      ['2026-11-05', 20],
      ['2026-11-05', 120],
      ['2026-11-05', 250],
      ['2026-11-06', 260],
    ] as const)
      bookUsage(db, session('app-1'), day, [totals('m', n, n / 100)]);
    expect(byDay(db)).toEqual([
      ['2026-11-01', 1, 300],
      ['2026-11-02', 1.5, 450],
      ['2026-11-06', expect.closeTo(0.1, 10), 30],
    ]);
  });

  it('shows a model without a price as unknown, and prices it when a price comes', () => {
    const db = database();
    bookUsage(db, session('app-1'), '2026-11-01', [totals('own', 100, null)]);
    bookUsage(db, session('app-1'), '2026-11-01', [totals('known', 100, 2)]);
    expect(
      partsBy('model', all(db)).map(({ key, usd, unpricedTokens }) => [key, usd, unpricedTokens]),
    ).toEqual([
      ['known', 2, 0],
      ['own', null, 300],
    ]);
    expect(sumOf(all(db).filter((row) => row.model === 'own')).usd).toBeNull();
    const price: PriceOfTokens = (model, tokens) =>
      model === 'own' ? tokens.inputTokens / 10 : null;
    expect([priceUnpriced(db, price), priceUnpriced(db, price)]).toEqual([1, 0]);
    expect(sumOf(all(db))).toMatchObject({ usd: 12, unpricedTokens: 0 });
    bookUsage(db, session('app-1'), '2026-11-02', [totals('own', 150, null)], { price });
    expect(sumOf(all(db))).toMatchObject({ usd: 17, unpricedTokens: 0 });
  });

  it('spreads money that is told late over the tokens that waited for it', () => {
    const db = database();
    bookUsage(db, session('app-1'), '2026-11-01', [totals('m', 100, null)]);
    bookUsage(db, session('app-1'), '2026-11-02', [totals('m', 400, 8)]);
    expect(byDay(db)).toEqual([
      ['2026-11-01', 2, 300],
      ['2026-11-02', 6, 900],
    ]);
  });

  it('keeps two agents of one session apart that use the same model', () => {
    const db = database();
    bookUsage(db, session('app-1', { agent: 'claude-code' }), '2026-11-01', [totals('m', 100, 1)]);
    bookUsage(db, session('app-1', { agent: 'opencode' }), '2026-11-01', [totals('m', 40, 0.4)]);
    expect(partsBy('agent', all(db)).map(({ key, usd }) => [key, usd])).toEqual([
      ['claude-code', 1],
      ['opencode', 0.4],
    ]);
  });

  it('gives the first pull request what came before it', () => {
    const db = database();
    bookUsage(db, session('app-1'), '2026-11-01', [totals('m', 100, 1)]);
    nameRequest(db, 'app-1', 'local:app#1');
    bookUsage(db, session('app-1'), '2026-11-02', [totals('m', 200, 2)], { pr: 'local:app#1' });
    nameRequest(db, 'app-1', 'local:app#2');
    bookUsage(db, session('app-1'), '2026-11-03', [totals('m', 300, 5)], { pr: 'local:app#2' });
    bookUsage(db, session('app-2'), '2026-11-03', [totals('m', 10, 0.5)]);
    expect(partsBy('pr', all(db)).map(({ label, usd }) => [label, usd])).toEqual([
      ['app#2', 3],
      ['app#1', 2],
      ['no pull request', 0.5],
    ]);
  });

  it('survives the session', () => {
    const db = database();
    const snapshot = freshSnapshot({ id: sessionId('app-1') });
    saveSnapshot(db, null, snapshot);
    bookUsage(db, snapshot.session, '2026-11-01', [totals('m', 100, 1)]);
    db.$client.prepare('DELETE FROM sessions WHERE id = ?').run('app-1');
    expect(partsBy('user', all(db))).toEqual([
      { key: DANA.subject, label: 'Dana', usd: 1, tokens: 300, unpricedTokens: 0, sessions: 1 },
    ]);
    expect(partsBy('issue', all(db))[0]?.key).toBe('app#42');
  });
});

describe('totals', () => {
  const booking = fc.record({
    session: fc.constantFrom('app-1', 'app-2', 'web-1'),
    model: fc.constantFrom('m', 'n', 'free'),
    day: fc.nat(20),
    input: fc.nat(1_000),
    output: fc.nat(1_000),
    cents: fc.nat(500),
    /** How much of the former totals is read again before, in parts. */
    again: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
  });
  const about = {
    'app-1': { project: 'app', agent: 'codex', by: DANA },
    'app-2': { project: 'app', agent: 'claude-code', by: LEE },
    'web-1': { project: 'web', agent: 'codex', by: DANA, task: { type: 'prompt', text: 'x' } },
  } as const;

  it('equal the sum of the parts, by everything, under random bookings and readings again', () => {
    fc.assert(
      fc.property(fc.array(booking, { minLength: 1, maxLength: 25 }), (bookings) => {
        const db = memoryDatabase();
        try {
          const known = new Map<string, { input: number; output: number; cents: number }>();
          for (const each of bookings.toSorted((a, b) => a.day - b.day)) {
            const key = `${each.session} ${each.model}`;
            const before = known.get(key) ?? { input: 0, output: 0, cents: 0 };
            const own = session(each.session, about[each.session]);
            const day = addDays(FIRST, each.day);
            const usdOf = (cents: number): number | null =>
              each.model === 'free' ? null : cents / 100;
            for (const part of each.again.toSorted())
              bookUsage(db, own, day, [
                totals(
                  each.model,
                  Math.floor(before.input * part),
                  usdOf(before.cents * part),
                  Math.floor(before.output * part),
                ),
              ]);
            const after = {
              input: before.input + each.input,
              output: before.output + each.output,
              cents: before.cents + each.cents,
            };
            known.set(key, after);
            for (let n = 0; n < 2; n += 1)
              bookUsage(db, own, day, [
                totals(each.model, after.input, usdOf(after.cents), after.output),
              ]);
          }
          const whole = sumOf(all(db));
          const told = [...known.values()];
          expect(whole.tokens).toBe(told.reduce((sum, one) => sum + 3 * one.input + one.output, 0));
          const cents = [...known].reduce(
            (sum, [key, one]) => sum + (key.endsWith('free') ? 0 : one.cents),
            0,
          );
          expect(whole.usd ?? 0).toBeCloseTo(cents / 100, 6);
          for (const group of COST_GROUPS) {
            const parts = partsBy(group, all(db));
            expect(parts.reduce((sum, part) => sum + (part.usd ?? 0), 0)).toBeCloseTo(
              whole.usd ?? 0,
              6,
            );
            expect(parts.reduce((sum, part) => sum + part.tokens, 0)).toBe(whole.tokens);
            expect(parts.reduce((sum, part) => sum + part.unpricedTokens, 0)).toBe(
              whole.unpricedTokens,
            );
            const series = seriesBy(group, all(db), daysBetween(FIRST, LAST), 2);
            expect(
              series.parts.flatMap((part) => part.usd).reduce((sum, usd) => sum + usd, 0),
            ).toBeCloseTo(whole.usd ?? 0, 6);
          }
          // Any cut into two periods loses nothing either.
          const cut = addDays(FIRST, 10);
          const halves = [
            usageBetween(db, FIRST, cut),
            usageBetween(db, addDays(cut, 1), LAST),
          ].map(sumOf);
          expect(halves.reduce((sum, half) => sum + (half.usd ?? 0), 0)).toBeCloseTo(
            whole.usd ?? 0,
            6,
          );
          expect(
            all(db).every(
              (row) => row.inputTokens >= 0 && row.outputTokens >= 0 && (row.usd ?? 0) >= 0,
            ),
          ).toBe(true);
        } finally {
          db.$client.close();
        }
      }),
      RUNS,
    );
  });
});
