import type { SessionView } from '../../../../http/contract.ts';
import { busyReason } from '../live/status.ts';
import { Composer } from '../parts/composer.tsx';
import { useModel } from '../parts/context.ts';
import { Stream } from '../parts/stream.tsx';
import { SteerQueue } from './steer-queue.tsx';

export function ThreadTab({ view }: { view: SessionView }) {
  const model = useModel();
  // The thread of a session has the session's id; its channel is known once the root is here.
  const channel = model.messages.value.get(view.id)?.channel ?? view.project;
  const busy = busyReason(view) !== null;
  return (
    <div class="thread">
      <Stream place={{ channel, thread: view.id }} empty={<p>The thread is being opened.</p>} />
      <SteerQueue view={view} />
      <Composer
        place={{ channel, thread: view.id }}
        placeholder={
          view.stage === 'ended'
            ? 'Ended. Reply to resume with a message'
            : busy
              ? 'Reply (queued while the agent works)'
              : 'Reply to the agent'
        }
      />
    </div>
  );
}
