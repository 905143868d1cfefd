import type { Db } from '../../src/db/open.ts';
import type { Snapshot } from '../../src/domain/session/session.ts';

/**
 * How a team's year looks in the database: rows of one session, copied by SQL, one end an hour. `from`: so many are there already; they
 * stay as they are.
 */
export function seedHistory(db: Db, of: Snapshot, count: number, lastEnd: number, from = 0): void {
  const { session } = of;
  const insert = db.$client.prepare(
    `INSERT INTO sessions (id, project, stage, issue, created_at, ended_at, version, data)
     VALUES (@id, @project, 'ended', NULL, @at, @at, 0, @data)`,
  );
  const addWords = db.$client.prepare(
    'INSERT INTO session_words (session, words) VALUES (@id, @words)',
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
    for (let n = from + 1; n <= count; n += 1) {
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
      addWords.run({ id, words: `${id}\nao/${id}\nMend the pump number ${n}` });
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

/** How many statements `work` makes of the database. */
export function statementsOf(db: Db, work: () => unknown): number {
  const client = db.$client as { prepare: Db['$client']['prepare'] };
  const prepare = client.prepare;
  let n = 0;
  client.prepare = ((source: string) => {
    n += 1;
    return prepare.call(db.$client, source);
  }) as typeof prepare;
  try {
    work();
  } finally {
    client.prepare = prepare;
  }
  return n;
}
