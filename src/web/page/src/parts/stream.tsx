import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { dayName } from '../live/format.ts';
import { type Place, placeKey } from '../live/model.ts';
import { loadMessages, messagesOf } from '../live/sync.ts';
import { useModel } from './context.ts';
import { Icon } from './icon.tsx';
import { followsOn, MessageItem, WhisperItem } from './message-item.tsx';

/** Messages of a channel or thread, private answers last. Keeps to the end while the reader is there. */
export function Stream({ place, empty }: { place: Place; empty: ComponentChildren }) {
  const model = useModel();
  const key = placeKey(place);
  useEffect(() => void loadMessages(model, place), [key]);

  const messages = messagesOf(model, place);
  const whispers = model.whispers.value.filter((whisper) => placeKey(whisper.place) === key);
  const state = model.loaded.value.get(key)?.state;
  const { scroller, atEnd, toEnd } = useStickToEnd(
    key,
    messages.length + whispers.length,
    messages.at(-1)?.seq,
  );
  const inThread = place.thread !== null;
  const earlier = state === 'more' && (
    <button
      type="button"
      class="button earlier"
      onClick={() => void loadMessages(model, place, true)}
    >
      Show earlier messages
    </button>
  );
  return (
    <div class="stream-frame">
      <div
        class="stream"
        ref={scroller}
        role="log"
        aria-label={inThread ? 'Thread' : 'Channel'}
        aria-live="polite"
        tabIndex={-1}
      >
        {!inThread && earlier}
        {messages.length === 0 &&
          whispers.length === 0 &&
          (state === 'all' ? (
            <div class="empty">{empty}</div>
          ) : (
            state === 'loading' && <Skeleton />
          ))}
        {messages.map((message, at) => {
          const before = messages[at - 1];
          const day = dayName(message.at, model.now.value);
          const newDay =
            !(inThread && at === 0) &&
            (before === undefined || dayName(before.at, model.now.value) !== day);
          return (
            <div key={message.id} class="stream-item">
              {newDay && (
                <div class="day">
                  <span>{day}</span>
                </div>
              )}
              <MessageItem
                message={message}
                follows={!newDay && followsOn(message, before)}
                inThread={inThread}
              />
              {inThread && at === 0 && earlier}
            </div>
          );
        })}
        {whispers.map((whisper) => (
          <WhisperItem key={whisper.id} whisper={whisper} />
        ))}
      </div>
      {!atEnd && (
        <button type="button" class="to-end" onClick={toEnd}>
          <Icon name="down" size={14} />
          Newest
        </button>
      )}
    </div>
  );
}

function Skeleton() {
  return (
    <div class="skeleton" title="Loading">
      {[70, 45, 60].map((width) => (
        <i key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

const NEAR = 48;

function useStickToEnd(key: string, count: number, seq: number | undefined) {
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const toEnd = (): void => {
    const box = scroller.current;
    if (box) box.scrollTop = box.scrollHeight;
  };
  useLayoutEffect(toEnd, [key]);
  useLayoutEffect(() => {
    if (atEnd) toEnd();
  }, [count, seq]);
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const look = (): void => setAtEnd(box.scrollHeight - box.scrollTop - box.clientHeight < NEAR);
    box.addEventListener('scroll', look, { passive: true });
    return () => box.removeEventListener('scroll', look);
  }, []);
  return { scroller, atEnd, toEnd };
}
