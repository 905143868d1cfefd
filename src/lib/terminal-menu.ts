export interface MenuOption {
  /** The digit that chooses it. */
  readonly key: string;
  readonly label: string;
}

/** The numbered choices of the dialog on a screen, in order; empty when no choice is marked as the current one. */
export function menuOptions(screen: string): readonly MenuOption[] {
  const options: MenuOption[] = [];
  for (const line of screen.split('\n')) {
    const match = /^\s*[❯›]?\s*([1-9])\. (?:\[.\] )?(.+?)\s*$/.exec(line);
    if (match === null) continue;
    // A menu starts at 1; what came before was an older one or a numbered list in the text.
    if (match[1] === '1') options.length = 0;
    if (Number(match[1]) === options.length + 1)
      options.push({ key: String(match[1]), label: String(match[2]) });
  }
  return /^\s*[❯›]\s*[1-9]\. /m.test(screen) ? options : [];
}
