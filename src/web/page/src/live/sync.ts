import { batch } from '@preact/signals';
import type {
  Channel,
  EventView,
  InboxItem,
  Me,
  ProjectView,
  SessionView,
} from '../../../../http/contract.ts';
import type { StoredMessage } from '../../../../slots/message-store.ts';
import { toast } from './actions.ts';
import { messageOf } from './api.ts';
import { openEventStream, type StreamEvent } from './event-stream.ts';
import { loadSessions } from './history.ts';
import {
  addEvents,
  addMessages,
  addSessions,
  isRoot,
  type Loaded,
  type Model,
  type Place,
  placeKey,
} from './model.ts';

const PAGE = 60;
/** Wait before the first load is tried again, ms. */
const AGAIN = 2_000;

/** Keeps the model equal to the server: fetches, then follows the event stream; a gap that can't be replayed is fetched anew. */
export function startSync(model: Model): void {
  const inbox = soon(() => loadInbox(model));
  openEventStream('./api/events', {
    onOpen(replayed) {
      model.connection.value = 'live';
      if (replayed && model.ready.value) inbox();
      else void loadAll(model);
    },
    onEvent(event) {
      apply(model, event);
      if (event.event === 'session') inbox();
    },
    onLost() {
      model.connection.value = 'reconnecting';
    },
    onUnauthorised() {
      model.locked.value = true;
    },
  });
}

function apply(model: Model, { event, data }: StreamEvent) {
  switch (event) {
    case 'session':
      return addSessions(model, [JSON.parse(data) as SessionView]);
    case 'message':
      return addMessages(model, [JSON.parse(data) as StoredMessage]);
    case 'event':
      return noteEvent(model, JSON.parse(data) as EventView);
    case 'reset':
      return void loadAll(model);
  }
}

/** Kept only for timelines that were looked at; the others are read when they are. */
function noteEvent(model: Model, event: EventView): void {
  if (event.session !== null && model.loaded.value.has(timelineKey(event.session)))
    addEvents(model, [event]);
}

/** Everything that is always on screen; places that were read before are read again. */
async function loadAll(model: Model): Promise<void> {
  try {
    const [me, channels, projects, inbox] = await Promise.all([
      model.api.get<Me>('me'),
      model.api.get<Channel[]>('chat/channels'),
      model.api.get<ProjectView[]>('projects'),
      model.api.get<InboxItem[]>('inbox?all=true'),
      loadSessions(model),
    ]);
    const places = [...model.loaded.value.keys()];
    batch(() => {
      model.me.value = me;
      model.channels.value = channels;
      model.projects.value = projects;
      model.inbox.value = inbox;
      model.ready.value = true;
    });
    await Promise.all(places.map((key) => refresh(model, key)));
  } catch (error) {
    if (model.locked.value) return;
    toast(model, messageOf(error));
    if (!model.ready.value) setTimeout(() => void loadAll(model), AGAIN);
  }
}

async function loadInbox(model: Model): Promise<void> {
  const found = await model.api.get<InboxItem[]>('inbox?all=true').catch(() => null);
  if (found) model.inbox.value = found;
}

/** Reads a place anew from its newest page on: between that and what was there may be a gap. */
async function refresh(model: Model, key: string): Promise<void> {
  const id = key.slice(2);
  if (key.startsWith('e:')) return loadEvents(model, id, true);
  const found = await model.api.get<StoredMessage[]>(pathOf(key, null));
  batch(() => {
    addMessages(model, found);
    mark(model, key, reached(key, found));
  });
}

const pathOf = (key: string, before: Loaded | null): string =>
  `chat/${key.startsWith('c:') ? 'channels' : 'threads'}/${encodeURIComponent(key.slice(2))}/messages?limit=${PAGE}${before === null ? '' : `&before=${before.from}&beforeId=${encodeURIComponent(before.oldest ?? '')}`}`;

/** Reads the newest page of a channel or thread, or the page before what is here. Does nothing while one is on its way. */
export async function loadMessages(model: Model, place: Place, earlier = false): Promise<void> {
  const key = placeKey(place);
  const known = model.loaded.value.get(key);
  if (
    known?.state === 'loading' ||
    (earlier ? known?.state !== 'more' : known?.state === 'more' || known?.state === 'all')
  )
    return;
  const from = known?.from ?? Number.POSITIVE_INFINITY;
  mark(model, key, { ...known, state: 'loading', from });
  try {
    const found = await model.api.get<StoredMessage[]>(
      pathOf(key, earlier && known !== undefined ? known : null),
    );
    batch(() => {
      addMessages(model, found);
      mark(model, key, reached(key, found));
    });
  } catch (error) {
    // What was read before stays, and so does the button for what is before it.
    mark(model, key, earlier && known !== undefined ? known : { state: 'failed', from });
    toast(model, messageOf(error));
  }
}

/** How far a fetched page goes back. The root of a thread comes with every page. */
function reached(key: string, found: readonly StoredMessage[]): Loaded {
  const lines = key.startsWith('t:') ? found.filter((message) => !isRoot(message)) : found;
  const [oldest] = lines;
  return oldest === undefined || lines.length < PAGE
    ? { state: 'all', from: 0 }
    : { state: 'more', from: oldest.at, oldest: oldest.id };
}

const MANY = 1_000;

export async function loadEvents(model: Model, session: string, again = false): Promise<void> {
  const key = timelineKey(session);
  if (!again && model.loaded.value.has(key)) return;
  mark(model, key, { state: 'loading', from: 0 });
  try {
    for (let after = 0, full = true; full; ) {
      const found = await model.api.get<EventView[]>(
        `sessions/${encodeURIComponent(session)}/events?after=${after}&limit=${MANY}`,
      );
      addEvents(model, found);
      after = found.at(-1)?.seq ?? after;
      full = found.length === MANY;
    }
    mark(model, key, { state: 'all', from: 0 });
  } catch (error) {
    mark(model, key, { state: 'failed', from: 0 });
    toast(model, messageOf(error));
  }
}

export const timelineKey = (session: string): string => `e:${session}`;

function mark(model: Model, key: string, loaded: Loaded): void {
  model.loaded.value = new Map(model.loaded.value).set(key, loaded);
}

/** Many calls in a short time become one. */
function soon(run: () => Promise<void>): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      void run();
    }, 150);
  };
}
