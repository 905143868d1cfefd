/** Every use case with every kind of subject: done by those whose role says so, refused and written down for everybody else. */
import { describe, expect, test } from 'vitest';
import { commandWorld, NOBODY, person } from '../../test/support/command-world.ts';
import { everySession } from '../../test/support/every-session.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { Result } from '../lib/result.ts';
import { type AccessConfig, createAccess, type Verb } from './access.ts';
import type { Commands, ReadName } from './commands.ts';

type Writes = Exclude<
  keyof Commands,
  // The reads have their own table below; `gh` is of agents alone: their own session, or nothing.
  ReadName | 'may' | 'gh'
>;
type Case = readonly [
  verb: Verb,
  call: (
    commands: Commands,
    actor: Actor,
  ) => Promise<Result<unknown, { readonly code: string; readonly message: string }>>,
];

const spawn = {
  project: null,
  channel: null,
  issues: [],
  text: 'x',
  agent: null,
  model: null,
  base: null,
  prompt: null,
  plan: false,
  again: false,
  key: null,
};
const message = { text: 'hi', files: [], now: false, source: null, key: null };
const review = {
  decision: 'comment',
  text: 'x',
  file: null,
  line: null,
  sha: null,
  base: null,
  key: null,
} as const;

/** A new use case does not compile without its line here. */
const CASES: Readonly<Record<Writes, Case>> = {
  spawn: ['spawn', (commands, actor) => commands.spawn(actor, spawn)],
  adopt: [
    'spawn',
    (commands, actor) =>
      commands.adopt(actor, { project: null, channel: null, pr: '1', agent: null, key: null }),
  ],
  orchestrate: [
    'spawn',
    (commands, actor) =>
      commands.orchestrate(actor, { project: null, channel: null, goal: null, key: null }),
  ],
  send: ['steer', (commands, actor) => commands.send(actor, 'app-1', message)],
  editSteer: ['steer', (commands, actor) => commands.editSteer(actor, 'app-1', 's1', 'x')],
  removeSteer: ['steer', (commands, actor) => commands.removeSteer(actor, 'app-1', 's1')],
  retrySteer: ['steer', (commands, actor) => commands.retrySteer(actor, 'app-1', 's1')],
  sendSteerNow: ['steer', (commands, actor) => commands.sendSteerNow(actor, 'app-1', 's1')],
  answer: [
    'answer',
    (commands, actor) => commands.answer(actor, 'app-1', 'none', { option: 'yes', text: null }),
  ],
  interrupt: ['steer', (commands, actor) => commands.interrupt(actor, 'app-1', null)],
  stop: ['steer', (commands, actor) => commands.stop(actor, 'app-1')],
  kill: ['spawn', (commands, actor) => commands.kill(actor, 'app-1', null)],
  undo: ['spawn', (commands, actor) => commands.undo(actor, 'app-1')],
  restore: ['spawn', (commands, actor) => commands.restore(actor, 'app-1', null)],
  pause: ['steer', (commands, actor) => commands.pause(actor, 'app-1', null)],
  resume: ['steer', (commands, actor) => commands.resume(actor, 'app-1')],
  done: ['spawn', (commands, actor) => commands.done(actor, 'app-1')],
  merge: [
    'merge',
    (commands, actor) => commands.merge(actor, 'app-1', { sha: null, base: null, method: null }),
  ],
  rerun: ['steer', (commands, actor) => commands.rerun(actor, 'app-1')],
  review: ['steer', (commands, actor) => commands.review(actor, 'app-1', review)],
  acknowledge: ['steer', (commands, actor) => commands.acknowledge(actor, 'app-1', null)],
  snooze: ['steer', (commands, actor) => commands.snooze(actor, 'app-1', 'ci-failed', 5)],
  runReaction: ['steer', (commands, actor) => commands.runReaction(actor, 'app-1', 'ci-failed')],
  listen: ['steer', (commands, actor) => commands.listen(actor, 'app-1', 'all')],
  mute: ['steer', (commands, actor) => commands.mute(actor, 'app-1', true)],
  changeAgent: [
    'spawn',
    (commands, actor) =>
      commands.changeAgent(actor, 'app-1', { agent: 'fake', model: null, words: null }),
  ],
  prune: ['admin', (commands, actor) => commands.prune(actor, false)],
  raiseBudget: [
    'admin',
    async (commands, actor) => commands.raiseBudget(actor, 'day:2026-01-01', 10),
  ],
  replyThread: [
    'steer',
    (commands, actor) =>
      commands.replyThread(actor, 'app-1', { thread: 't1', text: 'x', key: null }),
  ],
  resolveThread: ['steer', (commands, actor) => commands.resolveThread(actor, 'app-1', 't1')],
  handOver: ['steer', (commands, actor) => commands.handOver(actor, 'app-1', person('web:lee'))],
  createPullRequest: [
    'steer',
    (commands, actor) =>
      commands.createPullRequest(actor, 'app-1', {
        title: 't',
        body: '',
        draft: false,
        base: null,
      }),
  ],
  report: [
    'steer',
    (commands, actor) => commands.report(actor, 'app-1', { state: 'working', note: '' }),
  ],
  readAudit: ['admin', async (commands, actor) => commands.readAudit(actor, { limit: 10 })],
  verifyAudit: ['admin', async (commands, actor) => commands.verifyAudit(actor)],
  allLinks: ['admin', async (commands, actor) => commands.allLinks(actor)],
  vouchLink: [
    'admin',
    (commands, actor) =>
      commands.vouchLink(actor, { subject: 'slack:T1:U9', login: 'x', project: null }),
  ],
  // Before a code is asked for: after that a missing proof is a denial.
  confirmLink: ['view', (commands, actor) => commands.confirmLink(actor, { issue: '1' })],
  beginLink: [
    'view',
    (commands, actor) =>
      commands.beginLink(actor, { login: 'octocat', project: null, channel: null }),
  ],
  removeLinks: ['view', (commands, actor) => commands.removeLinks(actor, null)],
  ownLinks: ['view', async (commands, actor) => commands.ownLinks(actor)],
};
const MORE: Readonly<Record<string, Case>> = {
  'answer a permission request': [
    'approve-tool',
    (commands, actor) => commands.answer(actor, 'app-1', 'q1', { option: 'yes', text: null }),
  ],
  'a reaction that merges': [
    'merge',
    (commands, actor) => commands.runReaction(actor, 'app-1', 'approved-and-green'),
  ],
  'another merging reaction': [
    'merge',
    (commands, actor) => commands.runReaction(actor, 'app-1', 'merge-failed'),
  ],
  'unlink somebody else': [
    'admin',
    (commands, actor) => commands.removeLinks(actor, 'slack:T9:U9'),
  ],
};
type ReadCase = (commands: Commands, actor: Actor, session: string) => unknown;
/** A new read does not compile without its line here. People need the right to view for each. */
const READ_CASES: Readonly<Record<ReadName, ReadCase>> = {
  sessions: (commands, actor) => commands.sessions(actor, {}),
  sessionPage: (commands, actor) => commands.sessionPage(actor, { family: 'app-1' }),
  session: (commands, actor, session) => commands.session(actor, session),
  events: (commands, actor, session) => commands.events(actor, session, {}),
  steers: (commands, actor, session) => commands.steers(actor, session),
  threads: (commands, actor, session) => commands.threads(actor, session),
  logs: (commands, actor, session) => commands.logs(actor, session, 10),
  checkLog: (commands, actor, session) => commands.checkLog(actor, session, 'unit'),
  diff: (commands, actor, session) => commands.diff(actor, session),
  changes: (commands, actor, session) => commands.changes(actor, session, 'a'.repeat(40)),
  attach: (commands, actor, session) => commands.attach(actor, session),
  terminal: (commands, actor, session) => commands.terminal(actor, session, 'read'),
  inbox: (commands, actor) => commands.inbox(actor, true),
  issues: (commands, actor) => commands.issues(actor, { project: null, text: null, state: 'open' }),
  projects: (commands, actor) => commands.projects(actor),
  quota: (commands, actor) => commands.quota(actor),
  cost: (commands, actor) => commands.cost(actor, { by: 'project' }),
  digest: (commands, actor) => commands.digest(actor),
  budgets: (commands, actor) => commands.budgets(actor),
  agents: (commands, actor) => commands.agents(actor),
};
const READ_NAMES = Object.keys(READ_CASES) as readonly ReadName[];

