/** What the plugin reads of Slack's deliveries, and nothing else of them. */

export interface WireFile {
  readonly id: string;
  readonly name?: string;
  readonly mimetype?: string;
  readonly size?: number;
  readonly mode?: string;
}

/** A block, or any part of one. */
export interface WireBlock {
  readonly type?: string;
  readonly text?: string | WireBlock;
  readonly title?: string | WireBlock;
  readonly url?: string;
  readonly user_id?: string;
  readonly name?: string;
  readonly alt_text?: string;
  readonly fields?: readonly WireBlock[];
  readonly elements?: readonly WireBlock[];
}

/** A forwarded message, an alert of a program in the old form, or the preview of a link. */
export interface WireAttachment {
  readonly is_share?: boolean;
  readonly is_msg_unfurl?: boolean;
  readonly author_name?: string;
  readonly author_subname?: string;
  readonly pretext?: string;
  readonly title?: string;
  readonly text?: string;
  readonly fallback?: string;
  readonly fields?: ReadonlyArray<{ readonly title?: string; readonly value?: string }>;
  readonly blocks?: readonly WireBlock[];
  readonly message_blocks?: ReadonlyArray<{
    readonly message?: { readonly blocks?: readonly WireBlock[] };
  }>;
  readonly files?: readonly WireFile[];
}

export interface WireMessage {
  readonly type: string;
  readonly subtype?: string;
  readonly channel: string;
  readonly channel_type?: string;
  readonly user?: string;
  readonly team?: string;
  readonly user_team?: string;
  readonly bot_id?: string;
  readonly text?: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly parent_user_id?: string;
  readonly hidden?: boolean;
  readonly edited?: { readonly ts?: string };
  readonly files?: readonly WireFile[];
  readonly blocks?: readonly WireBlock[];
  readonly attachments?: readonly WireAttachment[];
  readonly deleted_ts?: string;
  readonly message?: Omit<WireMessage, 'channel'>;
  readonly previous_message?: Omit<WireMessage, 'channel'>;
}

/** Any delivery; what it is is told by what it has. */
export interface WireBody {
  readonly type?: string;
  readonly event?: { readonly type: string; readonly user?: string; readonly tab?: string };
  readonly event_id?: string;
  readonly command?: string;
  readonly callback_id?: string;
}

export interface WireStop {
  readonly user?: string;
  readonly user_id?: string;
  readonly channel?: string;
  readonly channel_id?: string;
  readonly thread_ts?: string;
}

export interface WireCommand {
  readonly command: string;
  readonly text?: string;
  readonly trigger_id: string;
  readonly response_url?: string;
  readonly channel_id: string;
  readonly user_id: string;
  readonly team_id: string;
  readonly user_team_id?: string;
}

export interface WireActions {
  readonly trigger_id: string;
  readonly response_url?: string;
  readonly user: { readonly id: string; readonly team_id?: string };
  readonly container?: {
    readonly type: string;
    readonly message_ts?: string;
    readonly thread_ts?: string;
    readonly channel_id?: string;
    readonly is_ephemeral?: boolean;
  };
  readonly channel?: { readonly id: string };
  readonly message?: { readonly ts: string; readonly thread_ts?: string };
  readonly actions: ReadonlyArray<{
    readonly action_id: string;
    readonly type: string;
    readonly action_ts?: string;
    readonly selected_option?: { readonly value: string } | null;
  }>;
}

export interface WireView {
  readonly trigger_id: string;
  readonly user: { readonly id: string; readonly team_id?: string };
  readonly view: {
    readonly id: string;
    readonly hash?: string;
    readonly callback_id: string;
    readonly private_metadata: string;
    readonly state: {
      readonly values: Readonly<
        Record<
          string,
          Readonly<
            Record<
              string,
              {
                readonly value?: string | null;
                readonly selected_option?: { readonly value: string } | null;
              }
            >
          >
        >
      >;
    };
  };
}

export interface WireShortcut {
  readonly trigger_id: string;
  readonly response_url?: string;
  readonly user: { readonly id: string; readonly team_id?: string };
  readonly channel: { readonly id: string };
  readonly message: Pick<
    WireMessage,
    'ts' | 'thread_ts' | 'text' | 'blocks' | 'attachments' | 'files' | 'bot_id'
  >;
}
