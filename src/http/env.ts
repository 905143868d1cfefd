import type { HttpBindings } from '@hono/node-server';
import type { Redact } from '../lib/redact.ts';
import type { Principal } from './door/auth.ts';

/** What every request carries through the guards to its route. */
export interface Env {
  Bindings: Partial<HttpBindings>;
  Variables: {
    principal: Principal;
    redact: Redact;
    /** False once the browser was signed out: what it has open is to be closed. */
    stillIn: () => boolean;
  };
}