/** Which of the reads this actor is granted, of this session; each refusal is exactly one row. */
async function granted(
  world: Awaited<ReturnType<typeof commandWorld>>,
  actor: Actor,
  session: string,
): Promise<readonly ReadName[]> {
  const seen: ReadName[] = [];
  for (const name of READ_NAMES) {
    const rows = world.rows().length;
    const result = (await READ_CASES[name](world.commands, actor, session)) as Result<
      unknown,
      { readonly code: string }
    >;
    const refused = !result.ok && result.error.code === 'AO_ACCESS_DENIED';
    expect(
      world
        .rows()
        .slice(rows)
        .filter((row) => !row.allowed),
      name,
    ).toMatchObject(refused ? [{ subject: actor.subject, action: `read ${name}` }] : []);
    if (!refused) seen.push(name);
  }
  return seen;
}

/** With another right than their own verb says: answering a permission needs both. */
const ALSO: Readonly<Record<string, Verb>> = { 'answer a permission request': 'answer' };
/** Granted without a row. */
const UNRECORDED: ReadonlySet<string> = new Set(['readAudit', 'verifyAudit', 'ownLinks']);
const ALL = Object.entries({ ...CASES, ...MORE });

const ACCESS: AccessConfig = {
  roles: {
    steerer: ['steer'],
    answerer: ['answer'],
    approver: ['answer', 'approve-tool'],
    merger: ['merge'],
    nothing: [],
    __proto__: ['admin'],
  },
  users: {
    'slack:T1:UADMIN': ['admin'],
    'slack:T1:ULEAD': ['lead'],
    'slack:T1:UMEMBER': ['member'],
    'slack:T1:UVIEWER': ['viewer'],
    'discord:1:STEER': ['steerer'],
    'web:answer': ['answerer'],
    'web:approve': ['approver'],
    'proxy:merge@acme.test': ['merger'],
    'web:nothing': ['nothing'],
    'web:typo': ['membre'],
    'web:proto': ['__proto__', 'constructor', 'toString'],
  },
  groups: { 'slack:T1:SLEADS': ['member'], 'discord:1:ROLE': ['viewer'] },
  verbs: { merge: ['web:verb', 'slack:T1:SMERGE'] },
};

