import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ThreadView } from '../../../../../http/contract.ts';
import type { CodeToken } from './highlight.ts';
import type { PatchFile, PatchLine } from './patch.ts';
import { RemarkBox } from './remark-box.tsx';
import { lineName, type SplitRow, splitRows } from './rows.ts';
import { Talk } from './thread-box.tsx';
import type { Reviewing } from './use-remarks.ts';

interface TableProps {
  readonly file: PatchFile;
  readonly split: boolean;
  readonly tokens: ReadonlyMap<PatchLine, readonly CodeToken[]> | null;
  readonly review: Reviewing;
  readonly threads: readonly ThreadView[];
  /** Null: no remarks can be made here. */
  readonly onLine: ((line: PatchLine) => void) | null;
}

const SIGNS = { add: '+', del: '−', same: ' ', hunk: ' ', note: ' ' } as const;

/** The lines of a file. A click on a number, or Enter on a line, begins a remark; arrow keys go from line to line. */
export function CodeTable(props: TableProps) {
  const { file, split, onLine } = props;
  const box = useLines(file, onLine);
  return (
    <section
      ref={box}
      class={`lines ${onLine === null ? '' : 'may-remark'}`}
      aria-label={`Changes in ${file.path}`}
      aria-description={
        onLine === null ? undefined : 'Arrow keys go from line to line, Enter writes a remark'
      }
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
    >
      <table>
        <tbody>
          {split
            ? splitRows(file.lines).map((row, at) => <Pair key={at} row={row} {...props} />)
            : file.lines.map((line, at) => <Unified key={at} line={line} {...props} />)}
        </tbody>
      </table>
    </section>
  );
}

function Unified({ line, ...props }: TableProps & { line: PatchLine }) {
  return (
    <>
      <tr class={line.kind} tabIndex={-1} data-line={lineName(line)}>
        <td class="no" data-line={lineName(line)}>
          {line.before}
        </td>
        <td class="no" data-line={lineName(line)}>
          {line.after}
        </td>
        <td class="sign" aria-hidden="true">
          {SIGNS[line.kind]}
        </td>
        <td class="code">
          <Text line={line} tokens={props.tokens} />
        </td>
      </tr>
      <Below lines={[line]} width={4} {...props} />
    </>
  );
}

function Pair({ row, ...props }: TableProps & { row: SplitRow }) {
  if (row.kind === 'whole')
    return (
      <tr class={row.line.kind}>
        <td class="no" />
        <td class="code" colSpan={3}>
          {row.line.text}
        </td>
      </tr>
    );
  const { before, after } = row;
  const lines = [...new Set([before, after])].filter((one) => one !== null);
  return (
    <>
      <tr
        class="pair"
        tabIndex={-1}
        data-line={after ? lineName(after) : before && lineName(before)}
      >
        <Half line={before} number={before?.before ?? null} tokens={props.tokens} />
        <Half line={after} number={after?.after ?? null} tokens={props.tokens} />
      </tr>
      <Below lines={lines} width={4} {...props} />
    </>
  );
}

function Half({
  line,
  number,
  tokens,
}: {
  line: PatchLine | null;
  number: number | null;
  tokens: TableProps['tokens'];
}) {
  if (line === null)
    return (
      <>
        <td class="no none" />
        <td class="code none" />
      </>
    );
  return (
    <>
      <td class={`no ${line.kind}`} data-line={lineName(line)}>
        {number}
      </td>
      <td class={`code ${line.kind}`}>
        <Text line={line} tokens={tokens} />
      </td>
    </>
  );
}

function Text({ line, tokens }: { line: PatchLine; tokens: TableProps['tokens'] }) {
  const found = tokens?.get(line);
  if (found === undefined || line.kind === 'hunk') return <>{line.text}</>;
  return (
    <>
      {found.map(({ text, type }, at) =>
        type === null ? (
          text
        ) : (
          <span key={at} class={`tok-${type}`}>
            {text}
          </span>
        ),
      )}
    </>
  );
}

/** What was said about these lines, and what is being written. */
function Below({
  lines,
  width,
  file,
  review,
  threads,
}: TableProps & { lines: readonly PatchLine[]; width: number }) {
  const names = lines.map(lineName).filter((name) => name !== null);
  const said = threads.filter(({ line }) => line !== null && names.includes(`${line}`));
  const remarks = review.draft.review.remarks.filter(
    (one) =>
      one.file === file.path && one.sha === review.head && names.some((name) => name === one.line),
  );
  if (said.length + remarks.length === 0 || !review.isWhole) return null;
  return (
    <tr class="below">
      <td colSpan={width}>
        <Sticky>
          {said.map((thread) => (
            <Talk key={thread.id} session={review.view.id} thread={thread} />
          ))}
          {remarks.map((remark) => (
            <RemarkBox
              key={remark.id}
              remark={remark}
              draft={review.draft}
              code={lines.find((line) => lineName(line) === remark.line)?.text ?? ''}
            />
          ))}
        </Sticky>
      </td>
    </tr>
  );
}

/** Stays in view while long lines are scrolled sideways. */
const Sticky = ({ children }: { children: ComponentChildren }) => (
  <div class="below-box">{children}</div>
);

/** One listener for all lines: a file has thousands. */
function useLines(file: PatchFile, onLine: TableProps['onLine']) {
  const box = useRef<HTMLElement>(null);
  // As soon as the lines are there, so that the first keys find somebody.
  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    const begin = (name: string | undefined): void => {
      const line = file.lines.find((one) => lineName(one) === name);
      if (line !== undefined && name !== undefined) onLine?.(line);
    };
    const onClick = ({ target }: MouseEvent): void => {
      const cell = target instanceof Element ? target.closest<HTMLElement>('td.no') : null;
      if (cell) begin(cell.dataset.line);
    };
    const onKey = (event: KeyboardEvent): void => {
      const focused = document.activeElement as HTMLElement | null;
      if (focused !== area && !focused?.matches('tr[data-line]')) return;
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      const rows = [...area.querySelectorAll<HTMLElement>('tr[data-line]')];
      if (event.key === 'Enter') begin(focused?.dataset.line);
      else if (step !== 0) rows[rows.indexOf(focused as HTMLElement) + step]?.focus();
      else return;
      event.preventDefault();
    };
    area.addEventListener('click', onClick);
    area.addEventListener('keydown', onKey);
    return () => {
      area.removeEventListener('click', onClick);
      area.removeEventListener('keydown', onKey);
    };
  }, [file, onLine]);
  return box;
}
