import { useEffect } from 'preact/hooks';
import type { EventView, SessionView } from '../../../../http/contract.ts';
import { clockTime, dayName, exact } from '../live/format.ts';
import { loadEvents, timelineKey } from '../live/sync.ts';
import { useModel } from '../parts/context.ts';

export function TimelineTab({ view }: { view: SessionView }) {
  const model = useModel();
  useEffect(() => void loadEvents(model, view.id), [view.id]);
  const events = [...model.events.value.values()]
    .filter((event) => event.session === view.id)
    .sort((a, b) => b.seq - a.seq);
  if (events.length === 0)
    return (
      <div class="empty">
        {model.loaded.value.get(timelineKey(view.id))?.state === 'loading'
          ? 'Loading…'
          : 'Nothing happened yet.'}
      </div>
    );
  return (
    <ol class="timeline" aria-label="Events, newest first">
      {events.map((event, at) => {
        const before = events[at - 1];
        const day = dayName(event.at, model.now.value);
        return (
          <li key={event.seq} class={`event event-${familyOf(event)}`}>
            {(before === undefined || dayName(before.at, model.now.value) !== day) && (
              <div class="day">
                <span>{day}</span>
              </div>
            )}
            <div class="event-line" data-nav tabIndex={-1}>
              <time dateTime={new Date(event.at).toISOString()} title={exact(event.at)}>
                {clockTime(event.at)}
              </time>
              <span class="event-dot" />
              <span class="event-text">{event.text}</span>
              <code class="event-type">{event.event.type}</code>
            </div>
          </li>
        );
      })}
    </ol>
  );
}

const familyOf = ({ event }: EventView): string =>
  event.type.endsWith('failed') || event.type === 'escalation.raised'
    ? 'bad'
    : (event.type.split('.')[0] ?? 'other');
