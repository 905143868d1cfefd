import { expect, test } from 'vitest';
import {
  admitted,
  createWorld,
  DANA,
  DAY,
  HOUR,
  LEE,
  launching,
  MINUTE,
  mergeable,
  policyWith,
  resting,
  SHA,
  startRuntime,
  withPr,
  working,
} from '../../../test/support/session-world.ts';
import { AO } from '../session/ids.ts';

const kill = { type: 'kill', reason: 'wrong task' } as const;

test('admission makes the workspace, then the runtime, then gives the task', () => {
  const world = admitted();
  world.outcome('create_workspace', {
    type: 'workspace_created',
    path: '/w',
    branch: 'feat/42',
    baseSha: SHA(0),
    tookMs: 5,
  });
  startRuntime(world);
  expect(world.steer('task')?.state).toBe('typed');
  world.fact({ type: 'steer_accepted', steer: 'task' });
  expect(world.of('session.started')).toHaveLength(1);
  expect(world.effects.map((effect) => effect.type)).toEqual(['create_workspace', 'start_runtime']);
});

test('kill ends the runtime first, then removes the workspace, and names who and why', () => {
  const world = working();
  world.command(kill);
  expect(world.effects.slice(-2).map((effect) => effect.type)).toEqual([
    'kill_runtime',
    'remove_workspace',
  ]);
  expect(world.snapshot.session.ended).toMatchObject({
    cause: 'killed',
    by: DANA,
    reason: 'wrong task',
  });
});

test('the first cause of an end wins', () => {
  const world = working();
  world.command(kill);
  expect(world.command({ type: 'done' }, LEE).refusal?.message).toBe(
    'app-1 has ended (killed, by Dana). Restore brings it back.',
  );
  world.runtime('exited', 1);
  expect(world.status).toBe('killed');
});

test('a workspace that was being made when its session was killed is removed too', () => {
  const world = admitted();
  world.command(kill);
  world.outcome('create_workspace', {
    type: 'workspace_created',
    path: '/w',
    branch: 'feat/42',
    baseSha: SHA(0),
    tookMs: 5,
  });
  expect(world.wanted('remove_workspace')).toHaveLength(1);
  expect(world.wanted('start_runtime')).toEqual([]);
});

test('undo brings workspace and agent back', () => {
  const world = working();
  world.command(kill);
  world.outcome('kill_runtime', { type: 'runtime_killed', launch: 1 });
  world.outcome('remove_workspace', {
    type: 'workspace_removed',
    snapshotRef: 'refs/ao/1',
    branchDeleted: false,
  });
  world.command({ type: 'undo' });
  world.outcome('restore_workspace', { type: 'workspace_restored', path: '/w/app-1' });
  expect(world.wanted('start_runtime').at(-1)).toMatchObject({ launch: 2, resume: true });
  expect(world.snapshot.session.ended).toBeNull();
});

test('the end of the former runtime says nothing about the one after an undo', () => {
  const world = working({ policy: policyWith({ keepWorkspace: true }) });
  world.command(kill);
  world.command({ type: 'undo' });
  world.outcome('kill_runtime', { type: 'runtime_killed', launch: 1 });
  expect(world.snapshot.facts.runtime?.state).toBe('starting');
});

test('kill, undo, kill, undo: every round has its own effects', () => {
  const world = working();
  for (let n = 1; n <= 3; n += 1) {
    world.command(kill);
    world.outcome('remove_workspace', {
      type: 'workspace_removed',
      snapshotRef: `refs/ao/${n}`,
      branchDeleted: false,
    });
    world.command({ type: 'undo' });
    world.outcome('restore_workspace', { type: 'workspace_restored', path: '/w/app-1' });
    startRuntime(world, false);
  }
  expect(world.dropped).toEqual([]);
});

test('a session killed before its workspace was there is started from the beginning again', () => {
  const world = admitted();
  world.fails('create_workspace', 'the disk is full');
  world.command({ type: 'restore', message: null });
  expect(world.status).toBe('queued');
  world.command({ type: 'admit' }, AO);
  expect(world.wanted('create_workspace')).toHaveLength(2);
  expect(world.dropped).toEqual([]);
});

test('an agent that never took its task is started fresh after a restore, not resumed', () => {
  const world = launching();
  world.command(kill);
  world.outcome('remove_workspace', {
    type: 'workspace_removed',
    snapshotRef: null,
    branchDeleted: false,
  });
  world.command({ type: 'restore', message: 'try again' });
  world.outcome('restore_workspace', { type: 'workspace_restored', path: '/w/app-1' });
  expect(world.wanted('start_runtime').at(-1)).toMatchObject({ resume: false });
});

