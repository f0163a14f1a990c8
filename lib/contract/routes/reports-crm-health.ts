import { said } from '../problem.ts';
import { route } from '../route.ts';
import { id, instant, z } from '../z.ts';
import { answered, csvToo, share, spanQuery } from './reports-shapes.ts';

/** A field of the CRM by the name that its API knows, and by what its users call it, where that is another. */
const field = { field: z.string(), label: z.string().optional() };
/** Some of the leads it is about, the latest first; at most five. */
const leads = z.array(z.object({ id, name: z.string() }));

const figures = z.object({
  /** Acts of the period that were to be written there. */
  acts: z.int(),
  written: share,
  waiting: z.int(),
  refused: z.int(),
  /** Given up by a person, or when the CRM was disconnected. */
  givenUp: z.int(),
  /** From the act until it stood there: half of those written took no longer. */
  medianMinutes: z.number().optional(),
});

const row = figures.extend({
  source: z.object({ id, source: z.string(), name: z.string(), state: z.enum(['running', 'paused']) }),
  /** People that the CRM and Baton both know; of these, those for whom nobody ever set a stage there. */
  people: z.object({ known: z.int(), withoutStage: z.int() }),
  /** What Baton writes under today's mapping, in the CRM's names, and how many acts of the period changed it: 0 is never. */
  fields: z.array(z.object({ ...field, times: z.int(), last: instant.optional() })),
  /** What the CRM refused and nobody has dealt with yet, whenever it was: by its words, the most frequent first. */
  refusals: z.array(
    z.object({ sentence: z.string(), said: said.optional(), trouble: z.string().optional(), n: z.int(), last: instant, leads }),
  ),
  /** Acts of the period that found something newer there, which was left standing. */
  kept: z.array(z.object({ ...field, n: z.int(), leads })),
  /** What people stand at there today and the mapping does not know: a stage that was added or renamed there. At most twenty. */
  unread: z.array(z.object({ ...field, value: z.string(), valueLabel: z.string().optional(), people: z.int(), last: instant })).optional(),
  before: figures.optional(),
});
export type CrmHealthRow = z.infer<typeof row>;

/** Acts by the day they were made. CSV: one line a field, a refusal, a conflict, a value that is not mapped. */
export const crmHealthReport = route({
  method: 'GET',
  path: '/v1/reports/crm-health',
  summary: 'Whether what sales decided reaches the CRMs: what was written, what never is, what was refused',
  tag: 'Reports',
  by: 'any',
  query: z.object({ ...spanQuery }),
  answer: z.object({ ...answered, items: z.array(row) }),
  media: csvToo,
  problems: ['invalid'],
});
