import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Remark, ReviewDraft } from './use-remarks.ts';

/** A remark that is being written, below its line. It is sent with the review. */
export function RemarkBox({
  remark,
  draft,
  code,
}: {
  remark: Remark;
  draft: ReviewDraft;
  /** The line, for a suggestion. */
  code: string;
}) {
  const box = useRef<HTMLTextAreaElement>(null);
  // Before the next key: what is typed right after Enter belongs in here.
  useLayoutEffect(() => {
    if (remark.text === '') box.current?.focus();
  }, []);
  const write = (text: string): void => draft.put({ ...remark, text });
  const suggest = (): void => {
    write(`${remark.text}${remark.text === '' ? '' : '\n'}\`\`\`suggestion\n${code}\n\`\`\``);
    box.current?.focus();
  };
  return (
    <div class="remark">
      <textarea
        ref={box}
        rows={3}
        aria-label={`Remark on ${remark.file}, line ${remark.line.replace('-', 'before ')}`}
        placeholder="What should change here?"
        value={remark.text}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <div class="remark-tools">
        <span class="faint">Kept here; sent with the review</span>
        <button type="button" class="button" onClick={suggest}>
          Suggest a change
        </button>
        <button type="button" class="button" onClick={() => draft.drop(remark.id)}>
          Remove
        </button>
      </div>
    </div>
  );
}
