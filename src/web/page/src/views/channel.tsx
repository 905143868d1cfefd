import { go } from '../live/actions.ts';
import { plural } from '../live/format.ts';
import { Composer } from '../parts/composer.tsx';
import { useModel } from '../parts/context.ts';
import { Icon } from '../parts/icon.tsx';
import { Stream } from '../parts/stream.tsx';
import { ViewHead } from '../parts/view-head.tsx';

export function ChannelView({ channel }: { channel: string }) {
  const model = useModel();
  const known = model.channels.value.find((one) => one.id === channel);
  const project = model.projects.value.find((one) => one.id === known?.project);
  if (!known)
    return (
      <div class="empty big">
        <h2>No channel #{channel}</h2>
        <p>
          <button type="button" class="link" onClick={() => go(model, { view: { name: 'board' } })}>
            Back to the board
          </button>
        </p>
      </div>
    );
  const place = { channel, thread: null };
  const live = [...model.sessions.value.values()].filter(
    (view) => view.project === known.project && view.stage !== 'ended',
  ).length;
  return (
    <div class="channel">
      <ViewHead
        title={
          <>
            <span class="phone-only">
              <button
                type="button"
                class="icon-button"
                aria-label="All channels"
                onClick={() => go(model, { view: { name: 'channels' } })}
              >
                <Icon name="back" />
              </button>
            </span>
            <span class="faint">#</span>
            {known.name}
          </>
        }
        note={
          project ? (
            <>
              {plural(live, 'live session')} · <span title={project.path}>{project.path}</span>
            </>
          ) : (
            'Everything that belongs to no project'
          )
        }
      />
      <Stream
        place={place}
        empty={
          <>
            <h2>Nothing here yet</h2>
            <p>
              Type <code>/ao spawn</code> and an issue number. The session gets a thread here.
            </p>
          </>
        }
      />
      <Composer place={place} placeholder={`Command in #${known.name}, e.g. /ao spawn 42`} />
    </div>
  );
}
