/** What the session was asked to do. */
export type Task =
  | {
      readonly type: 'issue';
      readonly issue: string;
      readonly title: string;
      readonly url: string | null;
    }
  | { readonly type: 'prompt'; readonly text: string }
  | {
      readonly type: 'pull_request';
      readonly prKey: string;
      readonly number: number;
      readonly title: string;
    };
