import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AdmissionLimits,
  type AdmissionState,
  admissionPlan,
  type Running,
  type Waiting,
} from './admission.ts';

const GB = 2 ** 30;
const HOUR = 3_600_000;
const NONE: AdmissionLimits = { maxSessions: 99, perProject: {} };
const waits = (...ids: readonly string[]): readonly Waiting[] =>
  ids.map((id, index) => ({ id, project: id.split('-')[0] ?? id, user: null, since: index }));
const plan = (state: Partial<AdmissionState>, limits: Partial<AdmissionLimits> = {}) =>
  admissionPlan({ waiting: [], live: [], ...state }, { ...NONE, ...limits });

describe('who may start', () => {
  it('projects take turns, each in its own order', () => {
    expect(plan({ waiting: waits('a-1', 'a-2', 'a-3', 'b-1', 'c-1', 'b-2') }).admit).toEqual([
      'a-1',
      'b-1',
      'c-1',
      'a-2',
      'b-2',
      'a-3',
    ]);
  });

  it('the project that was let in longest ago goes first', () => {
    const admitted = [
      { project: 'a', user: null, at: 20 },
      { project: 'b', user: null, at: 10 },
    ];
    expect(
      plan({ waiting: waits('a-1', 'b-1', 'c-1'), admitted, now: 30 }, { maxSessions: 2 }).admit,
    ).toEqual(['c-1', 'b-1']);
  });

  it('of one moment the lower number goes first', () => {
    const waiting = [10, 9].map((n) => ({ id: `a-${n}`, project: 'a', since: 1 }));
    expect(plan({ waiting }, { maxSessions: 1 }).admit).toEqual(['a-9']);
  });

  it('a project’s own limit holds up only its own sessions', () => {
    expect(plan({ waiting: waits('a-1', 'a-2', 'b-1') }, { perProject: { a: 1 } })).toEqual({
      admit: ['a-1', 'b-1'],
      wait: [{ id: 'a-2', position: 1, reason: '1 of 1 sessions of a are running' }],
    });
  });

  it('a person’s limit holds up neither others of the project nor what nobody in particular started', () => {
    const waiting: Waiting[] = [
      { id: 'a-1', project: 'a', user: 'dana', since: 1 },
      { id: 'a-2', project: 'a', user: 'lee', since: 2 },
      { id: 'a-3', project: 'a', user: null, since: 3 },
    ];
    const live: Running[] = [{ project: 'a', user: 'dana' }];
    expect(plan({ waiting, live }, { maxPerUser: 1 })).toEqual({
      admit: ['a-2', 'a-3'],
      wait: [{ id: 'a-1', position: 1, reason: '1 of 1 sessions of one person are running' }],
    });
  });

  it('an hour after the first of too many the next may start', () => {
    const waiting: Waiting[] = [{ id: 'a-3', project: 'a', user: 'dana', since: 0 }];
    const admitted = [0, 1].map((at) => ({ project: 'a', user: 'dana', at }));
    expect(plan({ waiting, admitted, now: HOUR - 1 }, { spawnPerHour: 2 }).wait[0]?.reason).toBe(
      'one person started 2 of 2 sessions within an hour',
    );
    expect(plan({ waiting, admitted, now: HOUR }, { spawnPerHour: 2 }).admit).toEqual(['a-3']);
  });

  it('one that is held takes nobody’s place', () => {
    const [first, second] = waits('a-1', 'a-2');
    expect(
      plan(
        { waiting: [{ ...(first as Waiting), held: 'over budget' }, second as Waiting] },
        { maxSessions: 1 },
      ),
    ).toEqual({
      admit: ['a-2'],
      wait: [{ id: 'a-1', position: 1, reason: 'over budget' }],
    });
  });
});

