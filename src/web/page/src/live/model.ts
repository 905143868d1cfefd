import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type {
  Channel,
  EventView,
  InboxItem,
  IssueView,
  Me,
  ProjectView,
  SessionView,
} from '../../../../http/contract.ts';
import type { ChatMessage, Form } from '../../../../slots/chat.ts';
import type { StoredMessage } from '../../../../slots/message-store.ts';
import type { Api } from './api.ts';
import { parseRoute, type Route } from './route.ts';

/** Where a composer, a whisper or a message belongs: a channel, or a thread in it. */
export interface Place {
  readonly channel: string;
  readonly thread: string | null;
}

/** A private answer. It lives in this window only; the server keeps none. */
export interface Whisper {
  readonly id: string;
  /** Where it is shown: where the person was looking when they asked. */
  readonly place: Place;
  /** Where what was asked for belongs, and what its own buttons are about. */
  readonly from: Place;
  /** Id of the message whose button was pressed: it is shown below that one. Null: at its time among the others. */
  readonly under: string | null;
  readonly message: ChatMessage;
  /** Of the newest message of the place when it came, so that what is said later comes below it. */
  readonly at: number;
}

export type Dialog =
  | { readonly type: 'form'; readonly form: Form; readonly place: Place }
  | {
      readonly type: 'confirm';
      readonly title: string;
      readonly text: string;
      readonly ok: string;
      readonly danger: boolean;
      readonly run: () => void;
    }
  | {
      readonly type: 'ask';
      readonly title: string;
      readonly label: string;
      readonly ok: string;
      /** Names the text in this browser's store: it is kept until the bot has taken it. */
      readonly draft: string;
      /** Resolves with true when the bot has taken it; the dialog stays open until then. */
      readonly run: (text: string, delivery: string) => Promise<boolean>;
    }
  /** A private answer to something pressed where its thread isn't on screen. */
  | {
      readonly type: 'answer';
      readonly id: string;
      readonly message: ChatMessage;
      readonly from: Place;
    }
  | { readonly type: 'help' }
  | { readonly type: 'palette' };

export interface Toast {
  readonly id: string;
  readonly text: string;
}

/** How much of a channel, thread or timeline is here. */
export interface Loaded {
  readonly state: 'loading' | 'more' | 'all' | 'failed';
  /** Time of the oldest message that was fetched. Older ones may be known by an event, but not their neighbours. */
  readonly from: number;
  /** Its id: others may have the same time. */
  readonly oldest?: string;
}

/** Everything the page shows. Only answers and events of the server change it: nothing is shown before it is so. */
export interface Model {
  readonly api: Api;
  readonly route: Signal<Route>;
  readonly connection: Signal<'connecting' | 'live' | 'reconnecting'>;
  readonly locked: Signal<boolean>;
  readonly ready: Signal<boolean>;
  readonly me: Signal<Me | null>;
  readonly sessions: Signal<ReadonlyMap<string, SessionView>>;
  /** Cursor of the ended sessions that are older than those here; null: there are none. */
  readonly earlier: Signal<string | null>;
  readonly channels: Signal<readonly Channel[]>;
  readonly projects: Signal<readonly ProjectView[]>;
  /** What needs anybody. */
  readonly inbox: Signal<readonly InboxItem[]>;
  /** Of these, what needs the person at the page. */
  readonly mine: ReadonlySignal<readonly InboxItem[]>;
  readonly issues: Signal<readonly IssueView[] | null>;
  readonly messages: Signal<ReadonlyMap<string, StoredMessage>>;
  readonly events: Signal<ReadonlyMap<number, EventView>>;
  readonly loaded: Signal<ReadonlyMap<string, Loaded>>;
  readonly whispers: Signal<readonly Whisper[]>;
  /** Keys of what was sent and not yet answered; their controls are disabled. */
  readonly pending: Signal<ReadonlySet<string>>;
  readonly dialog: Signal<Dialog | null>;
  readonly toasts: Signal<readonly Toast[]>;
  /** The present, for relative times; moves every few seconds. */
  readonly now: Signal<number>;
  readonly wide: Signal<boolean>;
  readonly byTime: ReadonlySignal<readonly StoredMessage[]>;
}

export function createModel(api: Api): Model {
  const messages = signal<ReadonlyMap<string, StoredMessage>>(new Map());
  const inbox = signal<readonly InboxItem[]>([]);
  const me = signal<Me | null>(null);
  return {
    api,
    route: signal(parseRoute(location.hash)),
    connection: signal('connecting'),
    locked: signal(false),
    ready: signal(false),
    me,
    sessions: signal(new Map()),
    earlier: signal(null),
    channels: signal([]),
    projects: signal([]),
    inbox,
    mine: computed(() => inbox.value.filter((item) => isMine(item, me.value))),
    issues: signal(null),
    messages,
    events: signal(new Map()),
    loaded: signal(new Map()),
    whispers: signal([]),
    pending: signal(new Set()),
    dialog: signal(null),
    toasts: signal([]),
    now: signal(Date.now()),
    wide: signal(false),
    byTime: computed(() => [...messages.value.values()].sort((a, b) => a.at - b.at)),
  };
}

/** What nobody in particular is asked is everybody's. */
export const isMine = ({ owner }: InboxItem, me: Me | null): boolean =>
  owner.subject === me?.subject || owner.subject.startsWith('system:');

export const placeKey = (place: Place): string =>
  place.thread === null ? `c:${place.channel}` : `t:${place.thread}`;
export const isRoot = (message: StoredMessage): boolean => message.thread === message.id;

/** Messages of a place, oldest first. A channel shows roots and its own messages, a thread its root and what was fetched. */
export function messagesOf(model: Model, place: Place): readonly StoredMessage[] {
  const from = model.loaded.value.get(placeKey(place))?.from ?? Number.POSITIVE_INFINITY;
  const inPlace = (message: StoredMessage): boolean =>
    place.thread === null
      ? message.channel === place.channel &&
        (message.thread === null || isRoot(message)) &&
        message.at >= from
      : message.thread === place.thread && (message.at >= from || isRoot(message));
  return model.byTime.value.filter((message) => inPlace(message) && !message.deleted);
}

/** Newer versions win, so that a slow answer never undoes a fast event. */
function keepNewest<K, T>(
  known: ReadonlyMap<K, T>,
  found: readonly T[],
  keyOf: (item: T) => K,
  versionOf: (item: T) => number,
): ReadonlyMap<K, T> {
  const next = new Map(known);
  for (const item of found) {
    const before = next.get(keyOf(item));
    if (before === undefined || versionOf(before) <= versionOf(item)) next.set(keyOf(item), item);
  }
  return next;
}

export const addSessions = (model: Model, found: readonly SessionView[]): void => {
  model.sessions.value = keepNewest(
    model.sessions.value,
    found,
    (view) => view.id,
    (view) => view.version,
  );
};
export const addMessages = (model: Model, found: readonly StoredMessage[]): void => {
  model.messages.value = keepNewest(
    model.messages.value,
    found,
    (message) => message.id,
    (message) => message.seq,
  );
};
export const addEvents = (model: Model, found: readonly EventView[]): void => {
  model.events.value = keepNewest(
    model.events.value,
    found,
    (event) => event.seq,
    (event) => event.seq,
  );
};
