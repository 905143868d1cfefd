/** What was said in a thread before ao was called there, for the agent to read. */
import type { Quote } from '../../commands/requests.ts';
import { transcript } from '../../domain/text/said.ts';
import type { InboundFile } from '../../slots/chat.ts';
import { PluginError } from '../../slots/errors.ts';
import type { Asker, InboundDeps } from '../answers/inbound-deps.ts';

export interface ThreadContext {
  readonly quotes: readonly Quote[];
  /** Files of the messages, the newest of them. */
  readonly files: readonly InboundFile[];
  /** What of it the agent has not, a sentence each, for the person. */
  readonly missing: readonly string[];
}

const NONE: ThreadContext = { quotes: [], files: [], missing: [] };
/** Messages that are read; the text has a limit as well. */
const MESSAGES = 500;
/** Files that are handed over of a whole thread. */
const FILES = 10;

/** `after`: what was said up to that message is known to the agent; null: nothing is. Nothing outside a thread. */
export async function threadContext(
  asker: Asker,
  deps: InboundDeps,
  after: string | null = null,
): Promise<ThreadContext> {
  const { source } = asker;
  if (source === null || source.thread === source.message) return NONE;
  const { message: before, ...where } = source;
  try {
    const said = await deps.threads.read(where, { after, before, limit: MESSAGES });
    if (said === null) return NONE;
    const others = said.filter(({ own }) => !own);
    const { text, left } = transcript(
      others.map(({ files, ...each }) => ({ ...each, files: files.map(({ name }) => name) })),
    );
    const files = others.flatMap((each) => each.files);
    const cut = left > 0 || said.length >= MESSAGES;
    return {
      quotes:
        text === ''
          ? []
          : [{ source: `thread on ${where.platform}, ${others.length} messages`, text }],
      files: files.slice(-FILES),
      missing: [
        ...(cut
          ? ['The thread is long: the agent has its beginning and its newest messages.']
          : []),
        ...(files.length > FILES
          ? [`Of ${files.length} files in the thread the agent has the newest ${FILES}.`]
          : []),
      ],
    };
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    return {
      ...NONE,
      quotes: [{ source: 'ao', text: 'The thread this was written in could not be read.' }],
      missing: [
        `The thread could not be read, so the agent has only your own words. ${error.message}`,
      ],
    };
  }
}
