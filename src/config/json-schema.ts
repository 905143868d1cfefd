import { z } from 'zod';
import { configSchema } from './schema/config.ts';

/** JSON Schema of ao.yaml, for editors. Parts that belong to plugins are open in it; `ao config check` checks those too. */
export function configJsonSchema(): object {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    // For ao itself; editors know no such keyword.
    override: ({ jsonSchema }) => {
      delete jsonSchema.restart;
    },
  });
  return {
    title: 'ao.yaml',
    description: 'Configuration of ao. Every string may contain ${ENV} and ${ENV:-default}.',
    ...schema,
  };
}
