import { z } from 'zod';
import { pluginName, pluginPart } from './primitives.ts';

/** Each platform's part is checked by its plugin. The web chat is always on and has no settings. */
export const chatSchema = z.record(
  pluginName,
  pluginPart.extend({ enabled: z.boolean().default(true) }),
);
