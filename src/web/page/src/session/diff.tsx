import { useEffect, useMemo, useState } from 'preact/hooks';
import type { DiffView, SessionView } from '../../../../http/contract.ts';
import { messageOf } from '../live/api.ts';
import { plural } from '../live/format.ts';
import { useModel } from '../parts/context.ts';
import { Icon } from '../parts/icon.tsx';
import { type PatchFile, parsePatch } from './patch.ts';

/** Files longer than this are folded at first. */
const LONG = 400;

export function DiffTab({ view }: { view: SessionView }) {
  const model = useModel();
  const [diff, setDiff] = useState<DiffView | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const load = (): void =>
    void model.api.get<DiffView>(`sessions/${encodeURIComponent(view.id)}/diff`).then(
      (found) => {
        setDiff(found);
        setFailed(null);
      },
      (error: unknown) => setFailed(messageOf(error)),
    );
  useEffect(load, [view.id, view.pr?.headSha, view.pr?.base]);
  const files = useMemo(() => parsePatch(diff?.patch ?? ''), [diff]);

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
  if (files.length === 0)
    return (
      <div class="empty">
        <h2>No changes yet</h2>
        <p>The branch is the same as {view.base}.</p>
      </div>
    );
  return (
    <div class="diff">
      <nav class="diff-files" aria-label="Changed files">
        <div class="diff-total">
          {plural(diff.files, 'file')} <span class="add">+{diff.additions}</span>{' '}
          <span class="del">−{diff.deletions}</span>
          <button type="button" class="link" onClick={load}>
            Refresh
          </button>
        </div>
        {diff.head !== null && (
          <p class="faint">
            PR #{diff.head.number} at <code>{diff.head.sha.slice(0, 7)}</code> into {diff.head.base}
            {diff.worktree?.headSha != null &&
              `. The worktree is at ${diff.worktree.headSha.slice(0, 7)}, which isn't what would be merged`}
            {diff.worktree !== null &&
              diff.worktree.files.length > 0 &&
              `. Not committed, and not in this: ${diff.worktree.files.join(', ')}`}
            .
          </p>
        )}
        {files.map((file, at) => (
          <button
            key={file.path}
            type="button"
            title={file.path}
            onClick={() =>
              document.getElementById(`file-${at}`)?.scrollIntoView({ block: 'start' })
            }
          >
            <span class={`change change-${file.change}`} title={file.change}>
              {LETTERS[file.change]}
            </span>
            <span class="path">
              <bdi>{file.path}</bdi>
            </span>
            <Counts file={file} />
          </button>
        ))}
      </nav>
      <div class="diff-body">
        {files.map((file, at) => (
          <FileDiff key={file.path} file={file} id={`file-${at}`} />
        ))}
      </div>
    </div>
  );
}

function Counts({ file }: { file: PatchFile }) {
  if (file.binary) return <span class="faint">binary</span>;
  return (
    <span class="counts">
      {file.additions > 0 && <span class="add">+{file.additions}</span>}{' '}
      {file.deletions > 0 && <span class="del">−{file.deletions}</span>}
    </span>
  );
}

/** As git prints them. */
const LETTERS = { added: 'A', deleted: 'D', renamed: 'R', changed: 'M' } as const;

const SIGNS = { add: '+', del: '−', same: ' ', hunk: ' ', note: ' ' } as const;

function FileDiff({ file, id }: { file: PatchFile; id: string }) {
  const [open, setOpen] = useState(file.lines.length <= LONG);
  return (
    <section class="file-diff" id={id} aria-label={file.path}>
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
      {!open && file.lines.length > LONG && (
        <div class="folded">{file.lines.length} lines, folded</div>
      )}
      {open && file.binary && <div class="folded">Binary file</div>}
      {open && !file.binary && (
        <section
          class="lines"
          aria-label={`Changes in ${file.path}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard (WCAG 2.1.1)
          tabIndex={0}
        >
          <table>
            <tbody>
              {file.lines.map((line, at) => (
                <tr key={at} class={line.kind}>
                  <td class="no">{line.before}</td>
                  <td class="no">{line.after}</td>
                  <td class="sign" aria-hidden="true">
                    {SIGNS[line.kind]}
                  </td>
                  <td class="code">{line.text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}
