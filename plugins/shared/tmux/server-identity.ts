/** Names one life of the server: pane ids start again at %0 in the next one. */
export interface ServerIdentity {
  readonly pid: number;
  readonly startedAt: string;
  readonly socketPath: string;
}
