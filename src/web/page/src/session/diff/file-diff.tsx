import { useEffect, useState } from 'preact/hooks';
import type { ThreadView } from '../../../../../http/contract.ts';
import { Icon } from '../../parts/icon.tsx';
import { CodeTable } from './code-table.tsx';
import type { DiffOptions } from './diff-tools.tsx';
import { Counts } from './file-list.tsx';
import { type CodeToken, colours } from './highlight.ts';
import type { PatchFile, PatchLine } from './patch.ts';
import { hunkOf, lineName } from './rows.ts';
import { Talk } from './thread-box.tsx';
import type { Viewed } from './use-looked.ts';
import type { Reviewing } from './use-remarks.ts';

/** Files longer than this are folded at first. */
const LONG = 400;

export function FileDiff({
  file,
  id,
  options,
  viewed,
  review,
  threads,
}: {
  file: PatchFile;
  id: string;
  options: DiffOptions;
  viewed: Viewed;
  review: Reviewing;
  threads: readonly ThreadView[];
}) {
  const state = viewed.stateOf(file);
  const [open, setOpen] = useState(file.lines.length <= LONG && state !== 'viewed');
  const names = new Set(file.lines.map(lineName));
  const elsewhere = threads.filter(({ line }) => line === null || !names.has(`${line}`));
  return (
    <section class="file-diff" id={id} aria-label={file.path}>
      <FileBar file={file} viewed={viewed} open={open} setOpen={setOpen} />
      {!open && file.lines.length > LONG && (
        <div class="folded">{file.lines.length} lines, folded</div>
      )}
      {elsewhere.map((thread) => (
        <Talk key={thread.id} session={review.view.id} thread={thread} withPlace />
      ))}
      {open && file.binary && <div class="folded">Binary file</div>}
      {open && !file.binary && (
        <Code file={file} options={options} review={review} threads={threads} />
      )}
    </section>
  );
}

function FileBar({
  file,
  viewed,
  open,
  setOpen,
}: {
  file: PatchFile;
  viewed: Viewed;
  open: boolean;
  setOpen: (open: boolean) => void;
}) {
  const state = viewed.stateOf(file);
  return (
    <div class="file-bar">
      <button
        type="button"
        class="file-head"
        data-nav
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? 'down' : 'right'} size={14} />
        <span class="path">
          {file.from !== null && <span class="faint">{file.from} → </span>}
          {file.path}
        </span>
        <Counts file={file} />
      </button>
      <button
        type="button"
        class="chip"
        aria-pressed={state === 'viewed'}
        aria-label={`Viewed ${file.path}`}
        onClick={() => {
          viewed.set(file, state !== 'viewed');
          setOpen(state === 'viewed');
        }}
      >
        {state === 'changed' ? 'Changed since viewed' : 'Viewed'}
      </button>
    </div>
  );
}

function Code({
  file,
  options,
  review,
  threads,
}: {
  file: PatchFile;
  options: DiffOptions;
  review: Reviewing;
  threads: readonly ThreadView[];
}) {
  const tokens = useColours(file);
  const { draft, head } = review;
  const remark = (line: PatchLine): void => {
    const name = lineName(line);
    if (name === null) return;
    const id = `${file.path}:${name}`;
    if (draft.review.remarks.some((one) => one.id === id)) return;
    const hunk = hunkOf(file, line);
    draft.put({ id, file: file.path, line: name, hunk, sha: head, text: '' });
  };
  return (
    <CodeTable
      file={file}
      split={options.split}
      tokens={tokens}
      review={review}
      threads={threads}
      onLine={review.isWhole && review.view.stage !== 'ended' ? remark : null}
    />
  );
}

/** Plain until they are here. */
function useColours(file: PatchFile): ReadonlyMap<PatchLine, readonly CodeToken[]> | null {
  const [found, setFound] = useState<{
    readonly file: PatchFile;
    readonly tokens: ReadonlyMap<PatchLine, readonly CodeToken[]>;
  } | null>(null);
  useEffect(() => {
    let wanted = true;
    void colours(file).then(
      (tokens) => wanted && setFound({ file, tokens }),
      // Without its colours the code is still there.
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [file]);
  return found?.file === file ? found.tokens : null;
}
