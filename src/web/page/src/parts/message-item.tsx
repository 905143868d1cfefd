import { useState } from 'preact/hooks';
import type { ChatMessage } from '../../../../slots/chat.ts';
import type { StoredMessage } from '../../../../slots/message-store.ts';
import { dismissWhisper, exclusive, openSession, sendInput } from '../live/actions.ts';
import { isRoot, type Place, type Whisper } from '../live/model.ts';
import { toneOf } from '../live/status.ts';
import { Avatar } from './avatar.tsx';
import { Blocks } from './blocks.tsx';
import { useModel } from './context.ts';
import { focusNow } from './focus.ts';
import { Icon } from './icon.tsx';
import { Markdown } from './markdown.tsx';
import { Time } from './time.tsx';
import { useDraft } from './use-draft.ts';
import { useSession } from './use-session.ts';

const RECEIPTS: Readonly<Record<string, string>> = {
  '👀': 'Received',
  '✅': 'The agent has it',
  '⚠️': 'Not delivered',
};

interface ItemProps {
  readonly message: StoredMessage;
  /** Same author shortly after: no name and avatar again. */
  readonly follows: boolean;
  /** The stream it is shown in. */
  readonly seen: Place;
}

export function MessageItem({ message, follows, seen }: ItemProps) {
  const model = useModel();
  const view = useSession(message.session);
  if (message.message?.kind === 'card') return <Card message={message} seen={seen} />;
  const place: Place = { channel: message.channel, thread: message.thread };
  const agent = message.message?.kind === 'agent';
  const name = agent ? (view?.agent ?? 'agent') : message.author.name;
  return (
    <article
      class={`message ${follows ? 'follows' : ''} ${agent ? 'speech' : ''}`}
      data-nav
      tabIndex={-1}
      data-message={message.id}
      aria-label={`${name}: ${message.text.slice(0, 80)}`}
    >
      <div class="gutter">
        {follows ? (
          <Time at={message.at} as="clock" />
        ) : (
          <Avatar name={name} kind={agent ? 'agent' : message.author.bot ? 'ao' : 'person'} />
        )}
      </div>
      <div class="body">
        {!follows && (
          <header>
            <strong>{name}</strong>
            {agent && <span class="badge">agent</span>}
            <Time at={message.at} />
          </header>
        )}
        {isPrivate(message) && (
          <PrivateNote
            onDismiss={() =>
              void exclusive(model, `dismiss/${message.id}`, () =>
                sendInput(model, {
                  type: 'delete',
                  channel: message.channel,
                  thread: message.thread ?? message.id,
                  message: message.id,
                }),
              )
            }
          />
        )}
        {message.message ? (
          <Blocks content={message.message} source={{ message: message.id, place, seen }} />
        ) : (
          <PersonText message={message} place={place} />
        )}
      </div>
    </article>
  );
}

const isPrivate = (message: StoredMessage): boolean => message.id.startsWith('whisper/');

function PersonText({ message, place }: { message: StoredMessage; place: Place }) {
  const model = useModel();
  const [editing, setEditing] = useState(false);
  const typed = useDraft(`edit/${message.id}`, message.text);
  const thread = place.thread;
  const own = message.author.subject === model.me.value?.subject && thread !== null;
  if (editing && thread !== null) {
    const close = (): void => {
      typed.clear();
      setEditing(false);
    };
    const save = async (): Promise<void> => {
      const sent = await exclusive(model, `edit/${message.id}`, () =>
        sendInput(
          model,
          {
            type: 'edit',
            channel: place.channel,
            thread,
            message: message.id,
            text: typed.text,
          },
          { delivery: typed.delivery() },
        ),
      );
      if (sent) close();
    };
    return (
      <form
        class="edit"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <textarea
          value={typed.text}
          aria-label="Edit message"
          rows={3}
          ref={focusNow}
          onInput={(event) => typed.set(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.stopPropagation();
              close();
            }
          }}
        />
        <div class="block-buttons">
          <button type="submit" class="button primary" disabled={typed.text.trim() === ''}>
            Save
          </button>
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
        </div>
      </form>
    );
  }
  const remove = (): void => {
    if (thread !== null)
      void exclusive(model, `delete/${message.id}`, () =>
        sendInput(model, { type: 'delete', channel: place.channel, thread, message: message.id }),
      );
  };
  return (
    <>
      <div class="said">
        <Markdown text={message.text} />
        {message.editedAt !== null && <span class="faint"> (edited)</span>}
      </div>
      {message.reactions.map((emoji) => (
        <span key={emoji} class="receipt" data-receipt={emoji} title={RECEIPTS[emoji] ?? ''}>
          <span aria-hidden="true">{emoji}</span> {RECEIPTS[emoji] ?? ''}
        </span>
      ))}
      {own && (
        <div class="hover-tools">
          <button type="button" onClick={() => setEditing(true)}>
            Edit
          </button>
          <button type="button" onClick={remove}>
            Delete
          </button>
        </div>
      )}
    </>
  );
}

