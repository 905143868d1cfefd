import type { SessionView } from '../../../../http/contract.ts';
import { lookOf, toneOf } from '../live/status.ts';

export function StatusChip({ view }: { view: SessionView }) {
  const look = lookOf(view.status);
  return (
    <span class={`chip tone-${toneOf(view)}`}>
      <span aria-hidden="true">{look.emoji}</span>
      {look.label}
    </span>
  );
}
