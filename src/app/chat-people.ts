/** People of the chats, by the stable ids their platforms give them. */
import type { kvStore } from '../db/kv-store.ts';
import { type Actor, subject } from '../domain/session/ids.ts';

/** Somebody by their stable id (`slack:T…:U…`), with the name they were last seen with. */
export function personBySubject(
  people: Pick<ReturnType<typeof kvStore>, 'get'>,
  id: string,
): Actor {
  const platform = id.split(':')[0] ?? '';
  const name = people.get(id);
  return {
    subject: subject(id),
    name:
      typeof name === 'string' ? name : id === 'web:local' ? 'you' : (id.split(':').at(-1) ?? id),
    via: viaOf(platform),
  };
}

const viaOf = (platform: string): Actor['via'] =>
  platform === 'slack' || platform === 'discord' ? platform : 'web';

export const knownPeople = (
  people: ReturnType<typeof kvStore>,
  platform: string,
): readonly Actor[] =>
  people
    .list(`${platform}:`)
    .map(([id, name]) => ({ subject: subject(id), name: String(name), via: viaOf(platform) }))
    .toSorted((a, b) => a.name.localeCompare(b.name));

export function findPerson(
  people: ReturnType<typeof kvStore>,
  platform: string,
  mention: string,
): Actor | null {
  const wanted = mention
    .replace(/^<?@!?/, '')
    .replace(/>$/, '')
    .toLowerCase();
  const fits = people
    .list(`${platform}:`)
    .filter(
      ([id, name]) =>
        String(name).toLowerCase() === wanted || id.toLowerCase().endsWith(`:${wanted}`),
    );
  const [only, second] = fits;
  return only === undefined || second !== undefined
    ? null
    : { subject: subject(only[0]), name: String(only[1]), via: viaOf(platform) };
}
