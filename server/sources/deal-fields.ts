import { type RawBuilder, sql } from 'kysely';
import { dealPrefix } from './deals.ts';

/** Whether a column names the field of a deal; word for word as the index `source_stage_deal` has it, or it would not be used. */
export const namesDeal = (column = 'field'): RawBuilder<boolean> =>
  sql<boolean>`left(${sql.ref(column)}, ${sql.lit(dealPrefix.length)}) = ${sql.lit(dealPrefix)}`;
