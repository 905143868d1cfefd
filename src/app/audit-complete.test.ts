/** Everything ao does to the world has its row: effects, forge writes, chat inputs. */
import { describe, expect, test } from 'vitest';
import { createFakeScm } from '../../test/fakes/fake-scm.ts';
import { createFakeTracker } from '../../test/fakes/fake-tracker.ts';
import { DANA, SHA } from '../../test/support/session-world.ts';
import type { AuditEntry } from '../domain/session/audit.ts';
import type { Effect, EffectType } from '../domain/session/effect.ts';
import type { Handler } from '../lifecycle/outbox-parts.ts';
import { rejected } from '../slots/errors.ts';
import type { ScmPlugin } from '../slots/scm.ts';
import type { TrackerPlugin } from '../slots/tracker.ts';
import { auditOfEvent } from './audit-of-event.ts';
import { auditedEffects } from './audited-effects.ts';
import { auditedForges } from './audited-forges.ts';
import type { PluginInstances } from './plugin-instances.ts';

type Row = Omit<AuditEntry, 'at'>;

/** One of each; a new effect does not compile without its line here. */
const EFFECTS: {
  readonly [T in EffectType]: readonly [effect: Extract<Effect, { type: T }>, hasRow: boolean];
} = {
  create_workspace: [{ type: 'create_workspace', round: 0 }, true],
  start_runtime: [{ type: 'start_runtime', launch: 1, resume: false }, true],
  deliver_steer: [{ type: 'deliver_steer', steer: 's1', attempt: 1, nonce: 1 }, false],
  interrupt_agent: [{ type: 'interrupt_agent', id: 'i1' }, true],
  answer_request: [{ type: 'answer_request', request: 'r1', nonce: 1 }, true],
  kill_runtime: [{ type: 'kill_runtime', launch: 1, handle: 'pane' }, true],
  remove_workspace: [{ type: 'remove_workspace', deleteBranch: true, round: 1 }, true],
  restore_workspace: [{ type: 'restore_workspace', round: 1 }, true],
  merge_pr: [
    {
      type: 'merge_pr',
      pr: 'p',
      sha: SHA(1),
      base: 'main',
      method: 'squash',
      by: DANA,
      attempt: 1,
      nonce: 1,
    },
    true,
  ],
  read_pr_details: [{ type: 'read_pr_details', pr: 'p', sha: SHA(1), nonce: '1' }, false],
  refresh_pr: [{ type: 'refresh_pr', pr: 'p', nonce: '1' }, false],
  rerun_checks: [{ type: 'rerun_checks', pr: 'p', sha: SHA(1), attempt: 1 }, true],
  update_branch: [{ type: 'update_branch', pr: 'p', sha: SHA(1), nonce: 1 }, true],
  update_issue: [
    {
      type: 'update_issue',
      issue: '1',
      key: 'ends-1',
      addLabels: [],
      removeLabels: [],
      assignee: null,
      close: true,
      comment: 'done',
    },
    true,
  ],
  notify: [
    { type: 'notify', key: 'k', reaction: 'r', rung: null, priority: 'info', text: 't' },
    false,
  ],
  spawn_session: [{ type: 'spawn_session', key: 'k', prompt: 'p' }, true],
  reply_thread: [
    { type: 'reply_thread', pr: 'p', thread: 't', to: 'c1', text: 'thanks', by: DANA, key: 'k' },
    true,
  ],
  resolve_threads: [
    { type: 'resolve_threads', pr: 'p', threads: [], to: null, by: null, nonce: '1' },
    true,
  ],
  mark_ready: [{ type: 'mark_ready', pr: 'p', sha: SHA(1), by: DANA, nonce: 1 }, true],
  ask_review_again: [
    { type: 'ask_review_again', pr: 'p', reviewers: [], from: SHA(1), sha: SHA(2) },
    true,
  ],
  write_handover: [{ type: 'write_handover', handover: 1, nonce: 1 }, false],
};

