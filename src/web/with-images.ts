import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ChatMessage } from '../slots/chat.ts';

/** The page may load nothing from elsewhere: pictures become part of the message. One that is gone leaves its words. */
export async function withImages(message: ChatMessage): Promise<ChatMessage> {
  const paths = message.blocks.flatMap((block) =>
    block.type === 'image' && block.file.startsWith('/') ? [block.file] : [],
  );
  if (paths.length === 0) return message;
  const files = await Promise.all(paths.map(asFile));
  return {
    ...message,
    blocks: message.blocks.map((block) =>
      block.type === 'image' ? { ...block, file: basename(block.file) } : block,
    ),
    files: [...(message.files ?? []), ...files.filter((file) => file !== null)],
  };
}

async function asFile(path: string): Promise<{ name: string; content: string } | null> {
  try {
    return {
      name: basename(path),
      content: `data:image/png;base64,${(await readFile(path)).toString('base64')}`,
    };
  } catch {
    // Pruned or lost: the words under the picture say the same.
    return null;
  }
}
