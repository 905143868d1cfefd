import type { Outcome } from '../../domain/session/effect.ts';
import { asWords } from '../../domain/text/as-words.ts';
import type { AgentWatch } from '../../slots/agent.ts';
import { PluginError, rejected, transient } from '../../slots/errors.ts';
import { steerText } from '../agent-facts.ts';
import type { Handler } from '../outbox-parts.ts';
import { type EffectParts, effectHandler, type Run } from './effect-handler.ts';

/** Tries after which a watch that was opened again knows every open question. */
const CAUGHT_UP = 4;

/** What is said to the agent: messages, interrupts, answers. */
export function agentEffects(parts: EffectParts): Readonly<Record<string, Handler>> {
  const { agents } = parts;

  const watchOf = (session: string): AgentWatch => {
    const watch = agents.get(session);
    if (watch === null)
      throw transient(
        'AO_AGENT_NOT_WATCHED',
        `The agent of ${session} is not watched at the moment.`,
        { retryAfter: 500 },
      );
    return watch;
  };

  const deliver: Run<'deliver_steer'> = async (effect, snapshot, job): Promise<Outcome> => {
    const steer = snapshot.steers.find((candidate) => candidate.id === effect.steer);
    if (steer === undefined || steer.state !== 'typing') return { type: 'done' };
    const inDoubt = job.inDoubt || effect.attempt > 1;
    const deferred = (reason: string): Outcome => ({
      type: 'steer_deferred',
      steer: effect.steer,
      reason,
      inDoubt,
    });
    const watch = agents.get(snapshot.session.id);
    if (watch === null) return deferred('the agent is not watched at the moment');
    const text = steerText(steer);
    if (text === '')
      throw rejected(
        'AO_AGENT_NOTHING_TO_SAY',
        'The message has only invisible characters, so nothing was typed.',
      );
    const delivery = await watch.deliver(text, { attempt: effect.attempt, inDoubt });
    if (delivery.type === 'deferred') return deferred(delivery.reason);
    // Words of ao itself are no command, and of a message that is tried again it was told before.
    const told =
      steer.kind === 'human' && effect.attempt === 1 ? asWords(text, delivery.as ?? null) : null;
    return {
      type: 'steer_typed',
      steer: effect.steer,
      attempt: effect.attempt,
      accepted: delivery.accepted,
      ...(told === null ? {} : { asWords: told }),
    };
  };

  const interrupt: Run<'interrupt_agent'> = async (_effect, snapshot) => {
    await watchOf(snapshot.session.id).interrupt();
    return { type: 'interrupted' };
  };

  const answer: Run<'answer_request'> = async (effect, snapshot, job) => {
    const request = snapshot.requests.find((candidate) => candidate.id === effect.request);
    if (request?.answer == null) return { type: 'done' };
    try {
      await watchOf(snapshot.session.id).answer(effect.request, {
        option: request.answer.option,
        text: request.answer.text,
      });
    } catch (error) {
      // In doubt after a crash, and the question is closed: the former try got through, or the watch has not caught up yet.
      if (
        !job.inDoubt ||
        !(error instanceof PluginError) ||
        error.code !== 'AO_AGENT_REQUEST_CLOSED'
      )
        throw error;
      if (job.attempts < CAUGHT_UP)
        throw transient(error.code, error.message, { retryAfter: 1_000, cause: error });
    }
    return { type: 'request_answered', request: effect.request };
  };

  return {
    deliver_steer: effectHandler(parts, deliver),
    interrupt_agent: effectHandler(parts, interrupt),
    answer_request: effectHandler(parts, answer),
  };
}
