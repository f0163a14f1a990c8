/**
 * What the backend says about each CRM, in another language than its own: by the names it sends along. What stands
 * nowhere here is shown as it came.
 */
export interface CrmKinds {
  kinds: Readonly<Record<string, KindWords | undefined>>;
  rights: Readonly<Record<string, { what: string; without: string } | undefined>>;
  /** What was written, where it is no field of the CRM's. */
  written: (name: string) => string;
}
export interface KindWords {
  /** In the order in which the backend tells them. */
  reads: readonly string[];
  writes: readonly string[];
  ways: Readonly<Record<string, WayWords | undefined>>;
}
export interface WayWords {
  name: string;
  help: string;
  fields: Readonly<Record<string, string | undefined>>;
}

/** The backend's own language. */
export const asItCame: CrmKinds = { kinds: {}, rights: {}, written: (name) => name };
