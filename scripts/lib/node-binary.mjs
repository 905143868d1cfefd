import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

const MINIMUM = [22, 12];

const newEnough = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
};

/**
 * The Node the product runs on: the one npm installed beside it, else the running one when it is new enough, else null.
 * better-sqlite3 crashes the process on an older Node, so nothing native may load before this was asked.
 */
export function productNode() {
  const packaged = path.join(
    root,
    'node_modules',
    `node-${process.platform}-${process.arch}`,
    'bin',
    'node',
  );
  if (existsSync(packaged)) return packaged;
  return newEnough(process.versions.node) ? process.execPath : null;
}

/** Like `productNode`, but ends the process with one line that says what to do. */
export function requireProductNode() {
  const node = productNode();
  if (node !== null) return node;
  const wanted = MINIMUM.join('.');
  console.error(
    `error: ao needs Node ${wanted} or newer, this is ${process.versions.node} and no Node is packaged for ${process.platform}-${process.arch}. ` +
      `Install Node 24 and try again.`,
  );
  process.exit(1);
}
