/** The built page: hashed assets for ever, index.html always fresh; any other address leads there. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { MiddlewareHandler } from 'hono';
import type { Env } from './env.ts';
import { createPacker, takesGzip } from './packed.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.map': 'application/json',
};

/** Never the page's business: an unknown one of these is a 404, not the app. */
const NOT_PAGES = /^\/(api|webhooks|assets)(\/|$)/;

export function servePage(pageDir: string | null): MiddlewareHandler<Env> {
  const packer = createPacker();
  let listing: Promise<ReadonlyMap<string, string>> | null = null;
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return next();
    if (pageDir === null)
      return c.req.path === '/'
        ? c.text('The page is not built. Build it with: npm run build\n', 503)
        : next();
    // Only files that are there can be served: no path from outside ever reaches the file system.
    listing ??= listFiles(pageDir);
    const files = await listing;
    const wanted = c.req.path === '/' ? '/index.html' : c.req.path;
    const file = files.get(wanted);
    if (file === undefined)
      return NOT_PAGES.test(wanted) || extname(wanted) !== ''
        ? next()
        : c.redirect(appAddress(wanted));
    const content = await readFile(file);
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    const tag = createHash('sha256').update(content).digest('base64url').slice(0, 22);
    const packed = takesGzip(c.req.header('accept-encoding'))
      ? await packer.packed(tag, content, type)
      : null;
    const etag = packed === null ? `"${tag}"` : `"${tag}-gzip"`;
    c.header('etag', etag);
    c.header('vary', 'accept-encoding');
    c.header(
      'cache-control',
      wanted.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    );
    if (c.req.header('if-none-match') === etag) return c.body(null, 304);
    if (packed !== null) c.header('content-encoding', 'gzip');
    return c.body(new Uint8Array(packed ?? content), 200, { 'content-type': type });
  };
}

/** The app keeps its place behind the #. Somebody who types /inbox or /sessions/app-7 means that place. */
const appAddress = (path: string): string =>
  encodeURI(`/#${path.replace(/^\/sessions\//, '/board/s/')}`);

async function listFiles(dir: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [`/${relative(dir, file).split(sep).join('/')}`, file]),
  );
}
