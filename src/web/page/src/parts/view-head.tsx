import type { ComponentChildren } from 'preact';

export function ViewHead({
  title,
  note,
  children,
}: {
  title: ComponentChildren;
  note?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <header class="view-head">
      <h1>{title}</h1>
      {note !== undefined && <span class="view-note">{note}</span>}
      <div class="view-tools">{children}</div>
    </header>
  );
}
