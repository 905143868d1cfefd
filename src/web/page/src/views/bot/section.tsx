import type { ComponentChildren } from 'preact';

export function Section({
  title,
  note,
  failed = null,
  again,
  children,
}: {
  title: string;
  note?: ComponentChildren;
  failed?: string | null;
  again?: () => void;
  children: ComponentChildren;
}) {
  return (
    <section class="bot-section" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span class="view-note">{note}</span>
        {again !== undefined && (
          <button type="button" class="link" onClick={again}>
            Look again
          </button>
        )}
      </header>
      {failed === null ? children : <p class="field-error">{failed}</p>}
    </section>
  );
}

export function Table({
  label,
  heads,
  children,
}: {
  label: string;
  heads: readonly string[];
  children: ComponentChildren;
}) {
  return (
    <section
      class="table-wrap"
      aria-label={`Table: ${label}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
      tabIndex={0}
    >
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
