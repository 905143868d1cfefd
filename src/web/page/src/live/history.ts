/** Ended sessions: the page holds those that ended last, and reads what is older, or one that it meets elsewhere, when somebody looks. */
import { batch } from '@preact/signals';
import type { SessionView } from '../../../../http/contract.ts';
import { addSessions, type Model } from './model.ts';

const PAGE = 50;
/** Before the session that ended last. */
const NEWEST = 'ended.9007199254740991.z';

const underWay = new Set<string>();

const pageFrom = (cursor: string): string =>
  `sessions?all=1&limit=${PAGE}&cursor=${encodeURIComponent(cursor)}`;

/** Where the page ended; null: that was all. */
function cursorAfter(found: readonly SessionView[]): string | null {
  const last = found.at(-1);
  return last === undefined || last.endedAt === null || found.length < PAGE
    ? null
    : `ended.${last.endedAt}.${last.id}`;
}

/** The live sessions, and those that ended last. What was live here and is not any more is read one by one. */
export async function loadSessions(model: Model): Promise<void> {
  const [live, ended] = await Promise.all([
    model.api.get<SessionView[]>('sessions?live=1'),
    model.api.get<SessionView[]>(pageFrom(NEWEST)),
  ]);
  batch(() => {
    addSessions(model, [...live, ...ended]);
    model.earlier.value = cursorAfter(ended);
  });
  const here = new Set([...live, ...ended].map(({ id }) => id));
  const lost = [...model.sessions.value.values()].filter(
    (view) => view.stage !== 'ended' && !here.has(view.id),
  );
  await Promise.all(lost.map(({ id }) => loadSession(model, id)));
}

/** The next page of ended sessions. Throws ApiError. */
export async function loadEarlier(model: Model): Promise<void> {
  const cursor = model.earlier.value;
  if (cursor === null) return;
  const found = await model.api.get<SessionView[]>(pageFrom(cursor));
  batch(() => {
    addSessions(model, found);
    model.earlier.value = cursorAfter(found);
  });
}

/** One session that is not here. Where it can't be read the page does without it: what names it shows its id. */
export async function loadSession(model: Model, id: string): Promise<void> {
  if (underWay.has(id)) return;
  underWay.add(id);
  try {
    addSessions(model, [await model.api.get<SessionView>(`sessions/${encodeURIComponent(id)}`)]);
  } catch {
    // Deleted, or not for this person; the views say what they know without it.
  } finally {
    underWay.delete(id);
  }
}
