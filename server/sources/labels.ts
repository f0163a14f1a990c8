import type { Trx } from '../store/db.ts';
import { findLink, linkOf, updateLink } from './links.ts';
import { type Run, troubleOf } from './pull.ts';
import type { Choice, Shape } from './source.ts';

/** What a CRM's users call its fields and values: reports say these instead of the names that only its API knows. */
export interface Labels {
  fields: Record<string, string>;
  /** Of stages and statuses. */
  values: Record<string, string>;
}

export function labelsOf({ stages, statuses, members, fields, contactFields = [], companyFields = [] }: Shape): Labels {
  const named = (...lists: (readonly Choice[])[]): Record<string, string> =>
    Object.fromEntries(lists.flat().flatMap(({ value, label }) => (label && label !== value ? [[value, label]] : [])));
  return { fields: named(companyFields, contactFields, fields), values: named(members, statuses, stages) };
}

export async function keepLabels(trx: Trx, workspace: string, link: string, shape: Shape): Promise<void> {
  await updateLink(trx, workspace, link)
    .set({ labels: JSON.stringify(labelsOf(shape)) })
    .execute();
}

/** Asks a CRM what it calls things today. Where it does not answer, yesterday's names stay. */
export async function runLabels({ store, world, source, workspace, id, signal }: Run): Promise<void> {
  const row = await store.inWorkspace(workspace, (trx) => findLink(trx, workspace, id));
  if (row?.state !== 'running') return;
  try {
    const shape = await source.shape(linkOf(store, world, row, signal));
    await store.inWorkspace(workspace, (trx) => keepLabels(trx, workspace, id, shape));
  } catch (error) {
    if (!troubleOf(error)) throw error;
  }
}
