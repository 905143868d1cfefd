import type { DiffView, SessionView } from '../../../../../http/contract.ts';
import { postSession, toast } from '../../live/actions.ts';
import { plural } from '../../live/format.ts';
import { useModel } from '../../parts/context.ts';
import { placeOf, type Remark, type ReviewDraft, written } from './use-remarks.ts';

/** Sends the review: as one where ao keeps reviews, else as a message to the agent. */
export function ReviewBar({
  view,
  diff,
  draft,
}: {
  view: SessionView;
  diff: DiffView;
  draft: ReviewDraft;
}) {
  const model = useModel();
  if (view.stage === 'ended') return null;
  const { review } = draft;
  const remarks = written(review);
  const head = diff.head?.sha ?? null;
  const isEmpty = remarks.length === 0 && review.text.trim() === '';
  const keepsReviews = head !== null && view.actions.includes('request_changes');
  const busy = ['review', 'message'].some((rest) => model.pending.value.has(`${view.id}/${rest}`));
  const send = async (rest: 'review' | 'message', body: object): Promise<void> => {
    if (!(await postSession(model, view.id, rest, body, draft.delivery()))) return;
    draft.clear();
    toast(model, rest === 'review' ? 'The review is sent.' : 'Sent to the agent.');
  };
  const sendReview = (decision: 'request_changes' | 'comment'): void =>
    void send('review', { ...bodyOf(review.text, remarks, head), decision, base: diff.head?.base });
  return (
    <section class="review-bar" aria-label="Your review">
      <Elsewhere remarks={remarks} head={head} draft={draft} />
      <textarea
        rows={2}
        aria-label="About the whole"
        placeholder={hintFor(remarks.length)}
        value={review.text}
        onInput={(event) => draft.setText(event.currentTarget.value)}
      />
      <div class="remark-tools">
        <span class="faint">
          {remarks.length > 0 && `${plural(remarks.length, 'remark')}, not sent`}
        </span>
        {keepsReviews ? (
          <>
            <Send words="Comment" disabled={isEmpty || busy} run={() => sendReview('comment')} />
            <Send
              words="Request changes"
              primary
              disabled={isEmpty || busy}
              run={() => sendReview('request_changes')}
            />
          </>
        ) : (
          <Send
            words="Send to the agent"
            primary
            disabled={isEmpty || busy}
            run={() => void send('message', { text: messageOf(review.text, remarks, head) })}
          />
        )}
      </div>
    </section>
  );
}

const hintFor = (remarks: number): string =>
  remarks === 0
    ? 'Say something about the whole, or click a line number to remark on the line'
    : `${plural(remarks, 'remark')} on lines. Say something about the whole`;

const Send = (props: { words: string; primary?: boolean; disabled: boolean; run: () => void }) => (
  <button
    type="button"
    class={`button ${props.primary ? 'primary' : ''}`}
    disabled={props.disabled}
    onClick={props.run}
  >
    {props.words}
  </button>
);

/** Remarks whose line isn't in this diff: they are sent as well, with the lines they were about. */
function Elsewhere({
  remarks,
  head,
  draft,
}: {
  remarks: readonly Remark[];
  head: string | null;
  draft: ReviewDraft;
}) {
  return (
    <>
      {remarks
        .filter((one) => one.sha !== head)
        .map((one) => (
          <div key={one.id} class="remark-old">
            <span>
              <code>{one.file}</code> at {one.sha?.slice(0, 7) ?? 'the checkout'}: {one.text}
            </span>
            <button type="button" class="button" onClick={() => draft.drop(one.id)}>
              Remove
            </button>
          </div>
        ))}
    </>
  );
}

const bodyOf = (text: string, remarks: readonly Remark[], sha: string | null) => ({
  text: text.trim(),
  sha,
  comments: remarks.map((one) => ({
    file: one.file,
    line: placeOf(one, sha) === one.file ? null : Number(one.line),
    hunk: one.hunk,
    text: one.text.trim(),
  })),
});

/** What the agent reads where the forge keeps the reviews: file, line, the lines themselves, the words. */
function messageOf(text: string, remarks: readonly Remark[], head: string | null): string {
  const about = head === null ? 'Review of your changes' : `Review of ${head.slice(0, 7)}`;
  return [
    `${about}:`,
    ...(text.trim() === '' ? [] : [text.trim()]),
    ...remarks.map((one) => {
      const fence = '`'.repeat(
        Math.max(3, ...(one.hunk.match(/`+/g) ?? []).map((run) => run.length + 1)),
      );
      return `${placeOf(one, head)}\n${fence}diff\n${one.hunk}\n${fence}\n${one.text.trim()}`;
    }),
  ].join('\n\n');
}