describe('effects', () => {
  const job = (payload: Effect) => ({
    id: 1,
    key: 'k',
    lane: 'l',
    session: 'app-1',
    type: payload.type,
    payload,
    attempts: 1,
    inDoubt: false,
    createdAt: 0,
  });
  const run = async (payload: Effect, handler: Handler): Promise<readonly Row[]> => {
    const rows: Row[] = [];
    const wrapped = auditedEffects({ [payload.type]: handler }, (row) => void rows.push(row))[
      payload.type
    ];
    const handled = await wrapped?.run(job(payload));
    expect(rows, 'nothing before the transaction').toEqual([]);
    handled?.commit?.();
    return rows;
  };

  test.each(Object.values(EFFECTS))('$type', async (effect, hasRow) => {
    const rows = await run(effect, {
      run: async () => ({ result: { type: 'done' } }),
      failed: () => {},
    });
    const by =
      effect.type === 'merge_pr' || effect.type === 'mark_ready' || effect.type === 'reply_thread'
        ? 'web:dana'
        : 'system:ao';
    expect(rows).toMatchObject(
      hasRow
        ? [{ subject: by, action: `effect.${effect.type}`, session: 'app-1', allowed: true }]
        : [],
    );
  });

  test('one that could not be done says so, whichever way it says it', async () => {
    const [effect] = EFFECTS.merge_pr;
    const said = await run(effect, {
      run: async () => ({
        result: { type: 'failed', code: 'AO_GATE_CLOSED', reason: 'A check failed.' },
      }),
      failed: () => {},
    });
    expect(said).toMatchObject([
      { action: 'effect.merge_pr', detail: 'failed: A check failed.', allowed: false },
    ]);
    const rows: Row[] = [];
    const wrapped = auditedEffects(
      { merge_pr: { run: async () => ({}), failed: () => {} } },
      (row) => void rows.push(row),
    ).merge_pr;
    wrapped?.failed(job(effect), { code: 'X', message: 'no luck' });
    expect(rows).toMatchObject([
      { action: 'effect.merge_pr', detail: 'failed: no luck', allowed: false },
    ]);
  });
});

