import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { httpApiDocs } from '../../scripts/http-api-docs.ts';

it('docs/http-api.md says what the API is; renew it with: node scripts/http-api-docs.ts', async () => {
  expect(readFileSync(new URL('../../docs/http-api.md', import.meta.url), 'utf8')).toBe(
    await httpApiDocs(),
  );
});
