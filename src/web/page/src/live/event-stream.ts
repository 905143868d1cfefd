import { keyHeader } from './page-key.ts';

export interface StreamEvent {
  readonly event: string;
  readonly data: string;
}

export interface StreamListener {
  /** `replayed`: the server was asked to replay what was missed; otherwise everything has to be fetched. */
  onOpen(replayed: boolean): void;
  onEvent(event: StreamEvent): void;
  onLost(): void;
  onUnauthorised(): void;
}

const FIRST_WAIT = 300;
const LONGEST_WAIT = 8_000;
/** A connection that said nothing for so long is doubted when the page is looked at again, ms. */
const SILENT = 45_000;

/**
 * Server-sent events over fetch. EventSource can't be used: after an HTTP error it gives up and forgets the last id,
 * and it hides a 401.
 */
export function openEventStream(path: string, listener: StreamListener): { close(): void } {
  const stop = new AbortController();
  let lastId: string | null = null;
  let current = new AbortController();
  let heardAt = 0;

  // A connection that died while the machine slept looks open for minutes. Replay makes a new one cheap.
  const renew = (): void => current.abort();
  const renewIfSilent = (): void => {
    if (document.visibilityState === 'visible' && Date.now() - heardAt > SILENT) renew();
  };
  addEventListener('online', renew);
  document.addEventListener('visibilitychange', renewIfSilent);

  const once = async (): Promise<'opened' | 'refused' | 'unauthorised'> => {
    current = new AbortController();
    const signal = AbortSignal.any([stop.signal, current.signal]);
    const response = await fetch(path, {
      headers: {
        accept: 'text/event-stream',
        ...keyHeader(),
        ...(lastId === null ? {} : { 'last-event-id': lastId }),
      },
      signal,
      cache: 'no-store',
    });
    if (response.status === 401) return 'unauthorised';
    if (!response.ok || !response.body) return 'refused';
    listener.onOpen(lastId !== null);
    try {
      heardAt = Date.now();
      for await (const frame of framesOf(response.body)) {
        heardAt = Date.now();
        if (frame.id !== null) lastId = frame.id;
        if (frame.data !== '') listener.onEvent(frame);
      }
    } catch {
      // A cut connection ends the stream like a closed one: both are answered by connecting again.
    }
    return 'opened';
  };

  const run = async (): Promise<void> => {
    let wait = FIRST_WAIT;
    while (!stop.signal.aborted) {
      const result = await once().catch(() => 'refused' as const);
      if (stop.signal.aborted) return;
      if (result === 'unauthorised') return listener.onUnauthorised();
      wait = result === 'opened' ? FIRST_WAIT : Math.min(wait * 2, LONGEST_WAIT);
      listener.onLost();
      await pause(wait * (0.75 + Math.random() / 2), stop.signal);
    }
  };
  void run();
  return {
    close() {
      removeEventListener('online', renew);
      document.removeEventListener('visibilitychange', renewIfSilent);
      stop.abort();
    },
  };
}

interface Frame extends StreamEvent {
  readonly id: string | null;
}

async function* framesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Frame> {
  let rest = '';
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + part).replaceAll('\r\n', '\n').split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) yield parseFrame(frame);
  }
}

export function parseFrame(text: string): Frame {
  let id: string | null = null;
  let event = 'message';
  const data: string[] = [];
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const value = line.slice(colon + 1).replace(/^ /, '');
    const field = line.slice(0, colon);
    if (field === 'id') id = value;
    else if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  }
  return { id, event, data: data.join('\n') };
}

/** Ends early when the machine is online again. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
    signal.addEventListener('abort', done, { once: true });
  });
}
