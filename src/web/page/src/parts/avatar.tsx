const HUES = 8;

export function Avatar({ name, kind }: { name: string; kind: 'ao' | 'agent' | 'person' }) {
  return (
    <span
      class={`avatar avatar-${kind} ${kind === 'ao' ? '' : `hue-${hueOf(name)}`}`}
      aria-hidden="true"
    >
      {kind === 'ao' ? 'ao' : name.slice(0, 1).toUpperCase()}
    </span>
  );
}

/** The same name always has the same colour. */
function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997;
  return sum % HUES;
}
