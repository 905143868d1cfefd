import { z } from 'zod';

export const configSchema = z.strictObject({
  /** Program and arguments that start the agent in its protocol mode, e.g. `[my-agent, --acp]`. */
  command: z.array(z.string()).min(1),
  /** Name for people; by default the program's. */
  name: z.string().optional(),
  /** Added to its environment. */
  env: z.record(z.string(), z.string()).default({}),
  /** The agent's own modes to set for ao's permission modes, e.g. `{plan: plan}`. Without one for `plan`, plan is refused. */
  modes: z
    .strictObject({
      default: z.string().optional(),
      plan: z.string().optional(),
      'auto-edit': z.string().optional(),
      permissionless: z.string().optional(),
    })
    .default({}),
  /** Option before the model's name, e.g. `--model`. Absent: the model is chosen through the protocol, where the agent allows it. */
  modelOption: z.string().optional(),
  /** Authentication method to name before a conversation. */
  auth: z.string().nullable().default(null),
  /** Models offered to people. */
  models: z.array(z.string()).default([]),
});

export type AcpConfig = z.infer<typeof configSchema>;
