import { waitingDeliveries } from '../db/inbox-store.ts';
import type { Db } from '../db/open.ts';
import { failedJobs, troubledJobs } from '../db/outbox-view.ts';
import type { ChatPlugin } from '../slots/chat.ts';
import type { DoctorFinding } from '../slots/context.ts';

const DAY = 86_400_000;
/** What came in is dealt with within moments; what is older than this waits for something, ms. */
const LONG = 60_000;
const SHOWN = 10;

const warning = (what: string, fix: string): DoctorFinding => ({ level: 'warning', what, fix });

/** What only the bot that runs knows of itself: its connections, what was lost, and what waits. Changes nothing. */
export async function examineBot(parts: {
  readonly db: Db;
  readonly chats: readonly ChatPlugin[];
  readonly now: number;
}): Promise<readonly DoctorFinding[]> {
  const { db, now } = parts;
  const chats = await Promise.all(parts.chats.map(examineChat));
  const lost = failedJobs(db, SHOWN).filter(({ at }) => at !== null && now - at < DAY);
  const troubled = troubledJobs(db);
  const late = waitingDeliveries(db).filter(({ at }) => now - at > LONG);
  return [
    ...chats.flat(),
    ...lost.map(({ type, session, error, at }) =>
      warning(
        `lost at ${new Date(at ?? now).toISOString()}: ${type}${session === null ? '' : ` of ${session}`}: ${error ?? 'no reason is known'}`,
        'What was to be said is in the web chat; put the reason right.',
      ),
    ),
    ...troubled.map(({ lane, n, error }) =>
      warning(
        `${n} ${n === 1 ? 'effect waits' : 'effects wait'} in ${lane}: ${error ?? 'no reason is known'}`,
        'ao tries again by itself; put the reason right where it can be.',
      ),
    ),
    ...late.map(({ platform, id, at }) =>
      warning(
        `${platform}: what came in at ${new Date(at).toISOString()} (${id}) is not dealt with yet`,
        'ao tries again by itself; its log says why it waits.',
      ),
    ),
    ...(lost.length + troubled.length + late.length === 0
      ? [
          {
            level: 'ok',
            what: 'Nothing was lost in the last day, and nothing waits.',
            fix: null,
          } as const,
        ]
      : []),
  ];
}

const examineChat = async (chat: ChatPlugin): Promise<readonly DoctorFinding[]> => {
  try {
    const findings = await chat.doctor();
    return findings.map((finding) => ({ ...finding, what: `${chat.platform}: ${finding.what}` }));
  } catch (error) {
    return [
      warning(
        `${chat.platform} could not be looked at: ${String(error)}`,
        'See the log of the bot.',
      ),
    ];
  }
};
