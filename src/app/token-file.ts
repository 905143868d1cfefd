import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { closeToOthers, readOwnFile } from '../lib/guarded/own-file.ts';
import { replaceFile } from '../lib/guarded/write.ts';

/** A token in `<dataDir>/<name>`, mode 0600; made on the first start. `token` is the admin's. Throws `FileRefused` for a link, or a file of another user. */
export function readOrMakeToken(dataDir: string, name: 'token' | 'proxy-token' = 'token'): string {
  const file = join(dataDir, name);
  closeToOthers(file);
  const known = readOwnFile(file)?.trim() ?? '';
  if (known.length >= 20) return known;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const token = randomBytes(32).toString('base64url');
  replaceFile(file, `${token}\n`);
  return token;
}
