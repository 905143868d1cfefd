import { rejected } from '../../../src/slots/errors.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { TrackerPlugin } from '../../../src/slots/tracker.ts';
import { createLinearClient } from './client.ts';
import type { LinearConfig } from './config.ts';
import { createLinearTracker } from './linear-tracker.ts';

/** Apart from the definition, so that the code is read only where Linear is used. */
export function create(config: LinearConfig, context: PluginContext): TrackerPlugin {
  if (context.project === null)
    throw rejected(
      'AO_LINEAR_NO_PROJECT',
      'The Linear tracker works for one project; it was started without any.',
    );
  return createLinearTracker(createLinearClient(config, context), config.team);
}
