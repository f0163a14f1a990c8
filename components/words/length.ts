/** A length of business time, in parts. */
export interface Length {
  days: number;
  hours: number;
  minutes: number;
}
