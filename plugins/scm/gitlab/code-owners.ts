/** `[Section]`, `^[Optional]`, `[Section][2]`, each with owners for lines that name none. */
const SECTION = /^\^?\[[^\]]*\](?:\[\d+\])?(?:\s+(.*))?$/;
const ROLE = /^@@\w+$/;

/**
 * GitLab's dialect as plain lines: owners of a section stand behind each of its paths that names none. Roles (`@@maintainer`) name
 * no login and are left out; the last line that fits a file counts, over all sections.
 */
export function plainCodeOwners(text: string): string {
  let inherited: readonly string[] = [];
  const lines: string[] = [];
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    const section = SECTION.exec(line);
    if (section !== null) {
      inherited = ownersIn((section[1] ?? '').split(/\s+/));
      continue;
    }
    if (line === '' || line.startsWith('#') || line.startsWith('!')) continue;
    const [path = '', ...named] = line.replace(/\s#.*$/, '').split(/(?<!\\)\s+/);
    const owners = ownersIn(named);
    lines.push([path, ...(named.length === 0 ? inherited : owners)].join(' '));
  }
  return `${lines.join('\n')}\n`;
}

const ownersIn = (words: readonly string[]): readonly string[] =>
  words.filter((word) => word !== '' && !ROLE.test(word));
