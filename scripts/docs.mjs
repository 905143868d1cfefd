// `npm run docs`: writes what is generated: ao.schema.json, docs/cli.md, docs/config.md. `scripts/docs.test.ts` checks that they are current.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generatedFiles } from './lib/generated-files.ts';
import { root } from './lib/root.mjs';

for (const [file, text] of Object.entries(await generatedFiles())) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
  console.log(file);
}