describe('memory', () => {
  const memory = { perSession: GB, reserve: 2 * GB };
  const machine = (available: number, pressure: number | null = null) => ({
    available: available * GB,
    pressure,
  });
  const live = (...rss: readonly (number | null)[]): readonly Running[] =>
    rss.map((each) => ({ project: 'a', rss: each === null ? null : each * GB }));

  it('as many as fit above the reserve', () => {
    const { admit, wait } = plan(
      { waiting: waits('a-1', 'a-2', 'a-3'), machine: machine(4.5) },
      { memory },
    );
    expect(admit).toEqual(['a-1', 'a-2']);
    expect(wait[0]?.reason).toBe('too little memory: one more needs 1.0 GB, 0.5 GB can be given');
  });

  it('counts what running ones will still grow by, and not what they have already', () => {
    expect(
      plan({ waiting: waits('a-1'), live: live(1.5, 0.25), machine: machine(3.5) }, { memory })
        .admit,
    ).toEqual([]);
    expect(
      plan({ waiting: waits('a-1'), live: live(1.5, 0.25), machine: machine(3.75) }, { memory })
        .admit,
    ).toEqual(['a-1']);
    expect(
      plan({ waiting: waits('a-1'), live: live(null), machine: machine(3.5) }, { memory }).admit,
    ).toEqual([]);
  });

  it('the first one always gets its place, or nothing would ever run on a small machine', () => {
    expect(
      plan({ waiting: waits('a-1', 'a-2'), machine: machine(0.2, 90) }, { memory }).admit,
    ).toEqual(['a-1']);
  });

  it('under pressure nothing more begins', () => {
    const { wait } = plan(
      { waiting: waits('a-1'), live: live(1), machine: machine(64, 35) },
      { memory },
    );
    expect(wait[0]?.reason).toBe(
      'the machine is short of memory (35 % of the time something waits for it)',
    );
  });

  it('is not asked about agents on other machines', () => {
    const waiting = waits('a-1').map((session) => ({ ...session, elsewhere: true }));
    expect(plan({ waiting, live: live(1), machine: machine(0.1, 99) }, { memory }).admit).toEqual([
      'a-1',
    ]);
    const remote = [{ project: 'a', rss: null, elsewhere: true }];
    expect(
      plan(
        { waiting: waits('a-1'), live: [...remote, ...live(1)], machine: machine(3) },
        { memory },
      ).admit,
    ).toEqual(['a-1']);
  });
});