const MEMBER: readonly Verb[] = ['view', 'spawn', 'steer', 'answer', 'approve-tool', 'merge'];
const LEAD: readonly Verb[] = [...MEMBER, 'terminal'];
const EVERYTHING: readonly Verb[] = [...LEAD, 'admin'];
const SUBJECTS: ReadonlyArray<readonly [string, Actor, readonly Verb[]]> = [
  ['the local admin', person('web:local'), EVERYTHING],
  ['an admin by user', person('slack:T1:UADMIN'), EVERYTHING],
  ['a lead', person('slack:T1:ULEAD'), LEAD],
  ['a member by user', person('slack:T1:UMEMBER'), MEMBER],
  ['a member by Slack user group', person('slack:T1:UX', ['slack:T1:SLEADS']), MEMBER],
  ['a viewer by Discord role', person('discord:1:UX', ['discord:1:ROLE']), ['view']],
  ['a viewer', person('slack:T1:UVIEWER'), ['view']],
  ['a role of one verb', person('discord:1:STEER'), ['view', 'steer']],
  ['who may answer, but not approve tools', person('web:answer'), ['view', 'answer']],
  ['who may approve tools', person('web:approve'), ['view', 'answer', 'approve-tool']],
  ['somebody a proxy signed in', person('proxy:merge@acme.test'), ['view', 'merge']],
  ['one verb by name', person('web:verb'), ['view', 'merge']],
  ['one verb by group', person('slack:T1:UY', ['slack:T1:SMERGE']), ['view', 'merge']],
  ['a role without verbs', person('web:nothing'), []],
  ['a role that does not exist', person('web:typo'), []],
  ['names of JavaScript as roles', person('web:proto'), []],
  ['nobody', person('slack:T1:UNEW'), []],
  ['the same user of another team', person('slack:T2:UADMIN'), []],
  ['the same user on another platform', person('discord:1:UADMIN'), []],
  ['a group of another team', person('slack:T1:UX', ['slack:T2:SLEADS']), []],
  ['a user named like a group', person('slack:T1:SLEADS'), []],
  ['a display name like the admin', { ...person('slack:T1:UEVIL'), name: 'web:local' }, []],
  ['an agent of another session', person('agent:app-9'), []],
];