test('restored twice with a message: both are there', () => {
  const world = admitted();
  world.command(kill);
  world.command({ type: 'restore', message: 'one' });
  world.command(kill);
  world.pass(1);
  world.command({ type: 'restore', message: 'two' });
  const ids = world.snapshot.steers.map((steer) => steer.id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('undo is possible for seven days', () => {
  const world = working();
  world.command(kill);
  world.outcome('remove_workspace', {
    type: 'workspace_removed',
    snapshotRef: 'refs/ao/1',
    branchDeleted: false,
  });
  world.pass(8 * DAY);
  expect(world.command({ type: 'undo' }).refusal?.message).toContain(
    'was kept for 7 days and is gone',
  );
});

test('what was merged stays merged', () => {
  const world = mergeable();
  world.pr({ state: 'merged', mergeSha: SHA(9), mergedBy: 'lee' });
  expect(world.command({ type: 'restore', message: null }).refusal?.message).toContain(
    'was merged',
  );
});

test('a session that lives has nothing to bring back', () =>
  expect(working().command({ type: 'undo' }).refusal?.code).toBe('AO_STATE'));

test('a removal that failed leaves the workspace and says so', () => {
  const world = working();
  world.command(kill);
  world.fails('remove_workspace', 'a process is still in it');
  expect(world.snapshot.session.workspace?.state).toBe('present');
  expect(world.of('effect.failed')).toHaveLength(1);
});

test('pause holds messages, resume lets them go', () => {
  const world = resting();
  world.command({ type: 'pause', reason: 'lunch' });
  world.send('m1');
  expect(world.wanted('deliver_steer')).toEqual([]);
  expect(world.command({ type: 'pause', reason: 'x' }, LEE).refusal?.message).toBe(
    'Dana paused it already.',
  );
  world.command({ type: 'resume' });
  expect(world.steer('m1')?.state).toBe('typing');
  expect(world.command({ type: 'resume' }).refusal?.code).toBe('AO_STATE');
});

test('pause holds everything automatic: nothing is sent, resumed, rerun or merged', () => {
  const world = withPr({
    policy: policyWith({ reactions: { 'approved-and-green': { action: 'merge' } } }),
  });
  world.command({ type: 'pause', reason: 'lunch' });
  world.pr({ mergeability: 'conflicting' });
  world.pr({
    mergeability: 'clean',
    checks: mergeable().snapshot.prs[0]?.checks ?? world.snapshot.prs[0]?.checks,
    review: { decision: 'approved', approvedBy: ['lee'], comments: [] },
  } as never);
  world.runtime('exited', 0);
  world.pass(HOUR);
  expect(world.wanted('merge_pr')).toEqual([]);
  expect(world.wanted('start_runtime')).toHaveLength(1);
  expect(world.said('merge-conflicts')).toEqual([]);
  world.command({ type: 'resume' });
  expect(world.wanted('merge_pr')).toHaveLength(1);
  expect(world.wanted('start_runtime')).toHaveLength(2);
});

test('a session that is paused before its agent ran does not start it', () => {
  const world = admitted();
  world.command({ type: 'pause', reason: 'wait' });
  world.outcome('create_workspace', {
    type: 'workspace_created',
    path: '/w',
    branch: 'feat/42',
    baseSha: SHA(0),
    tookMs: 5,
  });
  expect(world.wanted('start_runtime')).toEqual([]);
  world.command({ type: 'resume' });
  expect(world.wanted('start_runtime')).toHaveLength(1);
});

test('stop ends the turn and holds everything until somebody replies', () => {
  const world = working();
  world.command({ type: 'stop', id: 's1' });
  expect(world.wanted('interrupt_agent')).toHaveLength(1);
  expect(world.status).toBe('paused');
  world.activity('ready');
  world.send('m1');
  expect(world.status).not.toBe('paused');
  expect(world.steer('m1')?.state).toBe('typing');
});

test('what needs a running agent is refused without one', () => {
  expect(createWorld().command({ type: 'interrupt', id: 'i' }).refusal?.message).toBe(
    'app-1 has no running agent now.',
  );
  expect(createWorld().command({ type: 'stop', id: 'i' }).refusal?.code).toBe('AO_STATE');
});

test('done ends without a merge', () => {
  const world = working();
  world.command({ type: 'done' });
  expect(world.status).toBe('done');
});

test('rerun needs an open pull request and an scm that can', () => {
  expect(working().command({ type: 'rerun', pr: 'local:app#1' }).refusal?.code).toBe(
    'AO_NO_PULL_REQUEST',
  );
  expect(
    withPr({
      policy: policyWith({ scm: { rerun: false, updateBranch: false, review: false } }),
    }).command({ type: 'rerun', pr: 'local:app#1' }).refusal?.code,
  ).toBe('AO_UNSUPPORTED');
  const world = withPr();
  world.command({ type: 'rerun', pr: 'local:app#1' });
  expect(world.wanted('rerun_checks')).toHaveLength(1);
});

test('mute and hand over', () => {
  const world = working();
  world.command({ type: 'mute', muted: true });
  world.command({ type: 'hand_over', to: LEE });
  expect(world.snapshot.session).toMatchObject({ muted: true, owner: LEE });
  world.pass(11 * MINUTE);
  expect(world.escalations('agent-stuck')[0]?.to).toEqual(LEE);
});

test('a refused command changes nothing and is told', () => {
  const world = working();
  const before = world.snapshot;
  const decision = world.command({ type: 'undo' });
  expect(decision.snapshot).toBe(before);
  expect(decision.events).toMatchObject([{ type: 'input.refused', what: 'undo' }]);
});
