import { useEffect, useMemo, useState } from 'preact/hooks';
import type { IssueView, SessionView } from '../../../../http/contract.ts';
import { messageOf } from '../live/api.ts';
import { addSessions } from '../live/model.ts';
import { type Entry, entriesFor } from '../live/palette.ts';
import { useModel } from './context.ts';
import { Modal } from './modal.tsx';

/** Finds sessions (ended ones too), issues, channels, views and what can be done now; Enter does the chosen one. */
export default function Palette({ close }: { close: () => void }) {
  const model = useModel();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const problem = useMore(text);
  const { sessions, issues, route } = model;
  const entries = useMemo(
    () => entriesFor(model, text),
    [text, sessions.value, issues.value, route.value],
  );
  const at = Math.min(chosen, entries.length - 1);
  const run = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    close();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setChosen((at + step + entries.length) % Math.max(1, entries.length));
    else if (event.key === 'Enter' && !event.isComposing) run(entries[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal title="Go to" close={close}>
      <div class="palette">
        <input
          type="search"
          // biome-ignore lint/a11y/noRedundantRoles: without a list the element is a searchbox
          role="combobox"
          list={undefined}
          aria-label="Search sessions, issues, channels and commands"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={entries[at] ? `palette-${at}` : undefined}
          autocomplete="off"
          placeholder="Session, issue, channel or command"
          value={text}
          data-first
          onInput={(event) => {
            setText(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
        <div id="palette-list" role="listbox" aria-label="Found">
          {entries.map((entry, index) => (
            <Row key={entry.id} entry={entry} index={index} chosen={index === at} run={run} />
          ))}
        </div>
        {entries.length === 0 && <p class="faint">Nothing found.</p>}
        {problem !== null && <p class="field-error">{problem}</p>}
      </div>
    </Modal>
  );
}

const intoView = (row: HTMLElement | null): void => row?.scrollIntoView({ block: 'nearest' });

function Row({
  entry,
  index,
  chosen,
  run,
}: {
  entry: Entry;
  index: number;
  chosen: boolean;
  run: (entry: Entry) => void;
}) {
  return (
    <div
      id={`palette-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      class={`palette-row ${chosen ? 'chosen' : ''}`}
      ref={chosen ? intoView : null}
      onMouseDown={(event) => {
        event.preventDefault();
        run(entry);
      }}
    >
      <span class="palette-kind">{entry.kind}</span>
      <span class="palette-label">{entry.label}</span>
      <span class="faint">{entry.note}</span>
    </div>
  );
}

/** Ended sessions that the page doesn't hold, and issues that were not read yet. Says what could not be read. */
function useMore(text: string): string | null {
  const model = useModel();
  const [problem, setProblem] = useState<string | null>(null);
  const failed = (error: unknown): void => setProblem(messageOf(error));
  useEffect(() => {
    if (model.issues.value === null)
      void model.api.get<IssueView[]>('issues?state=open').then((found) => {
        model.issues.value = found;
      }, failed);
  }, []);
  const words = text.trim();
  useEffect(() => {
    if (words.length < 2) return;
    // Not for every key.
    const timer = setTimeout(() => {
      void model.api
        .get<SessionView[]>(`sessions?all=1&limit=20&q=${encodeURIComponent(words)}`)
        .then((found) => addSessions(model, found), failed);
    }, 150);
    return () => clearTimeout(timer);
  }, [words]);
  return problem;
}
