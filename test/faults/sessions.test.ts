import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type BotWorld, botWorld, sampleProject } from '../support/bot.ts';
import { faultTable } from '../support/fault-table.ts';
import { repoAt } from '../support/tmp.ts';
import { until } from '../support/until.ts';

const { fault, written } = faultTable('Faults around a session', 'sessions');

let world: BotWorld;
beforeAll(async () => {
  world = await botWorld({ config: { lifecycle: { settle: '1s', stuckThreshold: '2s' } } });
  const shallow = join(world.dir, 'shallow');
  world.repo.write('old.txt', 'a second commit\n');
  world.repo.git('add', '-A');
  world.repo.git('-c', 'user.name=x', '-c', 'user.email=x@localhost', 'commit', '-qm', 'second');
  execFileSync('git', ['clone', '-q', '--depth', '1', `file://${world.repo.path}`, shallow]);
  const repo = repoAt(shallow);
  repo.git('config', 'user.name', 'Somebody');
  repo.git('config', 'user.email', 'somebody@localhost');
  const config = JSON.parse(readFileSync(join(world.dir, 'ao.yaml'), 'utf8')) as Record<
    string,
    unknown
  > & { projects: Record<string, unknown> };
  world.writeConfig({
    ...config,
    projects: {
      ...config.projects,
      shallow: sampleProject(shallow, {
        name: 'Shallow',
        sessionPrefix: 'shallow',
        checks: [],
        merge: { requireChecks: false },
      }),
    },
    agents: {
      silent: {
        plugin: 'command',
        command: [
          'sh',
          '-c',
          'printf "\\033[?2004h"; echo started > "$AO_EVENTS.started"; exec sleep 1000',
        ],
        prompt: 'stdin',
        quietMs: 100_000,
      },
      hangs: {
        plugin: 'command',
        command: [
          'sh',
          '-c',
          'printf \'{"type":"ready"}\\n{"type":"accepted","text":"%s"}\\n{"type":"active"}\\n\' "$1" >> "$AO_EVENTS"; exec sleep 1000',
          'hangs',
          '{prompt}',
        ],
      },
    },
  });
  await world.start();
}, 60_000);
afterAll(() => world.close());

const spawned = async (words: string): Promise<string> => {
  const known = new Set(
    (await world.api.get<readonly { id: string }[]>('/api/sessions?all=1')).map(({ id }) => id),
  );
  await world.me.command(`/ao spawn ${words}`);
  return until(
    async () =>
      (await world.api.get<readonly { id: string }[]>('/api/sessions?all=1')).find(
        ({ id }) => !known.has(id),
      )?.id,
    10_000,
    'the session',
  );
};

fault(
  'the repository is a shallow clone',
  'the whole loop works in it',
  async () => {
    const id = await spawned('"Note: shallow" --project shallow');
    await world.me.sees(id, /PR #1 opened/);
    await world.me.presses(id, 'Approve');
    await world.me.presses(id, 'Approve & merge', { within: /can be merged at/ });
    await world.me.seesOnCard(id, /merged by @you/);
    expect(repoAt(join(world.dir, 'shallow')).git('log', '-1', '--format=%s', 'main')).toMatch(
      /Note: shallow/,
    );
  },
  60_000,
);

fault(
  'the branch of the session exists already',
  'nothing of it is touched; the session says so and what to do',
  async () => {
    world.repo.git('branch', 'feat/1-support-weeks');
    const tip = world.repo.git('rev-parse', 'feat/1-support-weeks');
    const id = await spawned('1 --project sample');
    await world.me.sees(id, /branch .*feat\/1-support-weeks.* (exists|is there)/i);
    expect(world.repo.git('rev-parse', 'feat/1-support-weeks')).toBe(tip);
    await world.me.seesOnCard(id, /failed/);
  },
  60_000,
);

fault(
  'the folder of the worktree is taken',
  'what is in it stays; the session says so',
  async () => {
    const first = await spawned('2 --project sample');
    const path = await until(
      async () => (await world.me.view(first)).workspacePath,
      20_000,
      'a workspace',
    );
    const number = Number(first.split('-')[1]) + 1;
    const taken = join(dirname(path), `sample-${number}`);
    mkdirSync(taken);
    writeFileSync(join(taken, 'mine.txt'), 'somebody’s\n');
    const id = await spawned('3 --project sample');
    expect(id).toBe(`sample-${number}`);
    await world.me.sees(
      id,
      new RegExp(`sample-${number}.*(taken|exists|not empty|is there)`, 'is'),
    );
    expect(readFileSync(join(taken, 'mine.txt'), 'utf8')).toBe('somebody’s\n');
  },
  60_000,
);

fault(
  'an agent never becomes ready',
  'after the threshold somebody is asked, with its terminal to look at; nothing is typed into it',
  async () => {
    const id = await spawned('"Silence" --agent silent --project sample');
    await world.me.sees(id, /no activity|not ready|did not take the task/i, 40_000);
    expect(world.terminals()).toContain(id);
  },
  60_000,
);

fault(
  'an agent hangs in the middle of a turn',
  'after the threshold somebody is asked; Kill ends it and keeps its work',
  async () => {
    const id = await spawned('"Hang" --agent hangs --project sample');
    await world.me.sees(id, /no activity in the middle of a turn/i, 40_000);
    await world.me.command(`/ao kill ${id}`);
    await world.me.seesOnCard(id, /killed by @you/);
    await until(() => !world.terminals().includes(id), 20_000, 'its end');
  },
  60_000,
);

written();
