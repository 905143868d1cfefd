import { ago, clockTime, exact, shortSpan } from '../live/format.ts';
import { useModel } from './context.ts';

/** Relative, exact on hover. `short`: `34m`; `clock`: `14:05`. */
export function Time({ at, as = 'ago' }: { at: number; as?: 'ago' | 'short' | 'clock' }) {
  const now = useModel().now.value;
  const text = as === 'clock' ? clockTime(at) : as === 'short' ? shortSpan(now - at) : ago(at, now);
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(at)}>
      {text}
    </time>
  );
}
