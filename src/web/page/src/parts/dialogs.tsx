import { useState } from 'preact/hooks';
import type { Dialog } from '../live/model.ts';
import { SHORTCUTS } from '../live/shortcuts.ts';
import { Blocks } from './blocks.tsx';
import { useModel } from './context.ts';
import { FormDialog } from './form-dialog.tsx';
import { lazy } from './lazy.tsx';
import { Markdown } from './markdown.tsx';
import { Modal, submitOnModEnter } from './modal.tsx';
import { useDraft } from './use-draft.ts';

const Palette = lazy(() => import('./palette.tsx'));

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
    case 'answer':
      return <AnswerDialog {...dialog} close={close} />;
    case 'help':
      return <HelpDialog close={close} />;
    case 'palette':
      return <Palette close={close} />;
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

function AskDialog({
  title,
  label,
  ok,
  draft,
  run,
  close,
}: Extract<Dialog, { type: 'ask' }> & { close: () => void }) {
  const typed = useDraft(draft);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const taken = await run(typed.text.trim(), typed.delivery());
    setBusy(false);
    if (!taken) return;
    typed.clear();
    close();
  };
  return (
    <Modal title={title} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <label class="field">
          <span>{label}</span>
          <textarea
            rows={4}
            value={typed.text}
            data-first
            onInput={(event) => typed.set(event.currentTarget.value)}
            onKeyDown={submitOnModEnter}
          />
        </label>
        <footer>
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            class="button primary"
            disabled={busy || typed.text.trim() === ''}
            aria-busy={busy}
          >
            {busy && <span class="spinner" />}
            {ok}
          </button>
        </footer>
      </form>
    </Modal>
  );
}

/** A private answer to something pressed elsewhere than in its thread. */
function AnswerDialog({
  id,
  message,
  from,
  close,
}: Extract<Dialog, { type: 'answer' }> & { close: () => void }) {
  return (
    <Modal title="Only you can see this" close={close}>
      <Blocks content={message} source={{ message: id, place: from, seen: from }} />
      <footer>
        <button type="button" class="button" onClick={close} data-first>
          Close
        </button>
      </footer>
    </Modal>
  );
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
