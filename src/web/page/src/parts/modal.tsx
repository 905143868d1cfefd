import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';

/** A dialog above everything; Escape and a click beside it close it, and the focus returns to where it was. */
export function Modal({
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

/** In a field of several lines Enter breaks the line; with Ctrl or Cmd it sends. */
export function submitOnModEnter(
  event: KeyboardEvent & { currentTarget: HTMLTextAreaElement },
): void {
  if (event.key === 'Enter' && (event.metaKey || event.ctrlKey))
    event.currentTarget.form?.requestSubmit();
}
