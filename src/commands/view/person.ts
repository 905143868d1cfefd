import type { Actor } from '../../domain/session/ids.ts';
import type { PersonView } from '../views.ts';

export const personView = (actor: Actor): PersonView => ({
  subject: actor.subject,
  name: actor.name,
});
