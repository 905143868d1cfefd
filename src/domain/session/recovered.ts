/** What `session.recovered` says where nothing happened but a restart of ao. */
export const WENT_ON = 'ao was started again; the agent went on meanwhile.';