describe.each(SUBJECTS)('%s', (_, actor, verbs) => {
  // threat: a person without the right uses a command, a button, a form or the API | refused, changes nothing, and is in the audit log
  test('does what the role says; the rest is refused, changes nothing, and is in the audit log', async () => {
    const world = await commandWorld({ access: ACCESS });
    const { commands, lifecycle, scm, tracker } = world;
    const allowed = ([name, [verb]]: (typeof ALL)[number]): boolean => {
      const also = ALSO[name];
      return verbs.includes(verb) && (also === undefined || verbs.includes(also));
    };
    for (const [name, [, call]] of ALL.filter((one) => !allowed(one))) {
      const before = [
        everySession(lifecycle.db, lifecycle.dispatch),
        scm.calls.length,
        tracker.issues.size,
      ];
      const rows = world.rows().length;
      const result = await call(commands, actor);
      expect(result, name).toMatchObject({ ok: false, error: { code: 'AO_ACCESS_DENIED' } });
      expect(
        [everySession(lifecycle.db, lifecycle.dispatch), scm.calls.length, tracker.issues.size],
        name,
      ).toEqual(before);
      expect(
        world
          .rows()
          .slice(rows)
          .filter((row) => !row.allowed),
        name,
      ).toMatchObject([{ subject: actor.subject }]);
    }
    for (const [name, [, call]] of ALL.filter(allowed)) {
      const rows = world.rows().length;
      const result = await call(commands, actor);
      if (!result.ok)
        expect(result.error.code, `${name}: ${result.error.message}`).not.toBe('AO_ACCESS_DENIED');
      if (!UNRECORDED.has(name))
        expect(world.rows().slice(rows), name).toContainEqual(
          expect.objectContaining({ subject: actor.subject }),
        );
    }
  });
});

test.each(SUBJECTS)(
  '%s reads everything with the right to view, and nothing without',
  async (_, actor, verbs) => {
    const world = await commandWorld({ access: ACCESS });
    const before = world.lifecycle.dispatch.live();
    const may = verbs.includes('view');
    expect(await granted(world, actor, 'app-1')).toEqual(may ? READ_NAMES : []);
    expect(world.commands.may(actor, 'view').ok).toBe(may);
    expect(world.commands.ownLinks(actor).ok).toBe(may);
    // Who may not look learns nothing about which sessions there are.
    if (!may) expect(await granted(world, actor, 'app-404')).toEqual([]);
    expect(world.lifecycle.dispatch.live()).toEqual(before);
  },
);

test.each(SUBJECTS)(
  '%s types into a terminal only with the verb for it',
  async (_, actor, verbs) => {
    const { commands, rows } = await commandWorld({ access: ACCESS });
    const opened = await commands.terminal(actor, 'app-1', 'write');
    const may = verbs.includes('terminal');
    expect(!opened.ok && opened.error.code === 'AO_ACCESS_DENIED').toBe(!may);
    expect(commands.may(actor, 'terminal').ok).toBe(may);
    if (!may) expect(rows().at(-1)).toMatchObject({ subject: actor.subject, allowed: false });
  },
);

