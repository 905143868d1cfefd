import type { ComponentChildren } from 'preact';

interface ScrollTextProps {
  readonly label: string;
  readonly class?: string;
  /** Begin at the last line: what matters in a log is mostly there. */
  readonly fromEnd?: boolean;
  readonly children: ComponentChildren;
}

/** Preformatted text that may be larger than its box. It can be focused, because else the keyboard could not scroll it. */
export function ScrollText({
  label,
  class: name = '',
  fromEnd = false,
  children,
}: ScrollTextProps) {
  return (
    <section
      class={`scroll-text ${name}`}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      ref={fromEnd ? toEnd : null}
    >
      <pre>{children}</pre>
    </section>
  );
}

function toEnd(box: HTMLElement | null): void {
  if (box) box.scrollTop = box.scrollHeight;
}
