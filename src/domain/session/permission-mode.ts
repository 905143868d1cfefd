import type { PermissionMode } from './session.ts';

/** From what lets an agent do least to what lets it do everything. */
const STRICTEST_FIRST: readonly PermissionMode[] = [
  'plan',
  'default',
  'auto-edit',
  'permissionless',
];

/**
 * The mode an agent that knows `known` works in when `wanted` is asked for: that one, else the nearest stricter. Null: it has none
 * as strict, and must not be started in a laxer one.
 */
export function nearestMode(
  known: readonly PermissionMode[],
  wanted: PermissionMode,
): PermissionMode | null {
  const limit = STRICTEST_FIRST.indexOf(wanted);
  return STRICTEST_FIRST.slice(0, limit + 1).findLast((mode) => known.includes(mode)) ?? null;
}
