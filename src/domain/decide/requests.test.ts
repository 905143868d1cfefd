import { expect, test } from 'vitest';
import {
  DANA,
  LEE,
  MINUTE,
  question,
  startRuntime,
  working,
} from '../../../test/support/session-world.ts';

const asked = () => {
  const world = working();
  world.activity('waiting_input');
  world.fact({ type: 'request_opened', request: question('q1') });
  return world;
};
const answer = (request = 'q1', option: string | null = 'yes', text: string | null = null) =>
  ({ type: 'answer', request, option, text }) as const;

test('a question is escalated with the question itself, once', () => {
  const world = asked();
  expect(world.escalations('agent-needs-input').map((event) => event.text)).toEqual([
    'app-1 asks: Which one, q1?',
  ]);
  world.fact({ type: 'request_opened', request: question('q1') });
  expect(world.of('request.opened')).toHaveLength(1);
});

test('an answer goes to the agent, and acknowledges', () => {
  const world = asked();
  world.command(answer());
  expect(world.snapshot.requests[0]?.answer).toMatchObject({
    option: 'yes',
    by: DANA,
    state: 'sending',
  });
  world.outcome('answer_request', { type: 'request_answered', request: 'q1' });
  expect(world.of('request.answered')).toMatchObject([{ by: DANA, where: 'chat' }]);
  expect(world.episode('agent-needs-input')?.acknowledgedBy).toEqual(DANA);
});

test('the second answer is told who was first and what they said', () => {
  const world = asked();
  world.command(answer());
  expect(world.command(answer('q1', 'no'), LEE).refusal).toEqual({
    code: 'AO_STALE',
    message: 'Dana answered it already: Yes.',
  });
});

test.each([
  ['an unknown question', answer('nope'), 'AO_STALE'],
  ['an unknown choice', answer('q1', 'maybe'), 'AO_BAD_REQUEST'],
  ['nothing', answer('q1', null, '  '), 'AO_BAD_REQUEST'],
] as const)('%s is refused', (_title, command, code) =>
  expect(asked().command(command).refusal?.code).toBe(code),
);

test('an answer that did not arrive opens the question again, and the next answer is sent', () => {
  const world = asked();
  world.command(answer());
  world.fails('answer_request', 'the pane is gone');
  expect(world.of('request.failed')).toHaveLength(1);
  expect(world.status).toBe('needs_input');
  world.pass(1);
  world.command(answer('q1', 'no'));
  expect(world.wanted('answer_request')).toHaveLength(2);
  expect(world.dropped).toEqual([]);
});

test('an answer at the terminal is told as such', () => {
  const world = asked();
  world.fact({ type: 'request_closed', request: 'q1', answer: 'Yes' });
  expect(world.of('request.answered')).toMatchObject([{ where: 'terminal' }]);
});

test('closed at the terminal while an answer is on its way: the outcome says whose answer it was', () => {
  const world = asked();
  world.command(answer());
  world.fact({ type: 'request_closed', request: 'q1', answer: null });
  expect(world.of('request.answered')).toEqual([]);
  world.fails('answer_request', 'it was answered at the terminal');
  expect(world.snapshot.requests[0]?.answer).toMatchObject({ where: 'terminal', text: null });
  expect(world.of('request.answered')).toMatchObject([{ where: 'terminal' }]);
  expect(world.of('request.failed')).toMatchObject([{ reason: 'it was answered at the terminal' }]);
  const other = asked();
  other.command(answer());
  other.fact({ type: 'request_closed', request: 'q1', answer: null });
  other.outcome('answer_request', { type: 'request_answered', request: 'q1' });
  expect(other.of('request.answered')).toMatchObject([{ by: DANA, where: 'chat' }]);
});

test('an answer under way when the agent dies does not hold up its next process', () => {
  const world = asked();
  world.command(answer());
  world.runtime('exited', 1);
  world.fails('answer_request', 'the pane is gone');
  expect(world.snapshot.requests[0]?.answer?.state).toBe('failed');
  startRuntime(world, false);
  world.activity('ready');
  world.send('m1');
  expect(world.wanted('deliver_steer').length).toBeGreaterThan(0);
});

test('an answer under way when the session ends does not hold up a restore', () => {
  const world = asked();
  world.command(answer());
  world.command({ type: 'kill', reason: null });
  expect(world.snapshot.requests[0]?.answer?.state).toBe('failed');
});

test('nobody answers: it climbs, until it is answered', () => {
  const world = asked();
  world.pass(16 * MINUTE);
  world.command(answer());
  world.outcome('answer_request', { type: 'request_answered', request: 'q1' });
  world.activity('active');
  world.pass(5 * MINUTE);
  expect(world.escalations('agent-needs-input').map((event) => event.rung)).toEqual([0, 1]);
});

test('words of an answer for which the dialog had no place follow as a message of whoever answered, once', () => {
  const world = working();
  world.fact({ type: 'request_opened', request: question('q1') });
  world.command({ type: 'answer', request: 'q1', option: 'no', text: 'use the other one' }, DANA);
  world.fact({ type: 'request_closed', request: 'q1', answer: null });
  world.outcome('answer_request', { type: 'request_answered', request: 'q1' });
  for (const _ of [1, 2])
    world.fact({ type: 'words_left', request: 'q1', text: 'use the other one' });
  expect(world.snapshot.steers.filter((steer) => steer.text === 'use the other one')).toMatchObject(
    [{ id: 'words-q1', kind: 'human', author: { name: DANA.name } }],
  );
  world.activity('ready');
  expect(world.wanted('deliver_steer').at(-1)).toMatchObject({ steer: 'words-q1' });
});
