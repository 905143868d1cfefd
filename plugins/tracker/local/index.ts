import { z } from 'zod';
import { rejected } from '../../../src/slots/errors.ts';
import { definePlugin } from '../../../src/slots/plugin.ts';
import { createLocalTracker } from './local-tracker.ts';

export default definePlugin({
  slot: 'tracker',
  name: 'local',
  description: 'Issues as Markdown files in the repository, .ao/issues/<number>-<title>.md.',
  config: z.strictObject({}).prefault({}),
  create(_config, context) {
    if (context.project === null)
      throw rejected(
        'AO_TRACKER_NO_PROJECT',
        'The local tracker works for one project; it was started without any.',
      );
    return createLocalTracker(context, context.project);
  },
});
