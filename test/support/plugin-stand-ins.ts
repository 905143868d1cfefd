import { z } from 'zod';
import type { PluginDefinition, SlotName } from '../../src/slots/plugin.ts';

/** A plugin that exists by name and config only; building it is a mistake of the test. */
export function namedPlugin(
  slot: SlotName,
  name: string,
  config: z.ZodType = z.strictObject({}),
): PluginDefinition {
  return {
    slot,
    name,
    description: `${name} for tests`,
    config,
    create: () => {
      throw new Error(`${name} exists by name only`);
    },
  };
}

export const BUILT_IN_NAMES: readonly PluginDefinition[] = [
  namedPlugin('agent', 'claude-code'),
  namedPlugin('agent', 'command', z.strictObject({ program: z.array(z.string()).optional() })),
  namedPlugin('runtime', 'tmux'),
  namedPlugin('workspace', 'worktree'),
  namedPlugin('tracker', 'local'),
  namedPlugin('scm', 'local'),
  namedPlugin('chat', 'web', z.strictObject({ title: z.string().optional() })),
  namedPlugin('notifier', 'stdout'),
  namedPlugin('notifier', 'siren', z.strictObject({ number: z.string() })),
];
