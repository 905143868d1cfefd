import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../../live/api.ts';
import { useModel } from '../../parts/context.ts';

/** What the bot answers at a path. `failed`: why it didn't; a refusal says what right it takes. */
export function useRead<T>(path: string): {
  readonly found: T | null;
  readonly failed: string | null;
  load(): void;
} {
  const model = useModel();
  const [answer, setAnswer] = useState<{ path: string; found: T | null; failed: string | null }>({
    path,
    found: null,
    failed: null,
  });
  const load = (): void =>
    void model.api.get<T>(path).then(
      (found) => setAnswer({ path, found, failed: null }),
      (error: unknown) => setAnswer({ path, found: null, failed: messageOf(error) }),
    );
  useEffect(load, [path]);
  return answer.path === path ? { ...answer, load } : { found: null, failed: null, load };
}
