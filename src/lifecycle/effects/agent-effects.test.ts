import { expect, test } from 'vitest';
import { lifecycleWorld, sessionId } from '../../../test/support/lifecycle-world.ts';
import { DANA, question } from '../../../test/support/session-world.ts';
import type { Job } from '../../db/outbox-store.ts';
import { rejected } from '../../slots/errors.ts';
import { agentEffects } from './agent-effects.ts';

const ID = sessionId('app-1');

async function answering(inDoubt: boolean, attempts: number) {
  const world = lifecycleWorld();
  await world.working('app-1');
  world.dispatch.input(ID, {
    type: 'fact',
    fact: { type: 'request_opened', request: question('q1') },
  });
  world.dispatch.input(ID, {
    type: 'command',
    command: { type: 'answer', request: 'q1', option: 'yes', text: null },
    by: DANA,
  });
  const closed = async (): Promise<never> => {
    throw rejected('AO_AGENT_REQUEST_CLOSED', 'The question is no longer open.');
  };
  const watch = {
    ...world.agents.open(world.dispatch.snapshot(ID)?.session ?? ({} as never), 'x'),
    answer: closed,
  };
  const handlers = agentEffects({
    plugins: world.plugins,
    dispatch: world.dispatch,
    agents: { ...world.agents, get: () => watch },
    clock: world.clock,
    installation: 'i',
    logger: world.logger,
    agentEnv: () => ({}),
    redact: (text) => text,
  });
  const payload = { type: 'answer_request', request: 'q1', nonce: 0 };
  const job: Job = {
    id: 1,
    key: 'k',
    lane: 'l',
    session: ID,
    type: 'answer_request',
    payload,
    attempts,
    inDoubt,
    createdAt: 0,
  };
  const handler = handlers.answer_request;
  if (handler === undefined) throw new Error('no handler');
  return handler.run(job);
}

test('a question that is closed refuses an answer', () =>
  expect(answering(false, 1)).rejects.toMatchObject({
    code: 'AO_AGENT_REQUEST_CLOSED',
    kind: 'rejected',
  }));

test('in doubt after a crash it is looked at again, then taken as answered by the former try', async () => {
  await expect(answering(true, 2)).rejects.toMatchObject({
    code: 'AO_AGENT_REQUEST_CLOSED',
    kind: 'transient',
  });
  expect(await answering(true, 4)).toMatchObject({
    result: { type: 'request_answered', request: 'q1' },
  });
});
