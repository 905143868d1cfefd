import type { AgentRequest, Steer } from '../../domain/session/session.ts';
import type { RequestView, SteerView } from '../views.ts';
import { personView } from './person.ts';

export function viewRequest(request: AgentRequest, session: string): RequestView {
  const { answer, ...rest } = request;
  const label = request.options.find((option) => option.id === answer?.option)?.label;
  return {
    ...rest,
    session,
    answer:
      answer === null
        ? null
        : {
            by: personView(answer.by),
            text: label ?? answer.text ?? '',
            where: answer.where,
            state: answer.state,
            at: answer.at,
          },
  };
}

const UNDER_WAY = new Set(['queued', 'typing', 'typed', 'failed']);

export function viewSteers(steers: readonly Steer[]): readonly SteerView[] {
  let position = 0;
  return steers
    .filter((steer) => UNDER_WAY.has(steer.state))
    .map((steer) => viewSteer(steer, steer.state === 'queued' ? ++position : null));
}

export const viewSteer = (steer: Steer, position: number | null): SteerView => ({
  id: steer.id,
  kind: steer.kind,
  reaction: steer.reaction,
  author: personView(steer.author),
  text: steer.text,
  files: steer.files,
  state: steer.state,
  position,
  attempts: steer.attempts,
  reason: steer.reason,
  createdAt: steer.createdAt,
  acceptedAt: steer.acceptedAt,
});
