import { useEffect } from 'preact/hooks';
import type { SessionView } from '../../../../http/contract.ts';
import { loadSession } from '../live/history.ts';
import { useModel } from './context.ts';

/** A session that something on screen belongs to; read when it is not here yet. */
export function useSession(id: string | null): SessionView | undefined {
  const model = useModel();
  const view = id === null ? undefined : model.sessions.value.get(id);
  const isMissing = id !== null && view === undefined && model.ready.value;
  useEffect(() => {
    if (isMissing) void loadSession(model, id);
  }, [id, isMissing]);
  return view;
}
