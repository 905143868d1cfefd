import type { z } from 'zod';
import { type Config, configSchema } from './schema/config.ts';
import type { projectSchema } from './schema/project.ts';

/** The configuration where there is no file: these projects, everything else by default. */
export function defaultConfig(options: {
  projects: Readonly<Record<string, z.input<typeof projectSchema>>>;
  dataDir: string;
}): Config {
  return configSchema.parse(options);
}
