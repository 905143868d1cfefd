import { useState } from 'preact/hooks';
import type { DiffView } from '../../../../../http/contract.ts';
import { plural } from '../../live/format.ts';

/** How this person reads diffs, kept in this browser; `onlyNew` is for this look. */
export interface DiffOptions {
  readonly split: boolean;
  readonly hideSpace: boolean;
  readonly onlyNew: boolean;
}

export interface SetDiffOptions extends DiffOptions {
  set(change: Partial<DiffOptions>): void;
}

const NAME = 'ao:diff';

export function useDiffOptions(): SetDiffOptions {
  const [options, setOptions] = useState<DiffOptions>(() => {
    const kept = localStorage.getItem(NAME) ?? '';
    return { split: kept.includes('split'), hideSpace: kept.includes('space'), onlyNew: false };
  });
  return {
    ...options,
    set(change) {
      const next = { ...options, ...change };
      const kept = [next.split && 'split', next.hideSpace && 'space'].filter(Boolean);
      localStorage.setItem(NAME, kept.join(' '));
      setOptions(next);
    },
  };
}

/** What is shown, and how. */
export function DiffTools({
  diff,
  options,
  before,
  reload,
}: {
  diff: DiffView;
  options: SetDiffOptions;
  /** The head that was looked at before this one. */
  before: string | null;
  reload: () => void;
}) {
  return (
    <div class="diff-tools">
      <div class="diff-total">
        {plural(diff.files, 'file')} <span class="add">+{diff.additions}</span>{' '}
        <span class="del">−{diff.deletions}</span>
        <button type="button" class="link" onClick={reload}>
          Refresh
        </button>
      </div>
      {diff.head !== null && <p class="faint diff-head">{headWords(diff, diff.head)}</p>}
      <div class="diff-switches">
        <Toggle
          label="Side by side"
          on={options.split}
          onChange={(split) => options.set({ split })}
        />
        <Toggle
          label="Hide white space"
          on={options.hideSpace}
          onChange={(hideSpace) => options.set({ hideSpace })}
        />
        {before !== null && (
          <Toggle
            label={`Only what changed since ${before.slice(0, 7)}, which you looked at before`}
            on={options.onlyNew}
            onChange={(onlyNew) => options.set({ onlyNew })}
          />
        )}
      </div>
    </div>
  );
}

function headWords({ worktree }: DiffView, head: NonNullable<DiffView['head']>): string {
  const moved =
    worktree?.headSha == null
      ? ''
      : ` The worktree is at ${worktree.headSha.slice(0, 7)}, which isn't what would be merged.`;
  const files = worktree?.files ?? [];
  const loose = files.length === 0 ? '' : ` Not committed, and not in this: ${files.join(', ')}.`;
  return `PR #${head.number} at ${head.sha.slice(0, 7)} into ${head.base}.${moved}${loose}`;
}

function Toggle({
  label,
  on,
  onChange,
}: {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <button type="button" class="chip" aria-pressed={on} onClick={() => onChange(!on)}>
      {label}
    </button>
  );
}
