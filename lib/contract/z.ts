import { z } from 'zod';

// Extension pages forbid `eval`; without this zod probes for it and the browser logs a violation.
z.config({ jitless: true });

export { z };
/** In lower case, as the store writes them, however they came. */
export const id = z.uuid().toLowerCase();
/** RFC 3339 instant, any offset. */
export const instant = z.iso.datetime({ offset: true });
/** Text of one form. Where it is not, people are told the example. */
export const like = (pattern: RegExp, example: string) => z.string().regex(pattern, example);
/** Calendar date `YYYY-MM-DD`. */
export const day = z.iso.date();
