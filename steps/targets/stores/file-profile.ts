import type { StoreProfile } from './store-profile.js';

/** The instrumentation file, where records are unless a server is told otherwise. */
export const fileProfile: StoreProfile = {
  catalog: undefined,
  extensions: [],
  whyNoFile: null,
  place: (settings) => settings,
};
