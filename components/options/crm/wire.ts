import type * as contract from '../../../lib/contract/routes/sources.ts';
import type { z } from '../../../lib/contract/z.ts';

/** What the backend says about CRMs, by short names. */
export type Source = contract.WireSource;
export type Mapping = z.infer<typeof contract.mapping>;
export type Answer = z.output<typeof contract.sources.answer>;
export type Kind = Answer['kinds'][number];
export type Way = Kind['ways'][number];
export type Shape = z.output<typeof contract.shapeOfSource.answer>;
export type DryRun = z.output<typeof contract.dryRunSource.answer>;
export type Added = z.output<typeof contract.addSource.answer>;
export type Finding = Added['findings'][number];
export type Write = z.output<typeof contract.sourceWrites.answer>['items'][number];
