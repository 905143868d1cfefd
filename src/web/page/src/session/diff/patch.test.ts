import { describe, expect, it } from 'vitest';
import { parsePatch } from './patch.ts';

const FILES = `diff --git a/old name.ts b/new name.ts
similarity index 90%
rename from old name.ts
rename to new name.ts
--- a/old name.ts
+++ b/new name.ts
@@ -1,2 +1,3 @@ head
 same
--- minus line
+++ plus line
+added
\\ No newline at end of file
diff --git a/gone.ts b/gone.ts
deleted file mode 100644
--- a/gone.ts
+++ /dev/null
@@ -7,1 +0,0 @@
-last words
diff --git a/logo.png b/logo.png
new file mode 100644
Binary files /dev/null and b/logo.png differ
diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
`;

describe('parsePatch', () => {
  const [renamed, gone, logo, mode] = parsePatch(FILES);

  it('reads a rename, with lines that look like headers', () => {
    expect(renamed).toMatchObject({
      path: 'new name.ts',
      from: 'old name.ts',
      change: 'renamed',
      additions: 2,
      deletions: 1,
    });
    expect(renamed?.lines.map((line) => [line.kind, line.before, line.after, line.text])).toEqual([
      ['hunk', null, null, '@@ -1,2 +1,3 @@ head'],
      ['same', 1, 1, 'same'],
      ['del', 2, null, '-- minus line'],
      ['add', null, 2, '++ plus line'],
      ['add', null, 3, 'added'],
      ['note', null, null, ' No newline at end of file'],
    ]);
  });

  it('names a deleted file', () => {
    expect(gone).toMatchObject({ path: 'gone.ts', from: null, change: 'deleted', deletions: 1 });
  });

  it('knows binary files and bare mode changes', () => {
    expect(logo).toMatchObject({ path: 'logo.png', binary: true, change: 'added', lines: [] });
    expect(mode).toMatchObject({ path: 'run.sh', binary: false, change: 'changed', lines: [] });
  });

  it('finds no files in nothing', () => {
    expect(parsePatch('')).toEqual([]);
  });

  it('reads paths that git puts into quotes', () => {
    const quoted = String.raw`diff --git "a/src/\303\244 \"x\".ts" "b/src/\303\244 \"x\".ts"
new file mode 100644
--- /dev/null
+++ "b/src/\303\244 \"x\".ts"
@@ -0,0 +1 @@
+ä
diff --git "a/\360\237\231\202.png" "b/\360\237\231\202.png"
new file mode 100644
Binary files /dev/null and "b/\360\237\231\202.png" differ
`;
    expect(parsePatch(quoted).map(({ path, from }) => [path, from])).toEqual([
      ['src/ä "x".ts', null],
      ['🙂.png', null],
    ]);
  });
});
