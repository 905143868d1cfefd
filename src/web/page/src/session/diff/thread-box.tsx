import type { ThreadView } from '../../../../../http/contract.ts';
import { postSession } from '../../live/actions.ts';
import { useModel } from '../../parts/context.ts';
import { Markdown } from '../../parts/markdown.tsx';
import { Time } from '../../parts/time.tsx';

/** What reviewers and the agent said in one place. */
export function Talk({
  session,
  thread,
  withPlace = false,
}: {
  session: string;
  thread: ThreadView;
  /** It isn't below its line, so it says which that is. */
  withPlace?: boolean;
}) {
  const model = useModel();
  const place = `${thread.file ?? ''}${thread.line === null ? '' : `:${thread.line}`}`;
  return (
    <details class="talk" open={!thread.resolved}>
      <summary>
        {thread.ref} {thread.resolved ? 'resolved' : 'open'}
        {withPlace && place !== '' && <code>{place}</code>}
      </summary>
      {thread.comments.map(({ author, body, at }) => (
        <div key={at} class="talk-line">
          <b>{author}</b> <Time at={at} />
          <Markdown text={body} />
        </div>
      ))}
      {!thread.resolved && (
        <button
          type="button"
          class="button"
          disabled={model.pending.value.has(`${session}/resolve`)}
          onClick={() => void postSession(model, session, 'resolve', { thread: thread.ref })}
        >
          Resolve
        </button>
      )}
    </details>
  );
}
