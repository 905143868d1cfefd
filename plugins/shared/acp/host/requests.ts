import { isOwnCommand } from '../../own-command.ts';
import { permissionText } from '../../permission-text.ts';
import { MOST_OPTIONS } from '../../program/protocol.ts';
import { isOrdinaryPlace } from './edit-place.ts';
import type { Journal } from './journal.ts';
import type { Elicitation, PermissionRequest, ToolCall } from './messages.ts';
import type { Screen } from './screen.ts';

export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly style: 'primary' | 'danger' | 'plain';
}

export interface Question {
  readonly kind: 'question' | 'permission';
  readonly title: string;
  readonly text: string;
  readonly options: readonly Choice[];
  readonly freeText: boolean;
}

export interface Answer {
  readonly option: string | null;
  readonly text: string | null;
}

interface Open extends Question {
  readonly id: string;
  readonly settle: (answer: Answer | null) => void;
}

/** Agents may ask for several things at once; people are asked one after another. */
export class RequestDesk {
  readonly #journal: Journal;
  readonly #screen: Screen;
  readonly #waiting: Open[] = [];
  #asked = 0;

  constructor(journal: Journal, screen: Screen) {
    this.#journal = journal;
    this.#screen = screen;
  }

  get open(): Open | null {
    return this.#waiting[0] ?? null;
  }

  /** Resolves with the answer; null when the turn was interrupted. */
  ask(question: Question): Promise<Answer | null> {
    this.#asked += 1;
    const id = `acp-${Date.now().toString(36)}-${this.#asked}`;
    return new Promise((resolve) => {
      this.#waiting.push({ ...question, id, settle: resolve });
      if (this.#waiting.length === 1) this.#show();
    });
  }

  /** False: that request is not open, or there is no such choice. */
  answer(id: string, answer: Answer): boolean {
    const request = this.open;
    if (request === null || request.id !== id) return false;
    const option = request.options.find((one) => one.id === answer.option);
    if (option === undefined && !(request.freeText && (answer.text ?? '').trim() !== ''))
      return false;
    this.#waiting.shift();
    const words = option?.label ?? answer.text ?? '';
    this.#journal.tell({ type: 'answered', id, answer: words });
    this.#screen.note(`Answer: ${words}`);
    request.settle(
      option === undefined
        ? { option: null, text: answer.text }
        : { option: option.id, text: null },
    );
    this.#show();
    return true;
  }

  /** A line typed at the terminal. */
  typed(line: string): void {
    const request = this.open;
    if (request === null) return;
    const option = /^\d+$/.test(line.trim()) ? request.options[Number(line) - 1] : undefined;
    if (
      !this.answer(request.id, {
        option: option?.id ?? null,
        text: option === undefined ? line : null,
      })
    )
      this.#show();
  }

  cancelAll(): void {
    for (const request of this.#waiting.splice(0)) {
      this.#journal.tell({ type: 'answered', id: request.id, answer: 'interrupted' });
      request.settle(null);
    }
  }

  #show(): void {
    const request = this.open;
    if (request === null) return;
    const { id, kind, title, text, options, freeText } = request;
    this.#journal.tell({
      type: 'waiting',
      request: { id, kind, title, text, options: [...options], freeText },
    });
    this.#screen.ask(
      title,
      text,
      options.map((option) => option.label),
      freeText,
    );
  }
}

export function permissionQuestion({ toolCall, options }: PermissionRequest): Question {
  return {
    kind: 'permission',
    title: toolCall.title ?? toolCall.kind ?? 'Use a tool',
    text: permissionText(toolDetail(toolCall)),
    options: options
      .slice(0, MOST_OPTIONS)
      .map(({ optionId, name, kind }) => ({ id: optionId, label: name, style: styleOf(kind) })),
    freeText: false,
  };
}

const styleOf = (kind: string): Choice['style'] =>
  kind === 'allow_once' ? 'primary' : kind.startsWith('reject') ? 'danger' : 'plain';

const filesOf = ({
  content,
  locations,
}: Pick<ToolCall, 'content' | 'locations'>): readonly string[] => [
  ...new Set([
    ...(content ?? []).flatMap((part) =>
      part.type === 'diff' && 'path' in part ? [part.path] : [],
    ),
    ...(locations ?? []).map(({ path }) => path),
  ]),
];

/** An edit is only taken for one of the worktree's when the agent names its files, and all of them are there. */
export function staysInside(toolCall: ToolCall, folder: string): boolean {
  const files = filesOf(toolCall);
  return files.length > 0 && files.every((file) => isOrdinaryPlace(folder, file));
}

/** What is allowed without asking anybody: edits of the worktree where the mode says so, and ao's own commands. */
export function isAllowed(
  toolCall: ToolCall,
  { approve, cwd }: { readonly approve: 'nothing' | 'edits' | 'everything'; readonly cwd: string },
): boolean {
  const command = commandOf(toolCall);
  if (typeof command === 'string' && isOwnCommand(command)) return true;
  return (
    approve === 'everything' ||
    (approve === 'edits' && toolCall.kind === 'edit' && staysInside(toolCall, cwd))
  );
}

const commandOf = ({ rawInput }: ToolCall): unknown =>
  typeof rawInput === 'object' && rawInput !== null && 'command' in rawInput
    ? rawInput.command
    : null;

/** The command, else the files, else what the agent shows of it. */
function toolDetail(toolCall: ToolCall): string {
  const { content, locations, title } = toolCall;
  const command = commandOf(toolCall);
  if (typeof command === 'string') return command;
  if (Array.isArray(command)) return command.join(' ');
  const files = filesOf({ content, locations });
  if (files.length > 0) return files.join('\n');
  const words = (content ?? []).flatMap((part) =>
    'content' in part && part.content.type === 'text' && 'text' in part.content
      ? [part.content.text]
      : [],
  );
  return words.join('\n') || (title ?? '');
}

/** One question per field of the form. */
export function formQuestions({
  message,
  requestedSchema,
}: Elicitation): ReadonlyArray<{ readonly field: string; readonly question: Question }> {
  const fields = Object.entries(requestedSchema.properties);
  return fields.map(([field, schema]) => {
    const listed =
      schema.oneOf?.map((one) => ({ id: one.const, label: one.title })) ??
      schema.enum?.map((one) => ({ id: one, label: one })) ??
      [];
    const yesNo =
      schema.type === 'boolean'
        ? [
            { id: 'true', label: 'Yes' },
            { id: 'false', label: 'No' },
          ]
        : [];
    const options = [...listed, ...yesNo]
      .slice(0, MOST_OPTIONS)
      .map((option) => ({ ...option, style: 'plain' as const }));
    return {
      field,
      question: {
        kind: 'question',
        title: fields.length === 1 ? message : (schema.title ?? field),
        text: fields.length === 1 ? (schema.description ?? '') : message,
        options,
        freeText: options.length === 0,
      },
    };
  });
}
