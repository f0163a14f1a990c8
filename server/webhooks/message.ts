import { type EventRow, toEvent } from '../feed/event.ts';
import type { Trx } from '../store/db.ts';

/** What a receiver gets: `{type, timestamp, data}`, where `data` is the event as `GET /v1/events` has it. */
export async function messageOf(trx: Trx, workspace: string, row: EventRow, withPerson: boolean): Promise<string> {
  const event = toEvent(row);
  const data = {
    ...event,
    ...(withPerson && event.lead !== undefined && { person: await personOf(trx, workspace, event.lead) }),
    ...(event.kind === 'digest' && { digest: await digestOf(trx, workspace, String(event.data.period)) }),
  };
  return JSON.stringify({ type: event.kind, timestamp: event.receivedAt, data });
}

async function personOf(trx: Trx, workspace: string, id: string) {
  const person = await trx
    .selectFrom('person')
    .select(['name', 'title', 'company'])
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!person) return undefined;
  const keys = await trx
    .selectFrom('person_key')
    .select(['kind', 'value'])
    .where('workspace', '=', workspace)
    .where('person', '=', id)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return {
    name: person.name,
    ...(person.title !== null && { title: person.title }),
    ...(person.company !== null && { company: person.company }),
    keys,
  };
}

/** The frozen report of a period, as `GET /v1/digests` has it. */
async function digestOf(trx: Trx, workspace: string, period: string) {
  const row = await trx.selectFrom('digest').selectAll().where('workspace', '=', workspace).where('period', '=', period).executeTakeFirst();
  return row && { period, grain: row.grain, from: row.from_day, to: row.to_day, frozenAt: row.frozen_at, body: row.body };
}

/** For trying an address out. */
export const testMessage = (id: string, at: string): string =>
  JSON.stringify({ type: 'test', timestamp: at, data: { id, kind: 'test', data: {}, at, receivedAt: at } });