/** The live card: root of a session's thread. */
function Card({ message, seen }: { message: StoredMessage; seen: Place }) {
  const model = useModel();
  const inThread = seen.thread !== null;
  const view = useSession(message.session);
  const content = message.message;
  if (!content) return null;
  const open = (): void => {
    if (message.session !== null) openSession(model, message.session);
  };
  const chosen = model.route.value.session === message.session && !inThread;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a larger target for the mouse; for keys there is the button inside
    <article
      class={`card tone-${view ? toneOf(view) : 'wait'} ${chosen ? 'chosen' : ''} ${message.ended ? 'ended' : ''}`}
      data-nav={inThread ? undefined : true}
      tabIndex={-1}
      data-message={message.id}
      aria-label={content.text}
      onClick={(event) => {
        if (!inThread && !(event.target as Element).closest('button, a, select, summary, pre'))
          open();
      }}
    >
      <Blocks
        content={withHeadline(content)}
        source={{
          message: message.id,
          place: { channel: message.channel, thread: message.thread },
          seen,
        }}
      />
      {!inThread && (
        <footer>
          <Time at={message.at} />
          <button
            type="button"
            data-open
            aria-label="Open thread"
            title="Open thread"
            onClick={open}
          >
            <Icon name="right" />
          </button>
        </footer>
      )}
    </article>
  );
}

/** The second line of a card's first text says whose turn it is; it gets a line and a colour of its own. */
function withHeadline(content: ChatMessage): ChatMessage {
  const [first, ...rest] = content.blocks;
  if (first?.type !== 'text') return content;
  const at = first.text.indexOf('\n');
  if (at < 0) return content;
  return {
    ...content,
    blocks: [
      { type: 'text', text: first.text.slice(0, at) },
      { type: 'context', text: first.text.slice(at + 1) },
      ...rest,
    ],
  };
}

export function WhisperItem({ whisper }: { whisper: Whisper }) {
  const model = useModel();
  return (
    <article class="message whisper" data-nav tabIndex={-1} aria-label="Private answer">
      <div class="gutter">
        <Avatar name="ao" kind="ao" />
      </div>
      <div class="body">
        <PrivateNote onDismiss={() => dismissWhisper(model, whisper.id)} />
        <Blocks
          content={whisper.message}
          source={{ message: whisper.id, place: whisper.from, seen: whisper.place }}
        />
      </div>
    </article>
  );
}

function PrivateNote({ onDismiss }: { onDismiss: () => void }) {
  return (
    <div class="private">
      Only you can see this
      <button
        type="button"
        class="link"
        onClick={onDismiss}
        aria-label="Dismiss this private answer"
      >
        Dismiss
      </button>
    </div>
  );
}

const TOGETHER = 4 * 60_000;

export function followsOn(message: StoredMessage, before: StoredMessage | undefined): boolean {
  return (
    before !== undefined &&
    !isRoot(before) &&
    !isRoot(message) &&
    before.author.subject === message.author.subject &&
    (before.message?.kind ?? null) === (message.message?.kind ?? null) &&
    message.at - before.at < TOGETHER
  );
}
