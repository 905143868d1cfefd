import type { Form } from '../../../src/slots/chat.ts';
import type { KeyValue } from '../../../src/slots/plugin.ts';
import { isNewer, nonceOf } from './ids.ts';

/** A session's thread, and how far its replies were forwarded. */
export interface ThreadRecord {
  readonly channel: string;
  readonly state: 'open' | 'ended';
  /** Newest message that the host has dealt with. */
  readonly last: string;
  readonly at: number;
  /** People began it: ao neither archives nor locks it. */
  readonly peoples?: true;
}

/** A message that was about to be sent: enough to know it again when the answer never came. */
export interface TryRecord {
  readonly at: number;
  /** Channel or thread it was sent to. */
  readonly channel: string;
  readonly kind: 'message' | 'forum-post';
  /** What it says, as it comes back. */
  readonly print: string;
  /** Title of the thread it becomes the root of. */
  readonly title?: string;
}

interface PostRecord {
  readonly at: number;
  readonly channel: string;
  readonly message: string;
  readonly title?: string;
}

/** What the plugin must remember over a restart. Everything but threads is forgotten after a while. */
export interface Records {
  thread(id: string): ThreadRecord | null;
  threads(): ReadonlyArray<readonly [id: string, record: ThreadRecord]>;
  setThread(id: string, record: ThreadRecord): void;
  changeThread(id: string, change: Partial<Pick<ThreadRecord, 'state'>>): void;
  forgetThread(id: string): void;
  forwarded(thread: string, message: string): void;
  posted(key: string): Omit<PostRecord, 'at'> | null;
  setPosted(nonce: string, post: Omit<PostRecord, 'at'>): void;
  /** Whether some key is known to have made this message. */
  isClaimed(message: string): boolean;
  tried(nonce: string): TryRecord | null;
  setTried(nonce: string, tried: TryRecord): void;
  notTried(nonce: string): void;
  form(stash: string): Form | null;
  keepForm(stash: string, form: Form): void;
  confirm(action: string): Confirm | null;
  keepConfirm(action: string, confirm: Confirm): void;
  place(message: string): Place | null;
  keepPlace(message: string, place: Place): void;
  /** Once in a lifetime of the record. */
  first(what: string): boolean;
  prune(before: number): void;
}

export interface Confirm {
  readonly title: string;
  readonly text: string;
  readonly ok: string;
}

/** Where a direct message belongs to. */
export interface Place {
  readonly guild: string;
  readonly channel: string;
  readonly thread: string | null;
}

export function createRecords(kv: KeyValue, now: () => number): Records {
  const get = <T>(key: string): T | null => (kv.get(key) as T | undefined) ?? null;
  const keep = (key: string, value: object): void => {
    const old = get<{ at: number }>(key);
    if (old !== null && JSON.stringify({ ...old, at: 0 }) === JSON.stringify({ ...value, at: 0 }))
      return;
    kv.set(key, { ...value, at: now() });
  };
  const thread = (id: string): ThreadRecord | null => get<ThreadRecord>(`thread:${id}`);
  const claimed = new Set(kv.list('post:').map(([, value]) => (value as PostRecord).message));
  return {
    thread,
    threads: () =>
      kv
        .list('thread:')
        .map(([key, value]) => [key.slice('thread:'.length), value as ThreadRecord] as const),
    setThread: (id, record) => kv.set(`thread:${id}`, record),
    changeThread(id, change) {
      const known = thread(id);
      if (known !== null) kv.set(`thread:${id}`, { ...known, ...change });
    },
    forgetThread: (id) => kv.delete(`thread:${id}`),
    forwarded(id, message) {
      const known = thread(id);
      if (known !== null && isNewer(message, known.last))
        kv.set(`thread:${id}`, { ...known, last: message });
    },
    posted: (key) => get<PostRecord>(`post:${nonceOf(key)}`),
    setPosted(nonce, post) {
      claimed.add(post.message);
      const title = get<TryRecord>(`try:${nonce}`)?.title;
      kv.set(`post:${nonce}`, { ...post, ...(title === undefined ? {} : { title }), at: now() });
      kv.delete(`try:${nonce}`);
    },
    isClaimed: (message) => claimed.has(message),
    tried: (nonce) => get<TryRecord>(`try:${nonce}`),
    setTried: (nonce, tried) => kv.set(`try:${nonce}`, tried),
    notTried: (nonce) => kv.delete(`try:${nonce}`),
    form: (stash) => get<{ form: Form }>(`form:${stash}`)?.form ?? null,
    keepForm: (stash, form) => keep(`form:${stash}`, { at: 0, form }),
    confirm: (action) => get<Confirm>(`confirm:${action}`),
    keepConfirm: (action, confirm) => keep(`confirm:${action}`, { at: 0, ...confirm }),
    place: (message) => get<Place>(`place:${message}`),
    keepPlace: (message, place) => keep(`place:${message}`, { at: 0, ...place }),
    first(what) {
      if (kv.get(`first:${what}`) !== undefined) return false;
      kv.set(`first:${what}`, { at: now() });
      return true;
    },
    prune(before) {
      for (const prefix of ['post:', 'try:', 'form:', 'confirm:', 'place:', 'first:']) {
        for (const [key, value] of kv.list(prefix))
          if ((value as { at: number }).at < before) kv.delete(key);
      }
      for (const [key, value] of kv.list('thread:'))
        if (
          (value as ThreadRecord).state === 'ended' &&
          (value as ThreadRecord).at < before - 60 * 86_400_000
        )
          kv.delete(key);
    },
  };
}
