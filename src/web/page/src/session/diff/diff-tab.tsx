import { useEffect, useMemo, useState } from 'preact/hooks';
import type { DiffView, SessionView, ThreadView } from '../../../../../http/contract.ts';
import { toast } from '../../live/actions.ts';
import { messageOf } from '../../live/api.ts';
import type { Model } from '../../live/model.ts';
import { useModel } from '../../parts/context.ts';
import '../../styles/diff.css';
import { type DiffOptions, DiffTools, useDiffOptions } from './diff-tools.tsx';
import { FileDiff } from './file-diff.tsx';
import { FileList } from './file-list.tsx';
import { type PatchFile, parsePatch } from './patch.ts';
import { ReviewBar } from './review-bar.tsx';
import { withoutWhitespace } from './rows.ts';
import { Talk } from './thread-box.tsx';
import { useLookedBefore, useViewed } from './use-looked.ts';
import { useReview } from './use-remarks.ts';

/** What the session changes: read by file, marked as viewed, and reviewed line by line. */
export default function DiffTab({ view }: { view: SessionView }) {
  const { diff, failed, load } = useDiff(view);
  if (failed !== null)
    return (
      <div class="empty">
        <h2>No diff</h2>
        <p>{failed}</p>
        <button type="button" class="button" onClick={load}>
          Try again
        </button>
      </div>
    );
  if (!diff) return <div class="empty">Loading…</div>;
  if (diff.patch.trim() === '')
    return (
      <div class="empty">
        <h2>No changes yet</h2>
        <p>The branch is the same as {view.base}.</p>
      </div>
    );
  return <Diff view={view} diff={diff} reload={load} />;
}

function Diff({ view, diff, reload }: { view: SessionView; diff: DiffView; reload: () => void }) {
  const head = diff.head?.sha ?? null;
  const options = useDiffOptions();
  const before = useLookedBefore(view.id, head);
  const since = useChanges(view.id, options.onlyNew ? before : null, head);
  const files = useFiles(since ?? diff.patch, options);
  const viewed = useViewed(view.id);
  const draft = useReview(view.id);
  const threads = useThreads(view, head);
  const isShown = (thread: ThreadView): boolean =>
    since === null && files.some((file) => file.path === thread.file);
  return (
    <div class="diff">
      <div class="diff-side">
        <DiffTools diff={diff} options={options} before={before} reload={reload} />
        <FileList files={files} viewed={viewed} />
      </div>
      <div class="diff-body">
        {options.onlyNew && files.length === 0 && (
          <p class="folded">
            Nothing was changed in {view.id} since {before?.slice(0, 7)}.
          </p>
        )}
        {threads
          .filter((thread) => !isShown(thread))
          .map((thread) => (
            <Talk key={thread.id} session={view.id} thread={thread} withPlace />
          ))}
        {files.map((file, at) => (
          <FileDiff
            key={file.path}
            id={`file-${at}`}
            file={file}
            options={options}
            viewed={viewed}
            review={{ view, head, draft, isWhole: since === null }}
            threads={threads.filter((thread) => isShown(thread) && thread.file === file.path)}
          />
        ))}
        <ReviewBar view={view} diff={diff} draft={draft} />
      </div>
    </div>
  );
}

/** The diff of the head that is current; read again when the head or the base moves. */
function useDiff(view: SessionView) {
  const model = useModel();
  const [diff, setDiff] = useState<DiffView | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const load = (): void =>
    void model.api.get<DiffView>(pathOf(view.id, 'diff')).then(
      (found) => {
        setDiff(found);
        setFailed(null);
      },
      (error: unknown) => setFailed(messageOf(error)),
    );
  useEffect(load, [view.id, view.pr?.headSha, view.pr?.base]);
  return { diff, failed, load };
}

const pathOf = (session: string, rest: string): string =>
  `sessions/${encodeURIComponent(session)}/${rest}`;

function useFiles(patch: string, { hideSpace }: DiffOptions): readonly PatchFile[] {
  return useMemo(() => {
    const files = parsePatch(patch);
    return hideSpace ? files.map(withoutWhitespace) : files;
  }, [patch, hideSpace]);
}

/** The patch since `from`; null: not wanted, or not here. */
function useChanges(session: string, from: string | null, head: string | null): string | null {
  const model = useModel();
  const [found, setFound] = useState<{ key: string; patch: string } | null>(null);
  const key = `${session} ${from} ${head}`;
  useEffect(() => {
    if (from !== null)
      void ask<{ patch: string }>(model, pathOf(session, `changes?from=${from}`)).then(
        (answer) => answer && setFound({ key, patch: answer.patch }),
      );
  }, [key]);
  return from !== null && found?.key === key ? found.patch : null;
}

/** What reviewers said of the pull request, on lines and else. */
function useThreads(view: SessionView, head: string | null): readonly ThreadView[] {
  const model = useModel();
  const [threads, setThreads] = useState<readonly ThreadView[]>([]);
  const { review } = view.pr ?? {};
  useEffect(() => {
    if (head === null) return setThreads([]);
    void ask<ThreadView[]>(model, pathOf(view.id, 'threads')).then(
      (found) => found && setThreads(found),
    );
  }, [view.id, head, review?.openComments, review?.decision]);
  return threads;
}

async function ask<T>(model: Model, path: string): Promise<T | null> {
  try {
    return await model.api.get<T>(path);
  } catch (error) {
    toast(model, messageOf(error));
    return null;
  }
}
