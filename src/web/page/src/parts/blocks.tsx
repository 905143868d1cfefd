import { useState } from 'preact/hooks';
import type { Block, Button, ChatMessage, Select } from '../../../../slots/chat.ts';
import { exclusive, openSession, sendInput } from '../live/actions.ts';
import type { Place } from '../live/model.ts';
import type { Tab } from '../live/route.ts';
import { useModel } from './context.ts';
import { Icon } from './icon.tsx';
import { isOwnAddress, Markdown } from './markdown.tsx';
import { ScrollText } from './scroll-text.tsx';

/** `message` is the id that goes with a pressed button, `seen` the stream it is pressed in: a card of a thread is shown in its channel too. */
export interface Source {
  readonly message: string;
  readonly place: Place;
  readonly seen: Place;
}

export function Blocks({ content, source }: { content: ChatMessage; source: Source }) {
  return (
    <div class="blocks">
      {content.blocks.length === 0 && <Markdown text={content.text} />}
      {content.blocks.map((block, at) => (
        <BlockView key={at} block={block} content={content} source={source} />
      ))}
      {content.files?.map((file) => (
        <FileLink key={file.name} file={file} />
      ))}
    </div>
  );
}

function BlockView({
  block,
  content,
  source,
}: {
  block: Block;
  content: ChatMessage;
  source: Source;
}) {
  switch (block.type) {
    case 'text':
      return <Markdown text={block.text} />;
    case 'context':
      return (
        <div class="block-context">
          <Markdown text={block.text} inline />
        </div>
      );
    case 'code':
      return <CodeBlock title={block.title} text={block.text} folded={block.folded} />;
    case 'fields':
      return (
        <dl class="block-fields">
          {block.fields.map((field) => (
            <div key={field.name}>
              <dt>{field.name}</dt>
              <dd>
                <Markdown text={field.value} inline />
              </dd>
            </div>
          ))}
        </dl>
      );
    case 'table':
      return <DataTable columns={block.columns} rows={block.rows} />;
    case 'buttons':
      return (
        <div class="block-buttons">
          {block.buttons.map((button) => (
            <ActionButton key={button.id} button={button} source={source} />
          ))}
        </div>
      );
    case 'select':
      return <ActionSelect select={block.select} source={source} />;
    case 'image':
      return <ImageBlock name={block.file} alt={block.alt} content={content} />;
    case 'divider':
      return <hr class="block-divider" />;
  }
}

const FEW_LINES = 6;

function CodeBlock({
  title,
  text,
  folded,
}: {
  title: string | null;
  text: string;
  folded: boolean;
}) {
  const lines = text.split('\n');
  const long = folded && lines.length > FEW_LINES;
  const [open, setOpen] = useState(!long);
  return (
    <figure class={title === null ? 'block-code wrapped' : 'block-code'}>
      {title !== null && (
        <figcaption>
          <Icon name="file" size={13} />
          {title}
        </figcaption>
      )}
      <ScrollText label={title ?? 'code'}>
        {open ? text : lines.slice(0, FEW_LINES).join('\n')}
      </ScrollText>
      {long && (
        <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Fold' : `Show ${lines.length - FEW_LINES} more lines`}
        </button>
      )}
    </figure>
  );
}

function DataTable({
  columns,
  rows,
}: {
  columns: readonly string[];
  rows: ReadonlyArray<readonly string[]>;
}) {
  return (
    <div class="table-wrap">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, at) => (
                <td key={at}>
                  <Markdown text={cell} inline />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The page has these itself, so the button opens the tab and asks nothing of the server. */
const OWN_TABS: Readonly<Record<string, Tab>> = {
  diff: 'diff',
  terminal: 'terminal',
  check_log: 'checks',
  open_thread: 'thread',
};

function ActionButton({ button, source }: { button: Button; source: Source }) {
  const model = useModel();
  const key = `${source.message}/${button.id}`;
  const busy = model.pending.value.has(key);
  const [verb = '', session = ''] = button.id.split(':');
  const tab = model.sessions.value.has(session) ? OWN_TABS[verb] : undefined;
  if (button.url !== undefined && tab === undefined)
    return <LinkButton label={button.label} url={button.url} />;

  const send = (): void => {
    void exclusive(model, key, () =>
      sendInput(
        model,
        {
          type: 'action',
          ...source.place,
          message: source.message,
          action: button.id,
          value: null,
        },
        { seen: { place: source.seen, under: source.message } },
      ),
    );
  };
  const press = () => {
    if (tab) return openSession(model, session, tab);
    if (!button.confirm) return send();
    model.dialog.value = {
      type: 'confirm',
      title: button.confirm.title,
      text: button.confirm.text,
      ok: button.confirm.ok,
      danger: button.style === 'danger',
      run: send,
    };
  };
  return (
    <button
      type="button"
      class={`button ${button.style}`}
      disabled={busy}
      aria-busy={busy}
      data-action={button.id}
      onClick={press}
    >
      {busy && <span class="spinner" />}
      {button.label}
    </button>
  );
}

function LinkButton({ label, url }: { label: string; url: string }) {
  if (isOwnAddress(url))
    return (
      <a class="button" href={url}>
        {label}
      </a>
    );
  return /^https?:/i.test(url) ? (
    <a class="button" href={url} target="_blank" rel="noopener noreferrer">
      {label}
    </a>
  ) : null;
}

function ActionSelect({ select, source }: { select: Select; source: Source }) {
  const model = useModel();
  const key = `${source.message}/${select.id}`;
  const choose = (event: Event & { currentTarget: HTMLSelectElement }): void => {
    const { value } = event.currentTarget;
    event.currentTarget.value = '';
    if (value !== '')
      void exclusive(model, key, () =>
        sendInput(
          model,
          {
            type: 'action',
            ...source.place,
            message: source.message,
            action: select.id,
            value,
          },
          { seen: { place: source.seen, under: source.message } },
        ),
      );
  };
  return (
    <select
      class="block-select"
      aria-label={select.placeholder}
      disabled={model.pending.value.has(key)}
      onChange={choose}
    >
      <option value="">{select.placeholder}</option>
      {select.options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

type AttachedFile = NonNullable<ChatMessage['files']>[number];

/** Attached images only: nothing is ever loaded from elsewhere. */
function ImageBlock({ name, alt, content }: { name: string; alt: string; content: ChatMessage }) {
  const file = content.files?.find((one) => one.name === name);
  return file ? (
    <img class="block-image" src={imageSource(file)} alt={alt} />
  ) : (
    <div class="block-context">{alt}</div>
  );
}

/** SVG is kept as text, other images as base64. An image element runs no scripts of an SVG. */
function imageSource({ name, content }: AttachedFile): string {
  if (content.startsWith('data:image/')) return content;
  if (name.endsWith('.svg')) return `data:image/svg+xml,${encodeURIComponent(content)}`;
  return `data:image/${name.endsWith('.png') ? 'png' : 'jpeg'};base64,${content}`;
}

function FileLink({ file }: { file: AttachedFile }) {
  if (/\.(svg|png|jpe?g)$/.test(file.name)) return null;
  return (
    <a
      class="file-link"
      href={`data:text/plain;charset=utf-8,${encodeURIComponent(file.content)}`}
      download={file.name}
    >
      <Icon name="file" size={14} />
      {file.name}
    </a>
  );
}
