/** A line of a CODEOWNERS file. */
export interface OwnedPattern {
  readonly pattern: string;
  /** `@login` and `@org/team` without the @, lower case; addresses as they are. Empty: nobody owns it. */
  readonly owners: readonly string[];
}

/** Lines in their order: of those that match a file the last one counts. */
export function parseCodeOwners(text: string): readonly OwnedPattern[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const words = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      // A blank in a path is written as `\ `.
      .split(/(?<!\\)\s+/);
    const [pattern, ...owners] = words;
    // Sections and negations are not part of GitHub's format; a line that is not understood gives nobody a right.
    if (pattern === undefined || pattern === '' || /^[![]/.test(pattern)) return [];
    return [{ pattern, owners: owners.map((owner) => owner.replace(/^@/, '').toLowerCase()) }];
  });
}

/** Who owns a file. `matches` says whether a pattern, in the form of gitignore, fits it. */
export function ownersOfFile(
  lines: readonly OwnedPattern[],
  file: string,
  matches: (pattern: string, file: string) => boolean,
): readonly string[] {
  return lines.findLast((line) => matches(line.pattern, file))?.owners ?? [];
}
