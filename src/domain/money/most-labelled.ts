/** Open issues with the label of a project that are read at a look; more are told of. */
export const MOST_LABELLED = 1_000;
