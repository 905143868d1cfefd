import { useState } from 'preact/hooks';
import type { SessionView, SteerView } from '../../../../http/contract.ts';
import { postSession } from '../live/actions.ts';
import { useModel } from '../parts/context.ts';
import { focusNow } from '../parts/focus.ts';
import { Time } from '../parts/time.tsx';

const STATES: Readonly<Record<SteerView['state'], string>> = {
  queued: 'queued',
  typing: 'being typed',
  typed: 'typed, waiting for proof',
  accepted: 'accepted',
  failed: 'not delivered',
  removed: 'removed',
};

/** Messages that the agent doesn't have yet. */
export function SteerQueue({ view }: { view: SessionView }) {
  const waiting = view.steers.filter(
    (steer) => steer.state !== 'accepted' && steer.state !== 'removed',
  );
  if (waiting.length === 0) return null;
  return (
    <section class="steers" aria-label="Messages waiting for the agent">
      {waiting.map((steer) => (
        <Steer key={steer.id} session={view.id} steer={steer} />
      ))}
    </section>
  );
}

function Steer({ session, steer }: { session: string; steer: SteerView }) {
  const model = useModel();
  const [draft, setDraft] = useState<string | null>(null);
  const post = (verb: 'edit' | 'remove' | 'retry' | 'now', body: object = {}): Promise<boolean> =>
    postSession(model, session, `steers/${encodeURIComponent(steer.id)}/${verb}`, body);
  const busy = [...model.pending.value].some((key) =>
    key.startsWith(`${session}/steers/${encodeURIComponent(steer.id)}/`),
  );
  const failed = steer.state === 'failed';
  if (draft !== null)
    return (
      <form
        class="steer"
        onSubmit={(event) => {
          event.preventDefault();
          void post('edit', { text: draft }).then((sent) => {
            if (sent) setDraft(null);
          });
        }}
      >
        <textarea
          rows={2}
          value={draft}
          aria-label="Edit the queued message"
          ref={focusNow}
          onInput={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.stopPropagation();
              setDraft(null);
            }
          }}
        />
        <div class="steer-tools">
          <button type="submit" class="link" disabled={busy || draft.trim() === ''}>
            Save
          </button>
          <button type="button" class="link quiet" onClick={() => setDraft(null)}>
            Cancel
          </button>
        </div>
      </form>
    );
  return (
    <div class={`steer ${failed ? 'failed' : ''}`} data-steer={steer.id}>
      <div class="steer-text">
        <span class="steer-state">
          {failed ? '⚠️' : '👀'} {STATES[steer.state]}
          {steer.state === 'queued' && steer.position !== null && `, place ${steer.position}`}
          {steer.kind === 'reaction' && ` · ${steer.reaction ?? 'reaction'}`}
        </span>
        <span class="steer-words" title={steer.text}>
          {steer.text}
        </span>
        {steer.reason !== null && <span class="steer-reason">{steer.reason}</span>}
        <Time at={steer.createdAt} as="short" />
      </div>
      <div class="steer-tools">
        {failed && (
          <button type="button" class="link" disabled={busy} onClick={() => void post('retry')}>
            Retry
          </button>
        )}
        {steer.state === 'queued' && (
          <button
            type="button"
            class="link"
            disabled={busy}
            title="Interrupts the agent"
            onClick={() => void post('now')}
          >
            Send now
          </button>
        )}
        {steer.state === 'queued' && steer.kind === 'human' && (
          <button type="button" class="link" disabled={busy} onClick={() => setDraft(steer.text)}>
            Edit
          </button>
        )}
        {(steer.state === 'queued' || failed) && (
          <button
            type="button"
            class="link quiet"
            disabled={busy}
            onClick={() => void post('remove')}
          >
            Remove
          </button>
        )}
      </div>
    </div>
  );
}