describe('forges', () => {
  const review = {
    decision: 'comment',
    text: 'x',
    by: DANA,
    file: null,
    line: null,
    key: 'k',
  } as const;
  /** A new method of a forge does not compile without its line here. */
  const SCM: {
    readonly [K in Exclude<keyof ScmPlugin, 'capabilities'>]: readonly [
      call: (scm: ScmPlugin) => unknown,
      writes: boolean,
    ];
  } = {
    start: [(scm) => scm.start(), false],
    stop: [(scm) => scm.stop(), false],
    pullRequests: [(scm) => scm.pullRequests([]), false],
    nextLook: [(scm) => scm.nextLook?.(), false],
    read: [(scm) => scm.read('p'), false],
    resolve: [(scm) => scm.resolve('p'), false],
    head: [(scm) => scm.head?.('p'), false],
    moved: [(scm) => scm.moved?.(), false],
    unreadable: [async (scm) => scm.unreadable?.(), false],
    onChange: [(scm) => scm.onChange(() => {}), false],
    details: [(scm) => scm.details('p', SHA(1)), false],
    checkLog: [(scm) => scm.checkLog('p', 'r'), false],
    create: [
      (scm) =>
        scm.create({ session: 's', branch: 'b', base: 'main', title: 't', body: '', draft: false }),
      true,
    ],
    merge: [
      (scm) =>
        scm.merge('p', {
          sha: SHA(1),
          base: 'main',
          method: 'squash',
          title: 't',
          body: '',
          by: DANA,
        }),
      true,
    ],
    deleteBranch: [(scm) => scm.deleteBranch('p'), true],
    moveStacked: [(scm) => scm.moveStacked?.('k'), true],
    rerun: [(scm) => scm.rerun('p', SHA(1)), true],
    updateBranch: [(scm) => scm.updateBranch('p', SHA(1)), true],
    markReady: [(scm) => scm.markReady?.('p', SHA(1)), true],
    askAgain: [
      (scm) => scm.askAgain?.('p', { reviewers: ['lee'], from: SHA(1), sha: SHA(2) }),
      true,
    ],
    review: [(scm) => scm.review('p', review), true],
    comment: [(scm) => scm.comment('p', { body: 'b', key: 'k', inReplyTo: null }), true],
    resolveThread: [(scm) => scm.resolveThread('p', 't'), true],
    close: [(scm) => scm.close('p'), true],
    diff: [(scm) => scm.diff('p', SHA(1)), false],
    changes: [(scm) => scm.changes?.('p', SHA(1), SHA(2)), false],
    changedFiles: [(scm) => scm.changedFiles?.('p', SHA(1), SHA(2)), false],
    permission: [(scm) => scm.permission('lee'), false],
    codeOwners: [(scm) => scm.codeOwners?.('p'), false],
    quota: [(scm) => scm.quota(), false],
    webhook: [(scm) => scm.webhook({ headers: {}, body: new Uint8Array() }), false],
    doctor: [(scm) => scm.doctor(), false],
  };
  const TRACKER: {
    readonly [K in keyof TrackerPlugin]: readonly [
      call: (tracker: TrackerPlugin) => unknown,
      writes: boolean,
    ];
  } = {
    get: [(tracker) => tracker.get('1'), false],
    recognises: [(tracker) => tracker.recognises('1'), false],
    list: [(tracker) => tracker.list({}), false],
    comment: [(tracker) => tracker.comment('1', 'b', 'k'), true],
    update: [(tracker) => tracker.update('1', { addLabels: ['x'] }), true],
    create: [(tracker) => tracker.create({ title: 't', body: '', labels: [] }), true],
    doctor: [(tracker) => tracker.doctor(), false],
  };

  function watched(): { rows: Row[]; plugins: PluginInstances; fail(error: Error | null): void } {
    const rows: Row[] = [];
    const scm = createFakeScm();
    const tracker = createFakeTracker();
    const plugins = auditedForges(
      { scm: () => scm, tracker: () => tracker } as unknown as PluginInstances,
      (row) => void rows.push(row),
      (text) => text,
    );
    return {
      rows,
      plugins,
      fail(error) {
        scm.failWith = error;
        tracker.failWith = error;
      },
    };
  }
  const attempt = async (call: () => unknown): Promise<void> => {
    try {
      await call();
    } catch {
      // Whether it works is not the question here.
    }
  };

  test.each(Object.entries(SCM))('scm %s', async (name, [call, writes]) => {
    const { rows, plugins } = watched();
    await attempt(() => call(plugins.scm('app')));
    expect(rows.filter((row) => row.allowed).map((row) => row.action)).toEqual(
      writes ? [`scm.${name}`] : [],
    );
    if (name === 'merge' || name === 'review') expect(rows[0]?.subject).toBe('web:dana');
  });

  test.each(Object.entries(TRACKER))('tracker %s', async (name, [call, writes]) => {
    const { rows, plugins } = watched();
    await attempt(() => call(plugins.tracker('app')));
    expect(rows.filter((row) => row.allowed).map((row) => row.action)).toEqual(
      writes ? [`tracker.${name}`] : [],
    );
  });

  test('a write that failed has a second row', async () => {
    const { rows, plugins, fail } = watched();
    fail(rejected('AO_X', 'The forge said no.'));
    await expect(plugins.scm('app').close('p')).rejects.toThrow('The forge said no.');
    expect(rows).toMatchObject([
      { allowed: true },
      { action: 'scm.close', allowed: false, detail: 'app: failed: The forge said no.' },
    ]);
  });
});

test('the end of a session and a decision at the terminal are rows without anybody’s command', () => {
  expect(
    auditOfEvent({ type: 'session.ended', cause: 'terminated', by: DANA, reason: 'gone' }),
  ).toMatchObject([{ action: 'session.ended', detail: 'terminated: gone' }]);
  expect(
    auditOfEvent({ type: 'request.answered', request: 'q1', by: DANA, where: 'terminal' }),
  ).toMatchObject([{ action: 'decide permission', subject: 'terminal' }]);
  expect(
    auditOfEvent({ type: 'request.answered', request: 'q1', by: DANA, where: 'chat' }),
  ).toEqual([]);
});
