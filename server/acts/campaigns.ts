import { sql } from 'kysely';
import { addCampaign, campaigns, changeCampaign, getCampaign, setSpend, spend } from '../../lib/contract/routes/campaigns.ts';
import type { App } from '../http/app.ts';
import { decode, encode } from '../http/cursor.ts';
import { noSuch, worded } from '../http/problem.ts';
import { campaignKey } from '../ingest/campaigns.ts';
import { recordAudit } from '../store/audit.ts';
import { recordChange } from '../store/change.ts';
import { isTaken, type Trx } from '../store/db.ts';
import { recordEvents } from '../store/history.ts';
import { byOf } from './common.ts';

export function routes(app: App): void {
  app.handle(campaigns, async ({ trx, workspace, query }) => {
    const before = query.before === undefined ? undefined : decode(query.before, 'before');
    const rows = await read(trx, workspace)
      .$if(query.q !== undefined, (q) => q.where('c.key', 'like', `%${campaignKey(query.q!).replace(/[\\%_]/g, '\\$&')}%`))
      .$if(query.channel !== undefined, (q) => q.where('c.channel', '=', query.channel!))
      .$if(before !== undefined, (q) =>
        q.where(
          sql<boolean>`(coalesce(c.started_on, c.created_at::date)::timestamptz, c.id) < (${before!.at}::timestamptz, ${before!.id}::uuid)`,
        ),
      )
      .orderBy(sql`coalesce(c.started_on, c.created_at::date)`, 'desc')
      .orderBy('c.id', 'desc')
      .limit(query.limit + 1)
      .execute();
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    return {
      items: items.map(toCampaign),
      ...(rows.length > query.limit &&
        last && { next: encode({ at: `${last.started_on ?? last.created_at.slice(0, 10)}T00:00:00.000Z`, id: last.id }) }),
    };
  });

  app.handle(getCampaign, async ({ trx, workspace, params }) => one(trx, workspace, params.id));

  app.handle(addCampaign, async ({ trx, workspace, user, body, operation, receivedAt }) => {
    const { name, channel, startedOn, intent, message } = body;
    try {
      await trx
        .insertInto('campaign')
        .values({
          workspace,
          id: operation,
          name,
          key: campaignKey(name),
          channel,
          started_on: startedOn ?? null,
          ...(intent !== undefined && { intent }),
          headline: message?.headline ?? null,
          points: message?.points ?? [],
          link: message?.link ?? null,
        })
        .execute();
    } catch (error) {
      if (isTaken(error, 'campaign_pkey')) throw worded('key-reused', 'key-used');
      throw sameName(error, name);
    }
    await recordEvents(trx, workspace, byOf(user), { at: receivedAt, receivedAt, operation }, [
      { kind: 'campaign', data: { id: operation, state: 'added' } },
    ]);
    await recordAudit(trx, workspace, byOf(user), { at: receivedAt, action: 'campaign.add', subject: operation });
    return one(trx, workspace, operation);
  });

  app.handle(changeCampaign, async ({ trx, workspace, user, params, body, receivedAt }) => {
    await one(trx, workspace, params.id);
    const { name, channel, startedOn, intent, message } = body;
    try {
      await trx
        .updateTable('campaign')
        .set({
          updated_at: receivedAt,
          ...(name !== undefined && { name, key: campaignKey(name) }),
          ...(channel !== undefined && { channel }),
          ...(startedOn !== undefined && { started_on: startedOn }),
          ...(intent !== undefined && { intent }),
          ...(message !== undefined && { headline: message?.headline ?? null, points: message?.points ?? [], link: message?.link ?? null }),
        })
        .where('workspace', '=', workspace)
        .where('id', '=', params.id)
        .execute();
    } catch (error) {
      throw sameName(error, name ?? '');
    }
    // It stands on the card of everybody it touched.
    const touched = await trx
      .selectFrom('person_campaign')
      .select('person')
      .where('workspace', '=', workspace)
      .where('campaign', '=', params.id)
      .execute();
    await recordChange(
      trx,
      workspace,
      touched.map(({ person }) => person),
    );
    await recordEvents(trx, workspace, byOf(user), { at: receivedAt, receivedAt }, [
      { kind: 'campaign', data: { id: params.id, state: 'changed' } },
    ]);
    await recordAudit(trx, workspace, byOf(user), {
      at: receivedAt,
      action: 'campaign.change',
      subject: params.id,
      detail: { fields: Object.keys(body) },
    });
    return one(trx, workspace, params.id);
  });

  app.handle(spend, async ({ trx, workspace, query }) => {
    const rows = await trx
      .selectFrom('spend')
      .selectAll()
      .where('workspace', '=', workspace)
      .$if(query.campaign !== undefined, (q) => q.where('campaign', '=', query.campaign!))
      .$if(query.from !== undefined, (q) => q.where('month', '>=', `${query.from}-01`))
      .$if(query.to !== undefined, (q) => q.where('month', '<=', `${query.to}-01`))
      .orderBy('month')
      .orderBy('campaign')
      .orderBy('currency')
      .execute();
    return { items: rows.map(toSpend) };
  });

  app.handle(setSpend, async ({ trx, workspace, user, body, receivedAt }) => {
    await one(trx, workspace, body.campaign);
    const { campaign, currency, planned, spent } = body;
    const given = { ...(planned !== undefined && { planned }), ...(spent !== undefined && { spent }) };
    const month = `${body.month}-01`;
    const row = await trx
      .insertInto('spend')
      .values({ workspace, campaign, month, currency, ...given })
      // Something has to be set for the row to come back.
      .onConflict((conflict) => conflict.columns(['workspace', 'campaign', 'month', 'currency']).doUpdateSet({ currency, ...given }))
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordAudit(trx, workspace, byOf(user), {
      at: receivedAt,
      action: 'spend.set',
      subject: campaign,
      detail: { month: body.month, currency, ...given },
    });
    return toSpend(row);
  });
}

