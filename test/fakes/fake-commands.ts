/** A scripted `Commands`: holds views, records every call, and refuses what a test tells it to refuse. */
import type { Commands, RefusalCode } from '../../src/commands/commands.ts';
import type { BudgetView, CostView } from '../../src/commands/view/cost.ts';
import type { DigestView } from '../../src/commands/view/digest.ts';
import type { QuotaView } from '../../src/commands/view/quota.ts';
import type { DiffView, ThreadView } from '../../src/commands/view/review.ts';
import type {
  EventView,
  IdentityView,
  InboxItem,
  IssueView,
  ProjectView,
  SessionView,
  SteerView,
} from '../../src/commands/views.ts';
import type { Refusal } from '../../src/domain/session/decision.ts';
import { err, ok, type Result } from '../../src/lib/result.ts';
import { digestView, NOW, projectView, sessionView, steerView } from './views.ts';

export interface Call {
  readonly method: keyof Commands;
  readonly args: readonly unknown[];
}

export interface FakeWorld {
  sessions: SessionView[];
  projects: ProjectView[];
  issues: IssueView[];
  inbox: InboxItem[];
  events: EventView[];
  agents: string[];
  cost: CostView;
  budgets: readonly BudgetView[];
  digest: DigestView;
  quota: QuotaView;
  threads: ThreadView[];
  logs: { text: string; live: boolean };
  checkLog: { name: string; text: string };
  diff: DiffView;
  attach: { argv: readonly string[]; readOnlyArgv: readonly string[] };
}

export interface FakeCommands {
  readonly commands: Commands;
  readonly world: FakeWorld;
  /** Writes only; queries are not recorded. */
  readonly calls: Call[];
  /** The next calls of this method are refused, after `then` changed the world. */
  refuse(method: keyof Commands, code: RefusalCode, message: string, then?: () => void): void;
}

const identityOf = (subject: string): IdentityView => ({
  subject,
  forge: 'github',
  login: 'octocat',
  at: NOW,
  proof: 'comment',
});

