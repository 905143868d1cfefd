/**
 * Files that a patch of git touches, under their old and new names. Only lines of the headers are read: what stands in a file
 * begins with a blank, + or -, so no content can pass for a header. Null: a header could not be understood.
 */
export function changedFiles(patch: string): ReadonlySet<string> | null {
  const files = new Set<string>();
  for (const line of patch.split('\n')) {
    const renamed = /^(?:rename|copy) (?:from|to) (.+)$/.exec(line.replace(/\r$/, ''));
    if (renamed !== null) files.add(unquoted(renamed[1] ?? ''));
    if (!line.startsWith('diff --')) continue;
    const names = namesOf(line.replace(/\r$/, ''));
    if (names === null) return null;
    for (const name of names) files.add(name);
  }
  return files;
}

/** `diff --git a/x b/x`; with unlike names both are told by `rename from` and `rename to` as well. */
function namesOf(line: string): readonly string[] | null {
  const rest = /^diff --git (.+)$/.exec(line)?.[1];
  if (rest === undefined) return null;
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(rest);
  if (quoted !== null)
    return [quoted[1], quoted[2]].map((name) => unquoted(name ?? '').replace(/^[ab]\//, ''));
  // Names with blanks are not quoted: both halves are the same then, or rename lines follow.
  const half = (rest.length - 1) / 2;
  const [left, right] = [
    rest.slice(0, half).replace(/^a\//, ''),
    rest.slice(half + 1).replace(/^b\//, ''),
  ];
  return Number.isInteger(half) && left === right ? [left] : [];
}

/** Git quotes names with control characters, quotes or bytes beyond ASCII like a C string. */
function unquoted(name: string): string {
  if (!/^".*"$/.test(name)) return name;
  const bytes: number[] = [];
  const escapes: Readonly<Record<string, number>> = {
    n: 10,
    t: 9,
    r: 13,
    a: 7,
    b: 8,
    f: 12,
    v: 11,
    '"': 34,
    '\\': 92,
  };
  for (const [, octal, letter, plain] of name
    .slice(1, -1)
    .matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (letter !== undefined) bytes.push(escapes[letter] ?? letter.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(plain ?? ''));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
