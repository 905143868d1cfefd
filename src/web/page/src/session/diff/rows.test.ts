import { describe, expect, it } from 'vitest';
import { parsePatch } from './patch.ts';
import { hunkOf, splitRows, withoutWhitespace } from './rows.ts';

const patch = (body: string) => {
  const [file] = parsePatch(
    `diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -1,9 +1,9 @@\n${body}\n`,
  );
  if (!file) throw new Error('no file');
  return file;
};

describe('the lines of a file', () => {
  it('stand side by side: what was, what is', () => {
    const rows = splitRows(patch(' a\n-b\n-c\n+B\n d\n+e').lines);
    expect(
      rows.map((row) =>
        row.kind === 'whole' ? row.line.kind : [row.before?.text ?? '', row.after?.text ?? ''],
      ),
    ).toEqual(['hunk', ['a', 'a'], ['b', 'B'], ['c', ''], ['d', 'd'], ['', 'e']]);
  });

  it('lose what differs in white space only, and nothing else', () => {
    const file = withoutWhitespace(
      patch('-if (a) {\n-b();\n-}\n-c( 1 );\n+  b();\n+new();\n+c(1);\n+'),
    );
    expect(file.lines.map(({ kind, text }) => `${kind} ${text}`).slice(1)).toEqual([
      'del if (a) {',
      'same   b();',
      'del }',
      'add new();',
      'same c(1);',
      'add ',
    ]);
    expect([file.additions, file.deletions]).toEqual([2, 2]);
    expect(file.lines[2]).toMatchObject({ before: 2, after: 1 });
  });

  it('are told with those before them, inside their hunk', () => {
    const file = patch(' a\n b\n-c\n+C\n d');
    const line = file.lines.find(({ text }) => text === 'C');
    expect(line && hunkOf(file, line)).toBe(' a\n b\n-c\n+C');
  });
});
