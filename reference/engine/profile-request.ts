import { AsyncLocalStorage } from 'node:async_hooks';

/** How much of a profile is wanted, and the profile. */
export interface ProfileRequest {
  /** `detailed` also times the optimizer and expressions. */
  readonly mode: 'standard' | 'detailed';
  /** DuckDB's JSON of the last query that was executed to its end; null if there is none. */
  json: string | null;
}

const requests = new AsyncLocalStorage<ProfileRequest>();

/** Runs `work` so that the queries that it executes are profiled. */
export function profiled<T>(request: ProfileRequest, work: () => T): T {
  return requests.run(request, work);
}

/** The request of the current work; undefined if none is wanted. */
export function requestedProfile(): ProfileRequest | undefined {
  return requests.getStore();
}
