import type { HttpBindings } from '@hono/node-server';
import type { Redact } from '../lib/redact.ts';
import type { Principal } from './auth.ts';

/** What every request carries through the guards to its route. */
export interface Env {
  Bindings: Partial<HttpBindings>;
  Variables: { principal: Principal; redact: Redact };
}
