/**
 * Makes test/fakes/slack/block-kit.schema.json from the types of @slack/types. Run it by hand after an update of that package:
 * `node scripts/slack-block-kit-schema.mjs`. The generator is fetched for the run and is no dependency of ao.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './lib/root.mjs';

const folder = mkdtempSync(path.join(root, 'node_modules', '.slack-schema-'));
try {
  const source = path.join(folder, 'all.ts');
  writeFileSync(
    source,
    "import type { KnownBlock, MessageMetadata, View } from '@slack/types';\nexport interface Checked { blocks: KnownBlock[]; view: View; metadata: MessageMetadata }\n",
  );
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        moduleResolution: 'nodenext',
        target: 'es2022',
        skipLibCheck: true,
        strict: true,
      },
      files: ['all.ts'],
    }),
  );
  const args = [
    '--yes',
    'ts-json-schema-generator@2',
    '--path',
    source,
    '--tsconfig',
    path.join(folder, 'tsconfig.json'),
    '--type',
    'Checked',
    '--no-type-check',
  ];
  const schema = JSON.parse(execFileSync('npx', args, { encoding: 'utf8', maxBuffer: 1 << 28 }));
  const target = path.join(root, 'test', 'fakes', 'slack', 'block-kit.schema.json');
  writeFileSync(target, JSON.stringify(withoutWords(schema)));
  console.log(`${target}: ${Object.keys(schema.definitions).length} definitions`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Descriptions are most of the size and check nothing. */
function withoutWords(value) {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      key === 'description' && typeof item === 'string' ? [] : [[key, withoutWords(item)]],
    ),
  );
}
