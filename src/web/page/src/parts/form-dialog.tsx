import { useState } from 'preact/hooks';
import type { ChatMessage, Form, FormField } from '../../../../slots/chat.ts';
import { type Draft, exclusive, postInput, showAnswer } from '../live/actions.ts';
import type { Place } from '../live/model.ts';
import { useModel } from './context.ts';
import { Markdown } from './markdown.tsx';
import { Modal, submitOnModEnter } from './modal.tsx';
import { useDraft } from './use-draft.ts';

const initialValues = (form: Form): Readonly<Record<string, string>> =>
  Object.fromEntries(
    form.fields.map((field) => [
      field.id,
      field.initial ??
        (field.kind === 'select' && !field.optional ? (field.options?.[0]?.value ?? '') : ''),
    ]),
  );

/** A form of the server. Errors and refusals keep it open, with what was typed. */
export function FormDialog({
  form,
  place,
  close,
}: {
  form: Form;
  place: Place;
  close: () => void;
}) {
  const model = useModel();
  const typed = useDraft(`form/${form.id}`, JSON.stringify(initialValues(form)));
  const values = JSON.parse(typed.text) as Readonly<Record<string, string>>;
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [refusal, setRefusal] = useState<ChatMessage | null>(null);
  const key = `form/${form.id}`;
  const busy = model.pending.value.has(key);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    await exclusive(model, key, async () => {
      const delivery = typed.delivery();
      const draft: Draft = { type: 'form', ...place, form: form.id, values };
      const reply = await postInput(model, draft, delivery);
      setErrors(reply.errors ?? {});
      setRefusal(reply.refused === true ? (reply.whisper ?? null) : null);
      // The same text sent again is another try, not a repetition of the one that was answered.
      if (reply.errors || reply.refused) return typed.set(JSON.stringify(values));
      typed.clear();
      close();
      if (reply.whisper)
        showAnswer(model, { id: `whisper-${delivery}`, message: reply.whisper, from: place });
    });
  };
  return (
    <Modal title={form.title} close={close}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        {form.fields.map((field, at) => (
          <label class="field" key={field.id} htmlFor={field.id}>
            <span>
              {field.label}
              {field.optional && <em> optional</em>}
            </span>
            <FieldInput
              field={field}
              value={values[field.id] ?? ''}
              first={at === 0}
              set={(value) => typed.set(JSON.stringify({ ...values, [field.id]: value }))}
            />
            {errors[field.id] && (
              <span class="field-error" role="alert">
                {errors[field.id]}
              </span>
            )}
          </label>
        ))}
        {refusal !== null && (
          <div class="field-error" role="alert">
            <Markdown text={refusal.text} />
          </div>
        )}
        <footer>
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={busy} aria-busy={busy}>
            {busy && <span class="spinner" />}
            {form.submit}
          </button>
        </footer>
      </form>
    </Modal>
  );
}

function FieldInput({
  field,
  value,
  first,
  set,
}: {
  field: FormField;
  value: string;
  first: boolean;
  set: (value: string) => void;
}) {
  const common = {
    value,
    'data-first': first || undefined,
    id: field.id,
    placeholder: field.placeholder,
    name: field.id,
  };
  switch (field.kind) {
    case 'multiline':
      return (
        <textarea
          {...common}
          rows={4}
          onInput={(event) => set(event.currentTarget.value)}
          onKeyDown={submitOnModEnter}
        />
      );
    case 'text':
      return <input {...common} type="text" onInput={(event) => set(event.currentTarget.value)} />;
    case 'select':
      return (
        <select
          id={field.id}
          name={field.id}
          value={value}
          onChange={(event) => set(event.currentTarget.value)}
        >
          {field.optional && <option value="">default</option>}
          {field.options?.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      );
  }
}
