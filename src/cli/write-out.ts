import { writeSync } from 'node:fs';

/** Writes to stdout without making a stream of it, which takes milliseconds; a full pipe gets one after all. */
export function writeOut(text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(1, bytes, written);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Whoever read has seen enough, as in `ao status | head -1`.
    if (code === 'EPIPE') return;
    if (code !== 'EAGAIN') throw error;
    endWithReader(process.stdout, () => true);
    process.stdout.write(bytes.subarray(written));
  }
}

/** `ao logs -f | head -1`: when whoever read has gone, the program ends, unless `ends` says that it has more to do than to be read. */
export function endWithReader(stdout: NodeJS.WriteStream, ends: () => boolean): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (ends()) process.exit(process.exitCode ?? 0);
  });
}