describe('whatever waits', () => {
  const project = fc.constantFrom('a', 'b', 'c');
  const user = fc.constantFrom('dana', 'lee', null);
  const waiting = fc
    .array(fc.record({ project, user, since: fc.integer({ min: 0, max: 5 }) }), { maxLength: 15 })
    .map((list) => list.map((session, n) => ({ ...session, id: `${session.project}-${n}` })));
  const live = fc.array(
    fc.record({ project, user, rss: fc.option(fc.integer({ min: 0, max: 3 * GB })) }),
    { maxLength: 8 },
  );
  const limits = fc.record({
    maxSessions: fc.integer({ min: 1, max: 10 }),
    perProject: fc.dictionary(project, fc.integer({ min: 1, max: 4 })),
    maxPerUser: fc.option(fc.integer({ min: 1, max: 4 })),
    spawnPerHour: fc.option(fc.integer({ min: 1, max: 6 })),
    memory: fc.option(
      fc.record({
        perSession: fc.integer({ min: 1, max: 2 * GB }),
        reserve: fc.integer({ min: 0, max: 2 * GB }),
      }),
    ),
  });
  const machine = fc.option(
    fc.record({
      available: fc.integer({ min: 0, max: 16 * GB }),
      pressure: fc.option(fc.integer({ min: 0, max: 100 })),
    }),
  );
  const any = fc.record({ waiting, live, limits, machine });

  it('everybody is either let in or waits at a place of their own with a reason', () => {
    fc.assert(
      fc.property(any, ({ limits: given, ...state }) => {
        const { admit, wait } = admissionPlan({ ...state, now: 10 }, given);
        expect([...admit, ...wait.map((each) => each.id)].toSorted()).toEqual(
          state.waiting.map((each) => each.id).toSorted(),
        );
        expect(wait.map((each) => each.position)).toEqual(wait.map((_, index) => index + 1));
        for (const { reason } of wait) expect(reason).not.toBe('starts next');
      }),
    );
  });

  it('no limit is exceeded by letting somebody in', () => {
    fc.assert(
      fc.property(any, ({ limits: given, ...state }) => {
        const { admit } = admissionPlan({ ...state, now: 10 }, given);
        const begun = state.waiting.filter((session) => admit.includes(session.id));
        const all = [...state.live, ...begun];
        if (begun.length > 0) expect(all.length).toBeLessThanOrEqual(given.maxSessions);
        for (const session of begun) {
          const own = given.perProject[session.project];
          if (own !== undefined)
            expect(
              all.filter((each) => each.project === session.project).length,
            ).toBeLessThanOrEqual(own);
          if (session.user === null) continue;
          if (given.maxPerUser !== null)
            expect(all.filter((each) => each.user === session.user).length).toBeLessThanOrEqual(
              given.maxPerUser,
            );
          if (given.spawnPerHour !== null)
            expect(begun.filter((each) => each.user === session.user).length).toBeLessThanOrEqual(
              given.spawnPerHour,
            );
        }
        const { memory } = given;
        if (
          memory === null ||
          state.machine === null ||
          begun.length === 0 ||
          state.live.length + begun.length === 1
        )
          return;
        const grows = state.live.reduce(
          (sum, session) => sum + Math.max(0, memory.perSession - (session.rss ?? 0)),
          0,
        );
        // The first on an empty machine is let in unasked.
        const asked = begun.length - (state.live.length === 0 ? 1 : 0);
        if (asked > 0)
          expect(state.machine.available - memory.reserve - grows).toBeGreaterThanOrEqual(
            begun.length * memory.perSession,
          );
      }),
    );
  });

  it('a plan carried out leaves nobody who could start: asked again it lets nobody in', () => {
    fc.assert(
      fc.property(any, ({ limits: given, ...state }) => {
        const { admit } = admissionPlan({ ...state, now: 10 }, given);
        const begun = state.waiting.filter((session) => admit.includes(session.id));
        const after = {
          ...state,
          now: 10,
          waiting: state.waiting.filter((session) => !admit.includes(session.id)),
          live: [
            ...state.live,
            ...begun.map((session) => ({
              project: session.project,
              user: session.user,
              rss: null,
            })),
          ],
          admitted: begun.map((session) => ({
            project: session.project,
            user: session.user,
            at: 10,
          })),
        };
        expect(admissionPlan(after, given).admit).toEqual([]);
      }),
    );
  });

  it('as sessions end one by one, everybody is let in, each project’s people in the order they came', () => {
    fc.assert(
      fc.property(waiting, fc.integer({ min: 1, max: 4 }), (all, maxSessions) => {
        const order: string[] = [];
        let left: readonly Waiting[] = all;
        let running: readonly Waiting[] = [];
        const admitted: Array<{ project: string; user: string | null; at: number }> = [];
        for (let now = 1; left.length > 0; now += 1) {
          expect(now).toBeLessThan(100);
          const { admit } = admissionPlan(
            { waiting: left, live: running, admitted, now },
            { maxSessions, perProject: {} },
          );
          for (const [index, id] of admit.entries()) {
            const session = left.find((each) => each.id === id) as Waiting;
            admitted.push({ project: session.project, user: null, at: now + index / 100 });
            running = [...running, session];
          }
          order.push(...admit);
          left = left.filter((session) => !admit.includes(session.id));
          running = running.slice(1);
        }
        for (const name of ['a', 'b', 'c']) {
          const own = all
            .filter((session) => session.project === name)
            .toSorted(
              (x, y) => x.since - y.since || x.id.localeCompare(y.id, 'en', { numeric: true }),
            );
          expect(order.filter((id) => id.startsWith(`${name}-`))).toEqual(
            own.map((session) => session.id),
          );
        }
        // While two projects both wait, neither gets two places in a row.
        const remaining = new Map(
          ['a', 'b', 'c'].map((name) => [
            name,
            all.filter((session) => session.project === name).length,
          ]),
        );
        for (const [index, id] of order.entries()) {
          const name = id.slice(0, 1);
          remaining.set(name, (remaining.get(name) ?? 0) - 1);
          const others = [...remaining].some(([other, n]) => other !== name && n > 0);
          if (others) expect(order[index + 1]?.slice(0, 1)).not.toBe(name);
        }
      }),
    );
  });
});
