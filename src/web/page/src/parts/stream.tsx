import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { StoredMessage } from '../../../../slots/message-store.ts';
import { dayName, plural } from '../live/format.ts';
import { messagesOf, type Place, placeKey, type Whisper } from '../live/model.ts';
import { loadMessages } from '../live/sync.ts';
import { useModel } from './context.ts';
import { Icon } from './icon.tsx';
import { followsOn, MessageItem, WhisperItem } from './message-item.tsx';
import { useReadMark } from './use-read-mark.ts';
import { useScrollPlace } from './use-scroll-place.ts';

/** Messages of a channel or thread, with private answers where they were asked for. Keeps to the end while the reader is there. */
export function Stream({ place, empty }: { place: Place; empty: ComponentChildren }) {
  const model = useModel();
  const key = placeKey(place);
  useEffect(() => void loadMessages(model, place), [key]);

  const messages = messagesOf(model, place);
  const whispers = model.whispers.value.filter((whisper) => placeKey(whisper.place) === key);
  const loaded = model.loaded.value.get(key);
  const state = loaded?.state;
  const inThread = place.thread !== null;
  const lines = inThread ? messages.slice(1) : messages;
  const { scroller, atEnd, toEnd } = useScrollPlace({
    key,
    first: lines[0]?.id,
    last: `${messages.length} ${messages.at(-1)?.seq} ${whispers.length}`,
  });
  const { firstNew, below } = useReadMark(key, messages, atEnd);
  // It stays while they are fetched, so that nothing moves.
  const isFetching = state === 'loading' && loaded?.oldest !== undefined;
  const earlier = (state === 'more' || isFetching) && (
    <button
      type="button"
      class="button earlier"
      disabled={isFetching}
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
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        tabIndex={0}
      >
        {!inThread && earlier}
        {messages.length === 0 && whispers.length === 0 && <Nothing state={state} empty={empty} />}
        {messages.map((message, at) => (
          <div key={message.id} class="stream-item">
            <Line
              message={message}
              before={messages[at - 1]}
              isRoot={inThread && at === 0}
              isFirstNew={message.id === firstNew}
              seen={place}
            />
            {inThread && at === 0 && earlier}
            <Answers all={whispers} under={message.id} />
            {whispers
              .filter((one) => one.under === null && belongsAfter(one, message, messages[at + 1]))
              .map((one) => (
                <Answer key={one.id} whisper={one} all={whispers} />
              ))}
          </div>
        ))}
        {messages.length === 0 &&
          whispers.map((one) => <Answer key={one.id} whisper={one} all={whispers} />)}
      </div>
      {!atEnd && (
        <button type="button" class="to-end" onClick={toEnd}>
          <Icon name="down" size={14} />
          {below > 0 ? `${plural(below, 'new message')}` : 'Newest'}
        </button>
      )}
    </div>
  );
}

/** Below the newest message that was there when the answer came. */
const belongsAfter = (
  { at }: Whisper,
  message: StoredMessage,
  next: StoredMessage | undefined,
): boolean => message.at <= at && (next === undefined || next.at > at);

function Answers({ all, under }: { all: readonly Whisper[]; under: string }) {
  return (
    <>
      {all
        .filter((one) => one.under === under)
        .map((one) => (
          <Answer key={one.id} whisper={one} all={all} />
        ))}
    </>
  );
}

/** A private answer and those that its own buttons got. */
function Answer({ whisper, all }: { whisper: Whisper; all: readonly Whisper[] }) {
  return (
    <>
      <WhisperItem whisper={whisper} />
      <Answers all={all} under={whisper.id} />
    </>
  );
}

function Line({
  message,
  before,
  isRoot,
  isFirstNew,
  seen,
}: {
  message: StoredMessage;
  before: StoredMessage | undefined;
  isRoot: boolean;
  isFirstNew: boolean;
  seen: Place;
}) {
  const now = useModel().now.value;
  const day = dayName(message.at, now);
  const newDay = !isRoot && (before === undefined || dayName(before.at, now) !== day);
  return (
    <>
      {newDay && (
        <div class="day">
          <span>{day}</span>
        </div>
      )}
      {isFirstNew && (
        <div class="day new-mark">
          <span>New</span>
        </div>
      )}
      <MessageItem
        message={message}
        follows={!newDay && !isFirstNew && followsOn(message, before)}
        seen={seen}
      />
    </>
  );
}

function Nothing({ state, empty }: { state: string | undefined; empty: ComponentChildren }) {
  if (state === 'all') return <div class="empty">{empty}</div>;
  return state === 'loading' ? <Skeleton /> : null;
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
