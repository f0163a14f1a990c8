import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { canonical } from '../../lib/funnel/keys.ts';
import type { Actor } from '../../lib/funnel/lead.ts';
import { storeCampaigns, storeSpend } from '../imports/store.ts';
import { findCampaigns } from '../ingest/campaigns.ts';
import { insertLeads, type NewLead } from '../ingest/new-leads.ts';
import { createPeople } from '../ingest/people.ts';
import { hashPassword } from '../sign-in/password.ts';
import { samplePassword } from '../sign-in/sample.ts';
import type { Store, Trx } from '../store/db.ts';
import { recordEvents } from '../store/history.ts';
import { newId } from '../store/id.ts';
import { saveLead } from '../store/leads.ts';
import type { By } from '../store/tables.ts';
import { addTouches } from '../store/touches.ts';
import { addLeadsetKey, createTeam, createUser } from '../store/workspaces.ts';
import { sampleCompany, sampleDomain, sampleSeed } from './cast.ts';
import { freezePast } from './digests.ts';
import { generate, type Sample } from './generate.ts';
import { replay, type Step, touchesByPerson } from './replay.ts';
import { day, iso } from './times.ts';

/**
 * Writes the sample workspace as of `now` (epoch ms), whole or not at all; answers its id. What an import, the rules
 * and people would have written goes through the same functions. The reports of past periods come after it.
 */
export async function seedSample(store: Store, now: number, seed = sampleSeed): Promise<string> {
  const sample = generate(seed, now);
  const passwordHash = await hashPassword(samplePassword);
  const workspace = newId();
  const actors = await store.inWorkspace(workspace, async (trx) => {
    const actors = await foundation(trx, workspace, sample, passwordHash, { seed, at: now });
    const campaigns = await writeCampaigns(trx, workspace, sample, now);
    const ids = await writePeople(trx, workspace, sample);
    await writeLives(trx, workspace, sample, ids, actors, now);
    const touches = sample.touches.map(({ person, at, campaign, ...touch }, i) => ({
      ...touch,
      person: ids[person]!,
      at: iso(at),
      ...(campaign && { campaign: campaigns.get(campaign)! }),
      source: 'sample',
      sourceId: String(i),
    }));
    for (let i = 0; i < touches.length; i += 1000) await addTouches(trx, workspace, touches.slice(i, i + 1000));
    await writeFeedback(trx, workspace, sample, ids, actors, campaigns);
    return actors;
  });
  await freezePast(store, workspace, now, actors);
  return workspace;
}

/** Company, teams, accounts, the agreement that both teams signed. */
async function foundation(
  trx: Trx,
  workspace: string,
  sample: Sample,
  passwordHash: string,
  made: { seed: number; at: number },
): Promise<Map<string, Actor>> {
  await trx
    .insertInto('workspace')
    .values({
      workspace,
      name: sampleCompany,
      sample: true,
      settings: JSON.stringify({ ownDomains: [sampleDomain], sample: made }),
      erasure_key: randomBytes(32),
    })
    .execute();
  await addLeadsetKey(trx, workspace, { ready: true });
  const teams = {
    sales: await createTeam(trx, workspace, { name: 'Sales', side: 'sales' }),
    marketing: await createTeam(trx, workspace, { name: 'Marketing', side: 'marketing' }),
  };
  const actors = new Map<string, Actor>();
  for (const { key, email, name, role, team } of sample.users) {
    const id = await createUser(trx, workspace, { email, name, role, team: teams[team], passwordHash });
    actors.set(key, { id, kind: 'user', role, name });
  }
  const signed = iso(made.at - 269 * day);
  await trx
    .insertInto('agreement')
    .values({
      workspace,
      version: 1,
      body: JSON.stringify({ ...sample.agreement, version: 1 }),
      made_by: actors.get('marketer')!.id,
      made_at: signed,
      in_force_at: signed,
    })
    .execute();
  await trx
    .insertInto('agreement_signature')
    .values([
      { workspace, version: 1, team: 'marketing', by_user: actors.get('marketer')!.id, at: signed },
      { workspace, version: 1, team: 'sales', by_user: actors.get('manager')!.id, at: signed },
    ])
    .execute();
  return actors;
}

async function writeCampaigns(trx: Trx, workspace: string, { campaigns }: Sample, now: number): Promise<Map<string, string>> {
  const importing = { workspace, receivedAt: iso(now), by: { kind: 'source', id: 'sample' } as const };
  const numbered = <T>(value: T) => ({ line: 0, content: '', value });
  await storeCampaigns(
    trx,
    importing,
    campaigns.map(({ name, channel, started, headline, points, link }) =>
      numbered({ name, channel, startedOn: iso(started).slice(0, 10), headline, points, link }),
    ),
  );
  await storeSpend(
    trx,
    importing,
    campaigns.flatMap(({ name, spend }) =>
      spend.map(({ month, planned, spent }) => numbered({ campaign: name, month: `${month}-01`, planned, spent, currency: 'EUR' })),
    ),
  );
  const found = await findCampaigns(trx, workspace, campaigns.map(({ name }) => ({ name, source: 'sample', startedOn: '' }))); // biome-ignore format: short
  return new Map(campaigns.map(({ key }, i) => [key, found[i]!.id]));
}

