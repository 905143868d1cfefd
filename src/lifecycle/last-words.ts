import type { Logger } from '../slots/plugin.ts';
import type { RuntimePlugin } from '../slots/runtime.ts';

/** Lines of the last screen kept when an agent ends. */
const LINES = 30;

/** What the agent showed last; null: nothing, or it can't be read. */
export async function lastWords(
  runtime: RuntimePlugin,
  handle: string,
  logger: Logger,
): Promise<string | null> {
  try {
    return (await runtime.capture(handle, LINES)).trim() || null;
  } catch (error) {
    logger.debug({ err: error }, 'the last screen of an agent that ended could not be read');
    return null;
  }
}