export function fakeCommands(over: Partial<FakeWorld> = {}): FakeCommands {
  const world: FakeWorld = {
    sessions: [sessionView()],
    projects: [projectView()],
    issues: [],
    inbox: [],
    events: [],
    agents: ['claude-code', 'codex'],
    cost: {
      from: '2026-11-21',
      to: '2026-11-21',
      timezone: 'UTC',
      by: 'project',
      rows: [],
      totalUsd: 0,
      totalTokens: 0,
      unpriced: [],
      series: { days: ['2026-11-21'], parts: [] },
    },
    budgets: [],
    digest: digestView(),
    quota: { accounts: [], agents: [], unknown: [] },
    threads: [],
    logs: { text: 'line one\nline two', live: true },
    checkLog: { name: 'unit', text: 'expected 1, got 2' },
    diff: {
      stat: ' login.ts | 3 +-',
      patch: 'diff --git a/login.ts b/login.ts',
      additions: 2,
      deletions: 1,
      files: 1,
      head: null,
      worktree: null,
    },
    attach: {
      argv: ['tmux', '-L', 'ao', 'attach', '-t', 'app-7'],
      readOnlyArgv: ['tmux', '-L', 'ao', 'attach', '-r', '-t', 'app-7'],
    },
    ...over,
  };
  const calls: Call[] = [];
  const refusals = new Map<keyof Commands, { refusal: Refusal; then: () => void }>();

  const find = (name: string): Result<SessionView, Refusal> => {
    const exact = world.sessions.filter((session) => session.id === name);
    const near =
      exact.length > 0
        ? exact
        : world.sessions.filter(
            (session) => session.id.startsWith(name) || session.id.endsWith(`-${name}`),
          );
    if (near.length > 1)
      return err({
        code: 'AO_SESSION_AMBIGUOUS',
        message: `More than one session begins with "${name}".`,
      });
    const [one] = near;
    return one === undefined
      ? err({ code: 'AO_SESSION_UNKNOWN', message: `No session "${name}".` })
      : ok(one);
  };

  async function write<T>(
    method: keyof Commands,
    args: readonly unknown[],
    value: () => Result<T, Refusal>,
  ): Promise<Result<T, Refusal>> {
    calls.push({ method, args });
    const refused = refusals.get(method);
    refused?.then();
    return refused === undefined ? value() : err(refused.refusal);
  }
  const onSession = (
    method: keyof Commands,
    args: readonly unknown[],
  ): Promise<Result<SessionView, Refusal>> => write(method, args, () => find(String(args[1])));
  const onSteer = (
    method: keyof Commands,
    args: readonly unknown[],
  ): Promise<Result<SteerView, Refusal>> =>
    write(method, args, () => {
      const session = find(String(args[1]));
      return session.ok ? ok(steerView({ position: method === 'send' ? 1 : null })) : session;
    });
  async function read<T>(
    method: keyof Commands,
    session: string | null,
    value: T,
  ): Promise<Result<T, Refusal>> {
    const refused = refusals.get(method);
    if (refused !== undefined) return err(refused.refusal);
    const found = session === null ? null : find(session);
    return found !== null && !found.ok ? found : ok(value);
  }

  const commands: Commands = {
    spawn: (actor, request) =>
      write('spawn', [actor, request], () =>
        ok(
          (request.issues.length === 0 ? [null] : request.issues).map((issue) => {
            const taken = request.again
              ? undefined
              : world.sessions.find((session) => session.issue === `#${issue}`);
            if (issue !== null && taken !== undefined) {
              return {
                issue,
                session: null,
                refusal: {
                  code: 'AO_ISSUE_TAKEN',
                  message: `Issue #${issue} already has ${taken.id} (${taken.status}).`,
                },
              };
            }
            const title = issue === null ? (request.text ?? '') : `Issue ${issue}`;
            return {
              issue,
              session: sessionView({
                id: `app-${issue ?? 9}`,
                title,
                issue: issue === null ? null : `#${issue}`,
                status: 'spawning',
              }),
              refusal: null,
            };
          }),
        ),
      ),
    adopt: (actor, request) =>
      write('adopt', [actor, request], () => ok(sessionView({ status: 'spawning' }))),
    send: (...args) => onSteer('send', args),
    editSteer: (...args) => onSteer('editSteer', args),
    removeSteer: (...args) => onSteer('removeSteer', args),
    retrySteer: (...args) => onSteer('retrySteer', args),
    sendSteerNow: (...args) => onSteer('sendSteerNow', args),
    answer: (...args) => onSession('answer', args),
    interrupt: (...args) => onSession('interrupt', args),
    stop: (...args) => onSession('stop', args),
    kill: (...args) => onSession('kill', args),
    undo: (...args) => onSession('undo', args),
    restore: (...args) => onSession('restore', args),
    pause: (...args) => onSession('pause', args),
    resume: (...args) => onSession('resume', args),
    done: (...args) => onSession('done', args),
    merge: (...args) => onSession('merge', args),
    rerun: (...args) => onSession('rerun', args),
    review: (...args) => onSession('review', args),
    replyThread: (...args) => onSession('replyThread', args),
    resolveThread: (...args) => onSession('resolveThread', args),
    acknowledge: (...args) => onSession('acknowledge', args),
    snooze: (...args) => onSession('snooze', args),
    runReaction: (...args) => onSession('runReaction', args),
    listen: (...args) => onSession('listen', args),
    mute: (...args) => onSession('mute', args),
    changeAgent: (...args) => onSession('changeAgent', args),
    handOver: (...args) => onSession('handOver', args),
    createPullRequest: (...args) => onSession('createPullRequest', args),
    report: (...args) => onSession('report', args),
    may: () => {
      const refused = refusals.get('may');
      return refused === undefined ? ok(null) : err(refused.refusal);
    },
    sessionPage(actor, filter) {
      const listed = commands.sessions(actor, filter);
      return listed.ok ? ok({ sessions: listed.value, next: null }) : listed;
    },
    sessions: (actor, filter) =>
      ok(
        world.sessions
          .filter(
            (session) =>
              // As the gate does it for an orchestrator.
              actor.via !== 'agent' ||
              [session.id, session.parent].includes(actor.subject.replace(/^agent:/, '') as never),
          )
          .filter(
            (session) =>
              (filter.project === undefined || session.project === filter.project) &&
              (filter.status === undefined || session.status === filter.status) &&
              (filter.turn === undefined || session.turn === filter.turn) &&
              (filter.mine === undefined || session.owner.subject === filter.mine) &&
              ((filter.all === true && filter.live !== true) || session.outcome === null),
          ),
      ),
    session: (_actor, session) => find(session),
    events(_actor, session, { after, limit }) {
      const found = find(session);
      return found.ok
        ? ok(
            world.events
              .filter((event) => event.session === found.value.id && event.seq > (after ?? 0))
              .slice(0, limit ?? 1000),
          )
        : found;
    },
    threads(_actor, session) {
      const found = find(session);
      return found.ok ? ok(world.threads) : found;
    },
    steers: (_actor, session) => {
      const found = find(session);
      return found.ok ? ok(found.value.steers) : found;
    },
    logs: (_actor, session) => read('logs', session, world.logs),
    checkLog: (_actor, session) => read('checkLog', session, world.checkLog),
    diff: (_actor, session) => read('diff', session, world.diff),
    changes: (_actor, session, from) =>
      read('changes', session, { from, to: 'c'.repeat(40), patch: world.diff.patch }),
    attach: (_actor, session) => read('attach', session, world.attach),
    async terminal(_actor, session, mode) {
      const found = find(session);
      if (!found.ok) return found;
      if (found.value.outcome !== null)
        return err({ code: 'AO_STATE', message: `${found.value.id} is over.` });
      const { argv, readOnlyArgv } = world.attach;
      return ok({ session: found.value.id, argv: mode === 'write' ? argv : readOnlyArgv });
    },
    inbox: () => ok(world.inbox),
    issues: (_actor, request) =>
      read(
        'issues',
        null,
        world.issues.filter(
          (issue) =>
            (request.project === null || issue.project === request.project) &&
            (request.text === null || issue.title.includes(request.text)),
        ),
      ),
    projects: () => ok(world.projects),
    gh: (...args) => write('gh', args, () => ok({ fresh: null, stale: null, heldUntil: null })),
    orchestrate: (...args) =>
      write('orchestrate', args, () =>
        ok(sessionView({ role: 'orchestrator', status: 'spawning' })),
      ),
    prune: (...args) => write('prune', args, () => ok([])),
    quota: () => read('quota', null, world.quota),
    cost: (_actor, { by }) => ok({ ...world.cost, by }),
    digest: async () => ok(world.digest),
    budgets: () => ok(world.budgets),
    raiseBudget(actor, id, limitUsd) {
      const found = world.budgets.find((budget) => budget.id === id);
      if (found === undefined)
        return err({ code: 'AO_BAD_REQUEST', message: 'There is no such budget.' });
      calls.push({ method: 'raiseBudget', args: [actor, id, limitUsd] });
      return ok({ ...found, limitUsd, state: 'fine' });
    },
    agents: () => ok(world.agents),
    beginLink: async (_actor, { login }) =>
      ok({
        login,
        project: 'app',
        forge: 'github',
        code: 'ao-link-0123456789abcdef',
        expiresAt: NOW + 900_000,
      }),
    confirmLink: async (actor) => ok(identityOf(actor.subject)),
    vouchLink: async (_actor, { subject }) => ok(identityOf(subject)),
    removeLinks: async () => ok(1),
    ownLinks: () => ok([]),
    allLinks: (actor) => ok([identityOf(actor.subject)]),
    readAudit: () =>
      ok([
        {
          id: 1,
          at: NOW,
          subject: 'web:local',
          via: 'web',
          action: 'kill',
          session: 'app-7',
          detail: '',
          allowed: true,
        },
      ]),
    verifyAudit: () => ok({ rows: 1, broken: null, head: 'abc' }),
  };

  return {
    commands,
    world,
    calls,
    refuse: (method, code, message, then = () => {}) =>
      void refusals.set(method, { refusal: { code, message }, then }),
  };
}
