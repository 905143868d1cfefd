import type { HomeView, InputBlock, KnownBlock, ModalView } from '@slack/types';
import type { ChatMessage, Form, FormField } from '../../../../src/slots/chat.ts';
import { plain, staticSelect } from './controls.ts';
import { LIMITS } from './limits.ts';
import { renderMessage } from './message.ts';
import { cut } from './mrkdwn.ts';

/** Callback id of every form; which one it is, and where it came from, is in its metadata. */
export const FORM = 'ao_form';
/** Action id of every input. */
const INPUT = 'value';

/** Where the form was asked for. */
export interface FormPlace {
  readonly channel: string;
  readonly thread: string | null;
}

export function formView(form: Form, place: FormPlace): ModalView {
  return {
    type: 'modal',
    callback_id: FORM,
    title: plain(form.title, LIMITS.viewTitle),
    submit: plain(form.submit, LIMITS.viewButton),
    close: plain('Cancel', LIMITS.viewButton),
    private_metadata: JSON.stringify({ form: form.id, ...place }),
    blocks: form.fields.map(input),
  };
}

function input(field: FormField): InputBlock {
  return {
    type: 'input',
    block_id: field.id,
    label: plain(field.label, LIMITS.label),
    optional: field.optional,
    element: element(field),
  };
}

function element(field: FormField): InputBlock['element'] {
  if (field.kind === 'select' && field.options !== undefined && field.options.length > 0)
    return staticSelect(INPUT, field.placeholder ?? 'Choose', field.options, field.initial);
  return {
    type: 'plain_text_input',
    action_id: INPUT,
    multiline: field.kind === 'multiline',
    ...(field.initial === undefined ? {} : { initial_value: cut(field.initial, LIMITS.initial) }),
    ...(field.placeholder === undefined
      ? {}
      : { placeholder: plain(field.placeholder, LIMITS.inputPlaceholder) }),
  };
}

interface SubmittedValue {
  readonly value?: string | null;
  readonly selected_option?: { readonly value: string } | null;
}

/** What the person filled in, by field; fields left empty are left out. */
export function submittedValues(
  state: Readonly<Record<string, Readonly<Record<string, SubmittedValue>>>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(state).flatMap(([field, inputs]) => {
    const given = inputs[INPUT];
    const value = given?.selected_option?.value ?? given?.value ?? null;
    return value === null ? [] : [[field, value] as const];
  });
  return Object.fromEntries(entries);
}

/** One part of the Home tab under its title. */
export interface HomePart {
  readonly title: string;
  readonly message: ChatMessage;
}

/** Parts share the blocks there are; what does not fit is said to be elsewhere. */
export function homeView(parts: readonly HomePart[]): HomeView {
  const each = Math.floor(LIMITS.homeBlocks / Math.max(1, parts.length)) - 2;
  const blocks = parts.flatMap(({ title, message }): KnownBlock[] => {
    const shown = renderMessage({ ...message, kind: 'post' }, { maxBlocks: each });
    return [{ type: 'header', text: plain(title, 150) }, ...shown.blocks, { type: 'divider' }];
  });
  return { type: 'home', blocks: uniqueActions(blocks) };
}

/** Two parts may offer the same button; in one view an action id may be there once. */
function uniqueActions(blocks: readonly KnownBlock[]): KnownBlock[] {
  const seen = new Set<string>();
  return blocks.flatMap((block): KnownBlock[] => {
    if (block.type !== 'actions') return [block];
    const elements = block.elements.filter((one) => {
      const id = one.action_id ?? '';
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    });
    return elements.length === 0 ? [] : [{ ...block, elements }];
  });
}
