import { batch } from '@preact/signals';
import type { EventView, InboxItem, ProjectView, SessionView } from '../../../../../../src/commands/views.ts';
import type { Channel, Me } from '../../../../../../src/http/contract.ts';
import type { StoredMessage } from '../../../../../../src/slots/message-store.ts';
import { messageOf } from './api.ts';
import { openEventStream, type StreamEvent } from './event-stream.ts';
import { addEvents, addMessages, addSessions, placeKey, type Loaded, type Model, type Place } from './model.ts';
import { toast } from './actions.ts';

const PAGE = 60;

/** Keeps the model equal to the server: fetches, then follows the event stream; a gap that can't be replayed is fetched anew. */
export function startSync(model: Model): void {
  const inbox = soon(() => loadInbox(model));
  openEventStream('./api/events', {
    onOpen(replayed) {
      model.connection.value = 'live';
      if (replayed) inbox();
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

function apply(model: Model, { event, data }: StreamEvent): void {
  switch (event) {
    case 'session':
      return addSessions(model, [JSON.parse(data) as SessionView]);
    case 'message':
      return addMessages(model, [JSON.parse(data) as StoredMessage]);
    case 'event':
      return addEvents(model, [JSON.parse(data) as EventView]);
    case 'reset':
      return void loadAll(model);
  }
}

/** Everything that is always on screen; places that were read before are read again. */
export async function loadAll(model: Model): Promise<void> {
  try {
    const [me, channels, projects, sessions, inbox] = await Promise.all([
      model.api.get<Me>('me'),
      model.api.get<Channel[]>('chat/channels'),
      model.api.get<ProjectView[]>('projects'),
      model.api.get<SessionView[]>('sessions?all=1'),
      model.api.get<InboxItem[]>('inbox'),
    ]);
    const places = [...model.loaded.value.keys()];
    batch(() => {
      model.me.value = me;
      model.channels.value = channels;
      model.projects.value = projects;
      model.inbox.value = inbox;
      addSessions(model, sessions);
      model.ready.value = true;
    });
    await Promise.all(places.map((key) => refresh(model, key)));
  } catch (error) {
    if (!model.locked.value) toast(model, messageOf(error));
  }
}

async function loadInbox(model: Model): Promise<void> {
  const found = await model.api.get<InboxItem[]>('inbox').catch(() => null);
  if (found) model.inbox.value = found;
}

async function refresh(model: Model, key: string): Promise<void> {
  const id = key.slice(2);
  if (key.startsWith('e:')) return loadEvents(model, id, true);
  const found = await model.api.get<StoredMessage[]>(pathOf(key, null));
  addMessages(model, found);
}

const pathOf = (key: string, before: number | null): string =>
  `chat/${key.startsWith('c:') ? 'channels' : 'threads'}/${encodeURIComponent(key.slice(2))}/messages?limit=${PAGE}${before === null ? '' : `&before=${before}`}`;

/** Reads the newest page of a channel or thread, or the page before what is here. Does nothing while one is on its way. */
export async function loadMessages(model: Model, place: Place, earlier = false): Promise<void> {
  const key = placeKey(place);
  const state = model.loaded.value.get(key);
  if (state === 'loading' || (earlier ? state !== 'more' : state === 'more' || state === 'all')) return;
  mark(model, key, 'loading');
  try {
    const oldest = earlier ? oldestOf(model, place) : null;
    const found = await model.api.get<StoredMessage[]>(pathOf(key, oldest));
    batch(() => {
      addMessages(model, found);
      mark(model, key, found.length < PAGE ? 'all' : 'more');
    });
  } catch (error) {
    mark(model, key, 'failed');
    toast(model, messageOf(error));
  }
}

function oldestOf(model: Model, place: Place): number | null {
  return messagesOf(model, place)[0]?.at ?? null;
}

/** Messages of a place, oldest first. A channel shows roots and its own messages, a thread all of its. */
export function messagesOf(model: Model, place: Place): readonly StoredMessage[] {
  const inPlace = (message: StoredMessage): boolean =>
    place.thread === null ? message.channel === place.channel && (message.thread === null || message.thread === message.id) : message.thread === place.thread;
  return model.byTime.value.filter((message) => inPlace(message) && !message.deleted);
}

export async function loadEvents(model: Model, session: string, again = false): Promise<void> {
  const key = `e:${session}`;
  if (!again && model.loaded.value.has(key)) return;
  mark(model, key, 'loading');
  try {
    addEvents(model, await model.api.get<EventView[]>(`sessions/${encodeURIComponent(session)}/events?limit=1000`));
    mark(model, key, 'all');
  } catch (error) {
    mark(model, key, 'failed');
    toast(model, messageOf(error));
  }
}

function mark(model: Model, key: string, state: Loaded): void {
  model.loaded.value = new Map(model.loaded.value).set(key, state);
}

/** Many calls in a short time become one. */
function soon(run: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      void run();
    }, 150);
  };
}
