import type { z } from 'zod';
import { type Config, configSchema } from './schema/config.ts';
import type { projectSchema } from './schema/project.ts';

/** The configuration where there is no file: one project, everything else by default. */
export function defaultConfig(options: {
  project: { readonly id: string } & z.input<typeof projectSchema>;
  dataDir: string;
}): Config {
  const { id, ...project } = options.project;
  return configSchema.parse({ dataDir: options.dataDir, projects: { [id]: project } });
}
