import type { Db } from '../../src/db/open.ts';
import type { Snapshot } from '../../src/domain/session/session.ts';

/** How a team's year looks in the database: rows of one session, copied by SQL, each with an end of its own. */
export function seedHistory(db: Db, of: Snapshot, count: number, lastEnd: number): void {
  const { session } = of;
  const insert = db.$client.prepare(
    `INSERT INTO sessions (id, project, stage, issue, created_at, ended_at, version, data)
     VALUES (@id, @project, 'ended', NULL, @at, @at, 0, @data)`,
  );
  const addSteer = db.$client.prepare(
    "INSERT INTO steers (session, id, state, created_at, data) VALUES (@id, 's1', 'accepted', @at, @data)",
  );
  const addEvent = db.$client.prepare(
    `INSERT INTO events (seq, session, project, at, type, data, text)
     VALUES (@seq, @id, @project, @at, @type, @data, @type)`,
  );
  const sequence = db.$client.prepare('UPDATE sequence SET value = value + 1 RETURNING value');
  const by = session.owner;
  db.$client.transaction(() => {
    for (let n = 1; n <= count; n += 1) {
      const id = `old-${n}`;
      const at = lastEnd - (count - n) * 3_600_000;
      const ended = { cause: n % 2 === 0 ? 'merged' : 'killed', by, reason: null, at };
      insert.run({
        id,
        project: session.project,
        at,
        data: JSON.stringify({
          ...session,
          id,
          stage: 'ended',
          ended,
          branch: `ao/${id}`,
          createdAt: at,
          admittedAt: at,
          task: { type: 'prompt', text: `Mend the pump number ${n}` },
        }),
      });
      const source = { platform: 'slack', channel: 'C1', thread: `t${n}`, message: `m${n}` };
      addSteer.run({ id, at, data: JSON.stringify({ ...of.steers[0], id: 's1', source }) });
      for (const type of ['session.spawned', 'agent.spoke', 'session.ended'])
        addEvent.run({
          seq: (sequence.get() as { value: number }).value,
          id,
          project: session.project,
          at,
          type,
          data: JSON.stringify({ type, ...ended }),
        });
    }
  })();
}

/** The same database, with a count of the queries it was asked. */
export function counted(db: Db): { readonly db: Db; queries(): number } {
  let n = 0;
  const asked = new Proxy(db, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (key !== 'select') return typeof value === 'function' ? value.bind(target) : value;
      return (...args: readonly unknown[]): unknown => {
        n += 1;
        return Reflect.apply(value as (...all: readonly unknown[]) => unknown, target, args);
      };
    },
  });
  return { db: asked, queries: () => n };
}
