import type { SessionView } from '../../../../../http/contract.ts';
import { useDraft } from '../../parts/use-draft.ts';

/** What a person wrote on a line and has not sent yet. */
export interface Remark {
  readonly id: string;
  readonly file: string;
  /** As `lineName`: of the new file; below zero: of a line that is gone. */
  readonly line: string;
  /** The lines as they were seen. */
  readonly hunk: string;
  /** The head it was written on; null: a diff of the checkout. */
  readonly sha: string | null;
  readonly text: string;
}

export interface Review {
  /** About the whole. */
  readonly text: string;
  readonly remarks: readonly Remark[];
}

const NOTHING: Review = { text: '', remarks: [] };

/** A review that is being written: kept in this browser, key by key, until the bot has taken it. */
export function useReview(session: string) {
  const draft = useDraft(`review-draft/${session}`, JSON.stringify(NOTHING));
  const review = read(draft.text);
  const set = (next: Review): void => draft.set(JSON.stringify(next));
  return {
    review,
    setText: (text: string) => set({ ...review, text }),
    put: (remark: Remark) =>
      set({
        ...review,
        remarks: [...review.remarks.filter((one) => one.id !== remark.id), remark],
      }),
    drop: (id: string) =>
      set({ ...review, remarks: review.remarks.filter((one) => one.id !== id) }),
    delivery: draft.delivery,
    clear: draft.clear,
  };
}

export type ReviewDraft = ReturnType<typeof useReview>;

function read(text: string): Review {
  try {
    const { text: words, remarks } = JSON.parse(text) as Partial<Review>;
    return { text: words ?? '', remarks: Array.isArray(remarks) ? remarks : [] };
  } catch {
    return NOTHING;
  }
}

/** Remarks with words, in the order of their files and lines. */
export const written = ({ remarks }: Review): readonly Remark[] =>
  remarks
    .filter((one) => one.text.trim() !== '')
    .toSorted(
      (a, b) => a.file.localeCompare(b.file) || Math.abs(Number(a.line)) - Math.abs(Number(b.line)),
    );

/** `src/a.ts:12`; of a line that is gone, or that was another commit's, the file alone. */
export const placeOf = ({ file, line, sha }: Remark, head: string | null): string =>
  Number(line) > 0 && sha === head ? `${file}:${line}` : file;

/** What a file's lines need of the review that is being written. */
export interface Reviewing {
  readonly view: SessionView;
  /** The head that is shown; null: the checkout. */
  readonly head: string | null;
  readonly draft: ReviewDraft;
  /** All of the diff is shown, so that its line numbers are those of the head. */
  readonly isWhole: boolean;
}
