/** Something ao left behind. */
export interface PruneItem {
  readonly kind: 'terminal' | 'worktree' | 'snapshot';
  readonly session: string;
  readonly what: string;
  /** Null: only looked at. `refusal` null: it is gone. */
  readonly done: { readonly refusal: string | null } | null;
}
