/** Where a chat message is; used to put receipts on a person's reply. */
export interface ChatMessageRef {
  readonly platform: string;
  readonly channel: string;
  readonly thread: string;
  readonly message: string;
}

/** A thread that people had before there was the session. */
export type ChatHome = Omit<ChatMessageRef, 'message'>;

/** Whether all that people write in a session's threads is for its agent, or only what they say to ao by its name. */
export type Listens = 'all' | 'mentions';
