import type { APIAttachment } from 'discord.js';
import type { InboundFile } from '../../../../src/slots/chat.ts';
import { notFound, rejected, transient } from '../../../../src/slots/errors.ts';

export const inboundFile = (
  attachment: Pick<APIAttachment, 'filename' | 'content_type' | 'size' | 'url'>,
): InboundFile => ({
  name: attachment.filename,
  mime: attachment.content_type ?? 'application/octet-stream',
  size: attachment.size,
  ref: attachment.url,
});

const HOSTS: ReadonlySet<string> = new Set(['cdn.discordapp.com', 'media.discordapp.net']);
const PATIENCE = 60_000;

/** Reads a file from Discord's own servers (or those of `apiUrl`), never more than `maxBytes`. */
export async function downloadFile(
  file: InboundFile,
  maxBytes: number,
  apiUrl: string,
): Promise<Uint8Array> {
  const url = new URL(file.ref);
  const isDiscords = url.protocol === 'https:' && url.port === '' && HOSTS.has(url.hostname);
  if (!isDiscords && url.origin !== new URL(apiUrl).origin)
    throw rejected('AO_DISCORD_FILE_HOST', `${file.name} is not on Discord's servers.`);
  const tooLarge = rejected(
    'AO_DISCORD_FILE_SIZE',
    `${file.name} is larger than ${Math.round(maxBytes / 1_000_000)} MB.`,
  );
  if (file.size > maxBytes) throw tooLarge;
  const response = await fetch(url, {
    signal: AbortSignal.timeout(PATIENCE),
    redirect: 'error',
  }).catch((error: unknown) => {
    throw transient('AO_DISCORD_FILE', `${file.name} can't be read from Discord at the moment.`, {
      cause: error,
    });
  });
  if (!response.ok)
    throw notFound(
      'AO_DISCORD_FILE_GONE',
      `${file.name} is no longer on Discord (${response.status}). Send it again.`,
    );
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
