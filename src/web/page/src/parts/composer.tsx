import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { IssueView } from '../../../../http/contract.ts';
import { type Draft, exclusive, sendInput } from '../live/actions.ts';
import { type Suggestion, suggest } from '../live/completion.ts';
import { type Model, type Place, placeKey } from '../live/model.ts';
import { busyReason } from '../live/status.ts';
import { useModel } from './context.ts';
import { Icon } from './icon.tsx';
import { useDraft } from './use-draft.ts';

const isCommand = (text: string): boolean => /^\/ao(\s|$)/.test(text.trimStart());

/** Enter sends, Shift+Enter breaks the line. What is typed stays until the server has taken it, and over a reload. */
export function Composer({
  place,
  placeholder,
  wordsAreTask = false,
}: {
  place: Place;
  placeholder: string;
  /** Words that are no command start a session. */
  wordsAreTask?: boolean;
}) {
  const model = useModel();
  const key = placeKey(place);
  const box = useRef<HTMLTextAreaElement>(null);
  const typed = useDraft(key);
  const { text, set: setText } = typed;
  const [hint, setHint] = useState<string | null>(null);
  const list = useSuggestions(model, place, text);
  const listId = `suggestions-${place.thread === null ? 'channel' : 'thread'}`;
  const sending = model.pending.value.has(`send/${key}`);
  const view = place.thread === null ? undefined : model.sessions.value.get(place.thread);
  const busy = view && text !== '' && !isCommand(text) ? busyReason(view) : null;

  useLayoutEffect(() => grow(box.current), [text]);

  const send = async (): Promise<void> => {
    const trimmed = text.trim();
    if (trimmed === '' || sending) return;
    const draft = draftOf(place, wordsAreTask && !isTyped(trimmed) ? taskOf(trimmed) : trimmed);
    if (!draft) return setHint(trimmed);
    const delivery = typed.delivery();
    if (await exclusive(model, `send/${key}`, () => sendInput(model, draft, { delivery }))) {
      typed.clear();
      setHint(null);
      box.current?.focus();
    }
  };

  const pick = (one: Suggestion): void => {
    setText(one.text);
    box.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (list.onKey(event, pick)) return event.preventDefault();
    if (event.key === 'Escape') return box.current?.blur();
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  };

  return (
    <div class="composer">
      {hint !== null && (
        <Hint
          text={hint}
          use={(command) => {
            setText(command);
            setHint(null);
            box.current?.focus();
          }}
        />
      )}
      {busy !== null && (
        <div class="composer-hint" role="status">
          {busy}
        </div>
      )}
      {list.items.length > 0 && (
        <SuggestionList id={listId} items={list.items} chosen={list.chosen} pick={pick} />
      )}
      <div class={`composer-box ${sending ? 'sending' : ''}`}>
        <textarea
          ref={box}
          rows={1}
          value={text}
          placeholder={placeholder}
          aria-label={placeholder}
          data-composer={place.thread === null ? 'channel' : 'thread'}
          aria-autocomplete="list"
          // Only of a list that is there.
          aria-controls={list.items.length > 0 ? listId : undefined}
          aria-activedescendant={list.items.length > 0 ? `${listId}-${list.chosen}` : undefined}
          readOnly={sending}
          enterkeyhint="send"
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          class="send"
          aria-label="Send"
          disabled={text.trim() === '' || sending}
          onClick={() => void send()}
        >
          {sending ? <span class="spinner" /> : <Icon name="send" />}
        </button>
      </div>
    </div>
  );
}

/** What can be made of words in a channel: the command they are but for the slash, or a task. */
function Hint({ text, use }: { text: string; use: (command: string) => void }) {
  const slashless = /^ao\s+\S/.test(text);
  const command = slashless ? `/${text}` : taskOf(text);
  return (
    <div class="composer-hint" role="status">
      {slashless
        ? 'Commands begin with a slash. Did you mean '
        : 'A message in a channel goes to nobody. Reply in a thread to reach its agent, or '}
      <button type="button" class="link" onClick={() => use(command)}>
        {slashless ? command : 'start a session with this text'}
      </button>
      {slashless && '?'}
    </div>
  );
}

const taskOf = (text: string): string => `/ao spawn "${text.replaceAll('"', "'")}"`;

/** A command in one of its forms, with or without the slash. */
const isTyped = (text: string): boolean => /^(\/?ao(\s|$)|[!@])/.test(text);

/** Null: words in a channel that are no command. */
function draftOf(place: Place, text: string): Draft | null {
  if (isCommand(text) || (place.thread === null && /^[!@]/.test(text)))
    return { type: 'command', ...place, text };
  return place.thread === null
    ? null
    : { type: 'reply', channel: place.channel, thread: place.thread, text };
}

function SuggestionList({
  id,
  items,
  chosen,
  pick,
}: {
  id: string;
  items: readonly Suggestion[];
  chosen: number;
  pick: (one: Suggestion) => void;
}) {
  return (
    <div class="suggestions" id={id} role="listbox" aria-label="Suggestions">
      {items.map((item, at) => (
        <div
          key={item.text}
          id={`${id}-${at}`}
          role="option"
          tabIndex={-1}
          aria-selected={at === chosen}
          onMouseDown={(event) => {
            event.preventDefault();
            pick(item);
          }}
        >
          <span>{item.label}</span>
          <span class="faint">{item.about}</span>
        </div>
      ))}
    </div>
  );
}

function useSuggestions(model: Model, place: Place, text: string) {
  const [chosen, setChosen] = useState(0);
  const [closedFor, setClosedFor] = useState<string | null>(null);
  const wantsIssues = /^(\/ao\s+|\/|!)spawn\s/.test(text);
  useEffect(() => {
    if (wantsIssues && model.issues.value === null)
      void model.api.get<IssueView[]>('issues?state=open').then(
        (found) => {
          model.issues.value = found;
        },
        () => {},
      );
  }, [wantsIssues]);
  useEffect(() => setChosen(0), [text]);

  const project =
    model.channels.value.find((channel) => channel.id === place.channel)?.project ?? null;
  const items =
    text === closedFor || text === ''
      ? []
      : suggest(text, {
          sessions: [...model.sessions.value.values()],
          issues: model.issues.value ?? [],
          projects: model.projects.value.map((one) => one.id),
          project,
        }).filter((item) => item.text.trim() !== text.trim());

  const onKey = (event: KeyboardEvent, pick: (one: Suggestion) => void): boolean => {
    const at = items[chosen];
    if (!at) return false;
    if (event.key === 'ArrowDown') setChosen((chosen + 1) % items.length);
    else if (event.key === 'ArrowUp') setChosen((chosen - 1 + items.length) % items.length);
    else if (event.key === 'Escape') {
      event.stopPropagation();
      setClosedFor(text);
    } else if (event.key === 'Tab' && !event.shiftKey) pick(at);
    // A finished command is sent; an unfinished word is completed first.
    else if (event.key === 'Enter' && !event.shiftKey && !/\s$/.test(text) && !isWhole(text))
      pick(at);
    else return false;
    return true;
  };
  return { items, chosen, onKey };
}

/** `/ao spawn 42` can be sent as it is, even when more would match. */
const isWhole = (text: string): boolean => /^(\/ao\s+|!)\S+\s+\S+/.test(text);

function grow(box: HTMLTextAreaElement | null): void {
  if (!box) return;
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
}
