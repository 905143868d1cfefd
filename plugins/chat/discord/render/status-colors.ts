const [GREY, BLUE, YELLOW, RED, GREEN, PURPLE] = [
  0x99aab5, 0x3b82f6, 0xf59e0b, 0xdc2626, 0x16a34a, 0x8b5cf6,
];

/** Colour of a card's edge, and the names of the tags a forum shows its posts with. */
export const STATUS_COLORS: Readonly<Record<string, number>> = {
  queued: GREY,
  spawning: BLUE,
  working: BLUE,
  idle: GREY,
  needs_input: YELLOW,
  stuck: YELLOW,
  limited: GREY,
  paused: GREY,
  pr_open: BLUE,
  ci_failed: RED,
  review_pending: BLUE,
  changes_requested: YELLOW,
  approved: GREEN,
  mergeable: GREEN,
  merge_failed: RED,
  merged: PURPLE,
  done: GREEN,
  killed: GREY,
  errored: RED,
  terminated: RED,
};