const sameName = (error: unknown, name: string): unknown =>
  isTaken(error, 'campaign_workspace_key_key')
    ? worded('conflict', 'campaign-known', {
        name,
      })
    : error;

const read = (trx: Trx, workspace: string) =>
  trx
    .selectFrom('campaign as c')
    .where('c.workspace', '=', workspace)
    .select(['c.id', 'c.name', 'c.channel', 'c.started_on', 'c.created_at', 'c.intent', 'c.headline', 'c.points', 'c.link'])
    .select((eb) =>
      eb
        .selectFrom('person_campaign as pc')
        .where('pc.workspace', '=', workspace)
        .whereRef('pc.campaign', '=', 'c.id')
        .where('pc.active', '>', 0)
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .as('people'),
    );

type Row = Awaited<ReturnType<ReturnType<typeof read>['execute']>>[number];

const toCampaign = (row: Row) => ({
  id: row.id,
  name: row.name,
  channel: row.channel,
  ...(row.started_on !== null && { startedOn: row.started_on }),
  intent: row.intent,
  ...(row.headline !== null && { message: { headline: row.headline, points: row.points, ...(row.link !== null && { link: row.link }) } }),
  people: Number(row.people ?? 0),
});

async function one(trx: Trx, workspace: string, id: string) {
  const row = await read(trx, workspace).where('c.id', '=', id).executeTakeFirst();
  if (!row) throw noSuch('campaign');
  return toCampaign(row);
}

const toSpend = (row: { campaign: string; month: string; currency: string; planned: number | null; spent: number | null }) => ({
  campaign: row.campaign,
  month: row.month.slice(0, 7),
  currency: row.currency,
  ...(row.planned !== null && { planned: row.planned }),
  ...(row.spent !== null && { spent: row.spent }),
});
