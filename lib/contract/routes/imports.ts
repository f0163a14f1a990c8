import { said } from '../problem.ts';
import { route } from '../route.ts';
import { id, z } from '../z.ts';

export const importKinds = ['people', 'campaigns', 'touches', 'spend'] as const;

/** Lines count from 1, the head included; a row that spans several is named by its first. Values are never repeated. */
const row = z.object({ line: z.int(), column: z.string().optional(), why: z.string(), said: said.optional() });

/**
 * Columns, in any order, any of them absent:
 * * people: email, linkedin, name, title, company, segment, stage, stageAt, criteria, owner, amount, closedAt, sourceId
 * * campaigns: name, channel, startedOn, headline, points (`|` between), link
 * * touches: email, linkedin, at, campaign, channel, kind, asset, url, sourceId
 * * spend: campaign, month, planned, spent, currency
 */
export const importRows = route({
  method: 'POST',
  path: '/v1/imports/{kind}',
  summary: 'Imports a CSV as it streams in. Good rows are kept, the others listed; sent twice, it counts once',
  tag: 'Imports',
  by: ['marketer', 'manager', 'admin'],
  params: z.object({ kind: z.enum(importKinds) }),
  accepts: ['text/csv'],
  answer: z.object({
    id,
    kind: z.enum(importKinds),
    /** Rows of the file without its head; kept + refused. */
    rows: z.int(),
    kept: z.int(),
    refused: z.array(row),
    /** Refused rows that are not listed any more, because there are too many. */
    unlisted: z.int(),
    /** Rows that were kept and had not the whole effect: a key of somebody else, an owner nobody knows. */
    notes: z.array(row),
    /** Columns of the file that mean nothing here. */
    unknownColumns: z.array(z.string()),
  }),
  problems: ['invalid', 'unsupported-media-type', 'unavailable'],
});
