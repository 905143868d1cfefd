import type { Effect, EffectType } from '../session/effect.ts';
import { effectKey } from '../session/effect-key.ts';
import { type Draft, emit, setSession } from './draft.ts';

/** A session stands still for these. The others are questions to a forge, of which its observer tells when it is away. */
const HOLDING: ReadonlySet<EffectType> = new Set([
  'create_workspace',
  'start_runtime',
  'write_handover',
  'kill_runtime',
  'remove_workspace',
  'restore_workspace',
  'merge_pr',
]);

/** It waits for another try: what for, and until when. Each reason is told once. */
export function effectRetried(
  draft: Draft,
  effect: Effect,
  { reason, until }: { readonly reason: string; readonly until: number },
): void {
  if (!HOLDING.has(effect.type)) return;
  const { session } = draft.snapshot;
  const key = effectKey(session.id, effect);
  const before = session.retries?.find((each) => each.key === key);
  setSession(draft, {
    retries: [
      ...(session.retries ?? []).filter((each) => each.key !== key),
      { key, effect: effect.type, reason, until },
    ],
  });
  if (before?.reason !== reason)
    emit(draft, { type: 'effect.retried', effect: effect.type, reason, until });
}

/** Something came of it. */
export function retryOver(draft: Draft, effect: Effect): void {
  const { session } = draft.snapshot;
  const key = effectKey(session.id, effect);
  if (session.retries?.some((each) => each.key === key) === true)
    setSession(draft, { retries: session.retries.filter((each) => each.key !== key) });
}
