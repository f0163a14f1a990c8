import { sql } from 'kysely';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { type SourceKind, stageFromSource } from '../../lib/funnel/arrive.ts';
import { isRefusal } from '../../lib/funnel/decide.ts';
import type { Applied, Lead, Refusal } from '../../lib/funnel/lead.ts';
import { wakeByTouch } from '../../lib/funnel/wake.ts';
import { whyNow } from '../../lib/funnel/why.ts';
import { type Stage, stages, type TouchKind } from '../../lib/funnel/words.ts';
import { activeTouches } from '../rules/known.ts';
import type { Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import { type History, saveLead, writeHistory } from '../store/leads.ts';
import type { By } from '../store/tables.ts';
import type { StageIn } from './arrival.ts';
import { keepPast, type PastChange } from './past.ts';
import { promoted } from './promote.ts';

/** What moves a lead: a stage that a source names, or a touch that says something about who it is. */
export type Mover = { at: string; source: string } & (
  | {
      stage: StageIn;
      sourceId: string;
      owner?: string;
      touch?: undefined /** Told when it moved nothing, and why. */;
      refused(refusal: Refusal): void;
    }
  | { touch: TouchKind; high?: true; stage?: undefined }
);

export interface Movement {
  terms: Agreement;
  receivedAt: string;
  kind: SourceKind;
  by: By;
  /** The lead as it was read is nothing that happened: its first change has nothing before it. */
  silent?: boolean;
  /** Collects the history of all leads that move, for whoever called to write. */
  later: History;
}

/** Files often know days only: of two stages on one day the further one came later. */
export const rank = (stage: Stage | undefined): number => (stage === undefined ? -1 : stages.indexOf(stage));

/** Stage changes of these sources that are there already: the same row twice is one change. */
export async function knownChanges(
  trx: Trx,
  workspace: string,
  wanted: readonly { source: string; sourceId: string }[],
): Promise<Set<string>> {
  if (wanted.length === 0) return new Set();
  const { rows } = await sql<{ source: string; source_id: string }>`
    select c.source, c.source_id
    from unnest(${wanted.map((w) => w.source)}::text[], ${wanted.map((w) => w.sourceId)}::text[]) as w (source, source_id)
    join stage_change c on c.workspace = ${workspace}::uuid and c.source = w.source and c.source_id = w.source_id`.execute(trx);
  return new Set(rows.map((row) => `${row.source}\0${row.source_id}`));
}

/**
 * Lets everything that came for one lead move it, in the order in which it happened, and writes what became of it.
 * The lead was read under lock.
 */
export async function move(trx: Trx, workspace: string, lead: Lead, movers: readonly Mover[], movement: Movement): Promise<void> {
  const { terms, receivedAt, kind, by, later } = movement;
  let current = lead;
  let silent = movement.silent ?? false;
  const past: PastChange[] = [];
  const save = async (applied: Applied | undefined, at: string, source?: string, sourceId?: string, criteria?: string[]) => {
    if (!applied) return;
    const [event] = applied.events;
    if (silent && event?.kind === 'stage') delete event.from;
    silent = false;
    await saveLead(trx, workspace, current, applied, {
      at,
      receivedAt,
      by,
      terms,
      later,
      ...(source && { source }),
      ...(sourceId && { sourceId }),
      ...(criteria?.length && { criteria }),
    });
    current = applied.lead;
  };
  for (const mover of [...movers].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || rank(a.stage?.to) - rank(b.stage?.to))) {
    const { at, source } = mover;
    if (mover.touch) {
      await save(promoted(current, { kind: mover.touch, at }, source), at);
      await save(wakeByTouch(current, { kind: mover.touch, at, ...(mover.high && { high: true }) }, receivedAt), at);
      continue;
    }
    const { stage, sourceId, owner } = mover;
    const criteria = stage.to === 'mql' || stage.to === 'sql' ? knownCriteria(stage.criteria, stage.to, terms) : [];
    const isPast = kind === 'history' && (Date.parse(at) - Date.parse(current.since) || rank(stage.to) - rank(current.stage)) < 0;
    const result = isPast
      ? undefined
      : stageFromSource(
          current,
          {
            stage: stage.to,
            at,
            source: by.name ?? source,
            ...(owner && { owner }),
            ...(stage.intent && { intent: stage.intent }),
            ...(stage.to === 'mql' && {
              criteria,
              why: stage.why ?? (kind === 'history' ? [] : await whyOf(trx, workspace, current.id, at)),
            }),
            ...(stage.reason && { reason: stage.reason }),
          },
          kind,
          newId,
        );
    if (result && !isRefusal(result)) {
      if (stage.amount) result.events.push({ kind: 'opportunity', amount: stage.amount });
      await save(result, dated(stage, at, current.since), source, sourceId, criteria);
    } else if (!result || (result.refused === 'older' && kind !== 'event')) {
      past.push({
        to: stage.to,
        at: dated(stage, at, ''),
        source,
        sourceId,
        ...(stage.reason && { reason: stage.reason }),
        ...(stage.amount && { amount: stage.amount }),
        ...(owner && { owner }),
      });
    } else mover.refused(result);
  }
  if (past.length === 0) return;
  // It reads what is there.
  await writeHistory(trx, workspace, later);
  await keepPast(trx, workspace, current, past, movement);
}

/** When a stage is said to have begun: no later than it was told, no earlier than the one before it. */
const dated = ({ on }: StageIn, at: string, since: string): string => (on === undefined || on > at ? at : on < since ? since : on);

/** What a source calls met counts where the agreement knows it. */
const knownCriteria = (said: readonly string[] = [], stage: Stage, terms: Agreement): string[] =>
  (terms.stages[stage]?.criteria ?? []).map(({ id }) => id).filter((id) => said.includes(id));

/** How long before a hand-off somebody's acts are a reason for it. */
const whyDays = 14;
async function whyOf(trx: Trx, workspace: string, person: string, at: string): Promise<string[]> {
  const since = new Date(Date.parse(at) - whyDays * 86_400_000).toISOString();
  const touches = (await activeTouches(trx, workspace, [person], since)).get(person) ?? [];
  return whyNow(touches.filter((touch) => Date.parse(touch.at) <= Date.parse(at)));
}
