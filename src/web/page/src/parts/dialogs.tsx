import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Form, FormField } from '../../../../slots/chat.ts';
import { exclusive, sendInput } from '../live/actions.ts';
import type { Place } from '../live/model.ts';
import { SHORTCUTS } from '../live/shortcuts.ts';
import { useModel } from './context.ts';
import { Icon } from './icon.tsx';
import { Markdown } from './markdown.tsx';

export function Dialogs() {
  const model = useModel();
  const dialog = model.dialog.value;
  const close = (): void => {
    // Only what was asked is closed: an answer may have opened the next one.
    if (model.dialog.value === dialog) model.dialog.value = null;
  };
  if (!dialog) return null;
  switch (dialog.type) {
    case 'form':
      return (
        <FormDialog key={dialog.form.id} form={dialog.form} place={dialog.place} close={close} />
      );
    case 'ask':
      return <AskDialog {...dialog} close={close} />;
    case 'help':
      return <HelpDialog close={close} />;
    case 'confirm': {
      const run = (): void => {
        close();
        dialog.run();
      };
      return (
        <Modal title={dialog.title} close={close}>
          <Markdown text={dialog.text} />
          <footer>
            <button type="button" class="button" onClick={close}>
              Cancel
            </button>
            <button
              type="button"
              class={`button ${dialog.danger ? 'danger-solid' : 'primary'}`}
              onClick={run}
              data-first
            >
              {dialog.ok}
            </button>
          </footer>
        </Modal>
      );
    }
  }
}

function Modal({
  title,
  close,
  children,
}: {
  title: string;
  close: () => void;
  children: ComponentChildren;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>('[data-first]')?.focus();
    const onBackdrop = (event: MouseEvent): void => {
      if (event.target === dialog) close();
    };
    dialog?.addEventListener('click', onBackdrop);
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class="modal"
      aria-labelledby="modal-title"
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <div class="modal-body">
        <header>
          <h2 id="modal-title">{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

function AskDialog({
  title,
  label,
  ok,
  run,
  close,
}: {
  title: string;
  label: string;
  ok: string;
  run: (text: string) => void;
  close: () => void;
}) {
  const [text, setText] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    close();
    run(text.trim());
  };
  return (
    <Modal title={title} close={close}>
      <form onSubmit={submit}>
        <label class="field">
          <span>{label}</span>
          <textarea
            rows={4}
            value={text}
            data-first
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={submitOnModEnter}
          />
        </label>
        <footer>
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={text.trim() === ''}>
            {ok}
          </button>
        </footer>
      </form>
    </Modal>
  );
}

function submitOnModEnter(event: KeyboardEvent & { currentTarget: HTMLTextAreaElement }): void {
  if (event.key === 'Enter' && (event.metaKey || event.ctrlKey))
    event.currentTarget.form?.requestSubmit();
}

/** A form of the server. Errors keep it open beside their fields. */
function FormDialog({ form, place, close }: { form: Form; place: Place; close: () => void }) {
  const model = useModel();
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(
      form.fields.map((field) => [
        field.id,
        field.initial ??
          (field.kind === 'select' && !field.optional ? (field.options?.[0]?.value ?? '') : ''),
      ]),
    ),
  );
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const key = `form/${form.id}`;
  const busy = model.pending.value.has(key);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    await exclusive(model, key, async () => {
      const reply = await sendInput(model, { type: 'form', ...place, form: form.id, values });
      setErrors(reply.errors ?? {});
      if (!reply.errors) close();
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
              set={(value) => setValues({ ...values, [field.id]: value })}
            />
            {errors[field.id] && (
              <span class="field-error" role="alert">
                {errors[field.id]}
              </span>
            )}
          </label>
        ))}
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

function HelpDialog({ close }: { close: () => void }) {
  return (
    <Modal title="Keyboard" close={close}>
      <dl class="shortcuts">
        {SHORTCUTS.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p class="faint">
        In a composer: Enter sends, Shift+Enter starts a new line, Tab completes a command.
      </p>
    </Modal>
  );
}