describe('what agents read', () => {
  const OWN: readonly ReadName[] = [
    'session',
    'events',
    'steers',
    'threads',
    'logs',
    'checkLog',
    'diff',
  ];
  const STARTED: readonly ReadName[] = OWN.filter((name) => name !== 'threads');

  test('a worker: its own session, whatever role the configuration gives it', async () => {
    const users = { 'agent:app-1': ['admin'], 'agent:app-9': ['admin'] };
    const world = await commandWorld({ access: { ...ACCESS, users } });
    expect(await granted(world, person('agent:app-1'), 'app-1')).toEqual(OWN);
    expect(await granted(world, person('agent:app-9'), 'app-1')).toEqual([]);
    expect(await granted(world, person('agent:app-1'), 'app-404')).toEqual([]);
    expect(world.commands.may(person('agent:app-1'), 'view', 'app-1').ok).toBe(true);
    expect(world.commands.may(person('agent:app-9'), 'view', 'app-1').ok).toBe(false);
    expect(world.commands.may(person('agent:app-1'), 'view').ok).toBe(false);
  });

  test('an orchestrator: itself and the sessions it started; its list holds only these', async () => {
    const world = await commandWorld({ access: ACCESS });
    const { commands } = world;
    const started = await commands.orchestrate(person('web:local'), {
      project: null,
      channel: null,
      goal: 'Make CI green',
      key: 'k1',
    });
    const boss = started.ok ? started.value.id : '';
    const agent = person(`agent:${boss}`);
    const spawned = await commands.spawn(agent, spawn);
    const child = (spawned.ok ? spawned.value[0]?.session?.id : null) ?? '';
    expect(await granted(world, agent, boss)).toEqual(['sessions', 'sessionPage', ...OWN]);
    expect(await granted(world, agent, child)).toEqual(['sessions', 'sessionPage', ...STARTED]);
    expect(await granted(world, agent, 'app-1')).toEqual(['sessions', 'sessionPage']);
    const listed = commands.sessions(agent, { all: true });
    expect(listed.ok && listed.value.map(({ id }) => id).toSorted()).toEqual(
      [boss, child].toSorted(),
    );
    await commands.kill(person('web:local'), boss, null);
    expect(await granted(world, agent, child)).toEqual([]);
  });
});

// threat: an agent speaks for another session | refused
test('an agent speaks for its own session only', async () => {
  const world = await commandWorld({ access: ACCESS });
  const own = person('agent:app-1');
  expect((await world.commands.report(own, 'app-1', { state: 'working', note: '' })).ok).toBe(true);
  expect(world.rows().at(-1)).toMatchObject({
    subject: 'agent:app-1',
    action: 'report',
    allowed: true,
  });
  const allowed = await Promise.all(
    ALL.filter(([name]) => name !== 'report' && name !== 'createPullRequest').map(
      async ([name, [, call]]) => [name, (await call(world.commands, own)).ok],
    ),
  );
  expect(allowed.filter(([, ok]) => ok)).toEqual([]);
});

describe('closed on every error', () => {
  const everyVerb = (access: ReturnType<typeof createAccess>, actor: Actor): readonly Verb[] =>
    EVERYTHING.filter((verb) => access.refusal(actor, verb) === null);

  test('a configuration that can’t be read gives nobody a right but those who hold the machine', () => {
    const access = createAccess(() => {
      throw new Error('EIO');
    });
    expect(everyVerb(access, person('slack:T1:UADMIN'))).toEqual([]);
    expect(everyVerb(access, person('web:local'))).toEqual(EVERYTHING);
  });

  test('groups that can’t be looked up count for nothing', () => {
    const access = createAccess(() => ACCESS);
    const broken = {
      ...person('slack:T1:UX'),
      get groups(): readonly string[] {
        throw new Error('down');
      },
    };
    expect(everyVerb(access, broken)).toEqual([]);
  });

  test('a person who left the group has its rights no more', () => {
    const access = createAccess(() => ACCESS);
    const { groups: _, ...actor } = person('slack:T1:UX');
    access.seen(actor.subject, ['slack:T1:SLEADS']);
    expect(everyVerb(access, actor)).toEqual(MEMBER);
    access.seen(actor.subject, []);
    expect(everyVerb(access, actor)).toEqual([]);
  });

  test('without any configuration nobody but the local admin may do anything', () => {
    const access = createAccess(() => NOBODY);
    for (const [, actor] of SUBJECTS.slice(1)) expect(everyVerb(access, actor)).toEqual([]);
  });
});
