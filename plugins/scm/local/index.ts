import { rejected } from '../../../src/slots/errors.ts';
import { definePlugin } from '../../../src/slots/plugin.ts';
import { localScmConfig } from './config.ts';
import { createLocalScm } from './local-scm.ts';

export default definePlugin({
  slot: 'scm',
  name: 'local',
  description: 'Pull requests, checks, reviews and merges on a repository without any forge.',
  config: localScmConfig,
  create(config, context) {
    if (context.project === null)
      throw rejected(
        'AO_SCM_NO_PROJECT',
        'The local scm works for one project; it was started without any.',
      );
    return createLocalScm(config, context, context.project);
  },
});
