import { type Draft, refuse } from '../draft.ts';

/** A message that failed begins from nothing. */
export const AGAIN = {
  state: 'queued',
  attempts: 0,
  reason: null,
  notBefore: null,
  typedAt: null,
} as const;

export const isEnded = (draft: Draft): boolean => draft.snapshot.session.ended !== null;

export function notEnded(draft: Draft, act: () => void): void {
  const { session } = draft.snapshot;
  if (session.ended === null) return act();
  refuse(
    draft,
    'AO_STATE',
    `${session.id} has ended (${session.ended.cause}, by ${session.ended.by.name}). Restore brings it back.`,
  );
}

export function live(draft: Draft, act: () => void): void {
  const { session, facts } = draft.snapshot;
  if (session.ended !== null) return notEnded(draft, act);
  if (facts.runtime?.state === 'alive') return act();
  refuse(draft, 'AO_STATE', `${session.id} has no running agent now.`);
}
