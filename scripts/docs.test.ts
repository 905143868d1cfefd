import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../src/lib/package-root.ts';
import { generatedFiles } from './lib/generated-files.ts';

test('generated files are current (npm run docs writes them)', async () => {
  for (const [file, text] of Object.entries(await generatedFiles())) {
    expect(readFileSync(path.join(packageRoot(), file), 'utf8'), file).toBe(text);
  }
});
