import {
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from 'discord.js';
import type { Form, FormField } from '../../../../src/slots/chat.ts';
import { cut, LIMITS } from '../limits.ts';

/** A form as a modal: at most five fields, each with its label. Optional ones are left out first. */
export function modalOf(form: Form): APIModalInteractionResponseCallbackData {
  const needed = form.fields.filter((field) => !field.optional).length;
  let spare = Math.max(0, LIMITS.modalFields - needed);
  const shown = form.fields
    .filter((field) => !field.optional || spare-- > 0)
    .slice(0, LIMITS.modalFields);
  return {
    custom_id: form.id,
    title: cut(form.title, LIMITS.modalTitle),
    components: shown.map(labelled),
  };
}

type Labelled = APIModalInteractionResponseCallbackData['components'][number];

const labelled = (field: FormField): Labelled => ({
  type: ComponentType.Label,
  label: cut(field.label, LIMITS.fieldLabel),
  component: field.kind === 'select' ? select(field) : input(field),
});

const select = (
  field: FormField,
): Extract<Labelled, { type: ComponentType.Label }>['component'] => ({
  type: ComponentType.StringSelect,
  custom_id: field.id,
  required: !field.optional,
  options: (field.options ?? []).slice(0, LIMITS.selectOptions).map(({ value, label }) => ({
    value: value.slice(0, LIMITS.optionLabel),
    label: cut(label, LIMITS.optionLabel),
    ...(value === field.initial ? { default: true } : {}),
  })),
});

const input = (
  field: FormField,
): Extract<Labelled, { type: ComponentType.Label }>['component'] => ({
  type: ComponentType.TextInput,
  custom_id: field.id,
  style: field.kind === 'multiline' ? TextInputStyle.Paragraph : TextInputStyle.Short,
  required: !field.optional,
  max_length: LIMITS.fieldValue,
  ...(field.initial === undefined || field.initial === ''
    ? {}
    : { value: field.initial.slice(0, LIMITS.fieldValue) }),
  ...(field.placeholder === undefined
    ? {}
    : { placeholder: cut(field.placeholder, LIMITS.fieldPlaceholder) }),
});
