/** Where a session is shown: its project's channels, and the thread it was asked for in. */
import type { Db } from '../db/open.ts';
import { addThread, sessionOfThread, setThread } from '../db/thread-store.ts';
import type { Session } from '../domain/session/session.ts';

export interface Place {
  readonly platform: string;
  readonly channel: string;
}

/** One per platform. A home on a platform on which its project has no channel is a place, too. */
export function placesOf(
  { home }: Pick<Session, 'home'>,
  projects: readonly Place[],
  isThere: (platform: string) => boolean,
): readonly Place[] {
  const known = projects.some(({ platform }) => platform === home?.platform);
  return home === undefined || known || !isThere(home.platform)
    ? projects
    : [...projects, { platform: home.platform, channel: home.channel }];
}

/** A row for each place, before anything is posted. The home is taken where no other session lives in it. */
export function addPlaces(db: Db, { id, home }: Session, places: readonly Place[]): void {
  for (const { platform, channel } of places) {
    const free =
      home?.platform === platform &&
      sessionOfThread(db, platform, home.channel, home.thread) === null;
    addThread(db, id, platform, free ? home.channel : channel);
    if (free) setThread(db, id, platform, { thread: home.thread });
  }
}