/** The sizes that the sample company sells to: half in the middle, a third small, the rest large. */
function segmentOf(company: string): string {
  const sum = [...company].reduce((total, letter) => total + letter.codePointAt(0)!, 0) % 6;
  return sum < 3 ? 'Mid-market' : sum < 5 ? 'Small business' : 'Enterprise';
}

async function writePeople(trx: Trx, workspace: string, { people }: Sample): Promise<string[]> {
  const made = people.map(({ name, title, company, email, linkedin, from }) => ({
    id: newId(),
    name,
    title,
    company,
    segment: segmentOf(company),
    at: iso(from),
    keys: [
      { kind: 'email' as const, value: canonical('email', email)! },
      ...(linkedin ? [{ kind: 'linkedin' as const, value: canonical('linkedin', linkedin)! }] : []),
    ],
  }));
  await createPeople(trx, workspace, made, 'sample');
  await sql`update person set created_at = updated_at where workspace = ${workspace}::uuid`.execute(trx);
  return made.map(({ id }) => id);
}

/** Every lead's story, step by step as the rules made it. Leads do not meet, so their queries share the wire. */
async function writeLives(
  trx: Trx,
  workspace: string,
  sample: Sample,
  ids: readonly string[],
  actors: ReadonlyMap<string, Actor>,
  now: number,
): Promise<void> {
  const byPerson = touchesByPerson(sample);
  const lives = sample.people.map((lead, i) => replay(ids[i]!, lead, byPerson.get(i) ?? [], sample, actors, now, newId));
  const begun = lives.map(([first]): NewLead => ({ lead: first!.applied.lead, by: byOf(first!), receivedAt: first!.at }));
  await insertLeads(trx, workspace, begun, sample.agreement, iso(now));
  await Promise.all(
    lives.map(async (steps) => {
      for (const step of steps.slice(1)) {
        const { at, before, applied, criteria } = step;
        const when = { at, receivedAt: at, ...(step.actor.kind === 'user' && { actedAt: at }), agreement: 1 };
        await saveLead(trx, workspace, before, applied, {
          ...when,
          by: byOf(step),
          terms: sample.agreement,
          ...(criteria && { criteria }),
        });
      }
    }),
  );
  await sql`update lead l set created_at = p.created_at from person p where l.workspace = ${workspace}::uuid and p.workspace = l.workspace and p.id = l.id`.execute(
    trx,
  );
}

const byOf = ({ actor }: Step): By => ({ kind: actor.kind, id: actor.id, ...(actor.name && { name: actor.name }) });

async function writeFeedback(
  trx: Trx,
  workspace: string,
  sample: Sample,
  ids: readonly string[],
  actors: ReadonlyMap<string, Actor>,
  campaigns: ReadonlyMap<string, string>,
): Promise<void> {
  const said = sample.feedback.map((one) => ({ ...one, id: newId() }));
  await trx
    .insertInto('feedback')
    .values(
      said.map((one) => ({
        workspace,
        id: one.id,
        person: ids[one.person]!,
        kind: one.kind,
        verdict: one.verdict ?? null,
        reasons: one.reasons ?? [],
        note: one.note ?? null,
        campaign: one.campaign ? campaigns.get(one.campaign)! : null,
        by_user: actors.get(one.by)!.id,
        at: iso(one.at),
        acted_at: iso(one.at),
        replied: one.replies.at(-1)?.state ?? null,
        agreement: 1,
      })),
    )
    .execute();
  const replies = said.flatMap((one) => one.replies.map((reply) => ({ ...reply, feedback: one.id, person: ids[one.person]! })));
  await trx
    .insertInto('feedback_reply')
    .values(
      replies.map(({ feedback, state, note, by, at }) => ({
        workspace,
        id: newId(),
        feedback,
        state,
        note: note ?? null,
        by_user: actors.get(by)!.id,
        at: iso(at),
        acted_at: iso(at),
      })),
    )
    .execute();
  const events = [
    ...said.map((one) => ({
      at: one.at,
      by: one.by,
      event: {
        person: ids[one.person]!,
        kind: 'feedback' as const,
        data: { id: one.id, kind: one.kind, ...(one.verdict && { verdict: one.verdict }), reasons: one.reasons ?? [] },
      },
    })),
    ...replies.map((one) => ({
      at: one.at,
      by: one.by,
      event: { person: one.person, kind: 'reply' as const, data: { feedback: one.feedback, state: one.state } },
    })),
  ];
  await Promise.all(
    events.map(({ at, by, event }) => {
      const { id, name } = actors.get(by)!;
      return recordEvents(
        trx,
        workspace,
        { kind: 'user', id, ...(name && { name }) },
        { at: iso(at), actedAt: iso(at), receivedAt: iso(at), agreement: 1 },
        [event],
      );
    }),
  );
}
