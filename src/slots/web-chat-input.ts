/** What the page sends; the server adds user, platform and time. `delivery` is made by the page (UUID) and dedupes retries. */
export type ChatInputBody =
  | {
      readonly type: 'command';
      readonly delivery: string;
      readonly channel: string;
      readonly thread: string | null;
      readonly text: string;
    }
  | {
      readonly type: 'reply';
      readonly delivery: string;
      readonly channel: string;
      readonly thread: string;
      readonly text: string;
    }
  | {
      readonly type: 'edit';
      readonly delivery: string;
      readonly channel: string;
      readonly thread: string;
      readonly message: string;
      readonly text: string;
    }
  | {
      readonly type: 'delete';
      readonly delivery: string;
      readonly channel: string;
      readonly thread: string;
      readonly message: string;
    }
  | {
      readonly type: 'action';
      readonly delivery: string;
      readonly channel: string;
      readonly thread: string | null;
      readonly message: string;
      readonly action: string;
      readonly value: string | null;
    }
  | {
      readonly type: 'form';
      readonly delivery: string;
      readonly channel: string;
      readonly thread: string | null;
      readonly form: string;
      readonly values: Readonly<Record<string, string>>;
    };
