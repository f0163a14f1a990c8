import { createHash } from 'node:crypto';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import type { SourceKind } from '../../lib/funnel/arrive.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import { canonical } from '../../lib/funnel/keys.ts';
import { says as sayThat } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import { strongKinds } from '../../lib/funnel/wake.ts';
import { isActive, partOf, teamOf } from '../../lib/funnel/words.ts';
import { handOverByRules } from '../rules/run.ts';
import { findAgreement } from '../store/agreements.ts';
import type { Trx } from '../store/db.ts';
import { noHistory, readLeads, writeHistory } from '../store/leads.ts';
import type { By } from '../store/tables.ts';
import { addTouches, type NewTouch } from '../store/touches.ts';
import { type Arrival, says } from './arrival.ts';
import { findCampaigns } from './campaigns.ts';
import { identify, writeAliases } from './identities.ts';
import { insertLeads, type NewLead } from './new-leads.ts';
import { addKeys, createPeople, type Fields, updatePeople } from './people.ts';
import { beginning, tellsWho } from './promote.ts';
import { knownChanges, type Mover, move } from './stages.ts';
import { dropWaiting, keepWaiting, moveWaiting, takeWaiting } from './waiting.ts';

/** The one place where everything from outside ends: calls of SDKs, rows of files, records of CRMs. */

/** Leads that move at once. */
const together = 50;

export interface IngestContext {
  receivedAt: string;
  /** How far the source is believed about stages. */
  kind: SourceKind;
  /** Who is named in the history of a lead that moves. */
  by: By;
}

/**
 * What became of an arrival. `kept` also when it was there already: the same event twice is one. `waiting`: nobody is
 * named yet. `erased`: about somebody who asked to be forgotten.
 */
export interface Outcome {
  is: 'kept' | 'waiting' | 'erased' | 'nobody';
  person?: string;
  /** Said to whoever sent it: the arrival was kept, but not all of it had an effect. */
  notes: { about: 'key' | 'owner' | 'stage'; said: Said }[];
}

/**
 * Stores arrivals, in any order, each once. One outcome for each, in their order.
 * Runs in the caller's transaction; may throw a serialization failure, upon which the transaction is repeated.
 * Some hundred at a time are fastest.
 */
export async function ingest(trx: Trx, workspace: string, arrivals: readonly Arrival[], context: IngestContext): Promise<Outcome[]> {
  const terms = await termsOf(trx, workspace);
  const identities = await identify(trx, workspace, arrivals);
  const { resolved, newcomers, added } = identities;
  const outcomes = resolved.map(({ person, erased, waitsFor, taken }): Outcome => {
    const is = person ? 'kept' : erased ? 'erased' : waitsFor ? 'waiting' : 'nobody';
    const notes = taken.map(({ kind }) => ({
      about: 'key' as const,
      said: sayThat('row-key-taken', { kind: kind === 'email' ? 'email' : 'profile' }),
    }));
    return { is, notes, ...(person && { person }) };
  });

  await moveWaiting(trx, workspace, identities.linked);
  await keepWaiting(
    trx,
    workspace,
    resolved.flatMap(({ arrival, waitsFor }) => (waitsFor && says(arrival) ? [{ arrival, waitsFor }] : [])),
  );
  await dropWaiting(trx, workspace, identities.gone);
  const released = await takeWaiting(trx, workspace, identities.tied);

  const events = [
    ...released.map(({ arrival, person }) => ({ arrival, person, outcome: undefined })),
    ...resolved.flatMap(({ arrival, person }, i) => (person ? [{ arrival, person, outcome: outcomes[i]! }] : [])),
  ];
  const byPerson = Map.groupBy(events, ({ person }) => person);
  const owners = await findOwners(trx, workspace, events);

  // People, then their leads, then what they did: each needs the one before.
  const first = new Map(
    [...newcomers.keys()].map((person) => [person, oldest((byPerson.get(person) ?? []).map(({ arrival }) => arrival))]),
  );
  await createPeople(
    trx,
    workspace,
    [...newcomers].map(([id, keys]) => ({
      id,
      keys,
      at: first.get(id)!.at,
      ...latest((byPerson.get(id) ?? []).map(({ arrival }) => arrival)),
    })),
    arrivals[0]?.source ?? context.kind,
  );
  await addKeys(trx, workspace, added, arrivals[0]?.source ?? context.kind);
  await writeAliases(trx, workspace, identities);
  await updatePeople(
    trx,
    workspace,
    events.flatMap(({ arrival, person }) => (newcomers.has(person) ? [] : [{ id: person, at: arrival.at, ...arrival.person }])),
  );

  const changes = events.flatMap(({ arrival }) => (arrival.stage ? [{ source: arrival.source, sourceId: arrival.sourceId }] : []));
  const known = await knownChanges(trx, workspace, changes);
  const isKnown = ({ source, sourceId }: Arrival) => known.has(`${source}\0${sourceId}`);
  const begun = [...first].map(([id, arrival]) => {
    const owner = arrival.person?.owner && owners.get(ownerKey(arrival.person.owner));
    return begin(id, isKnown(arrival) ? { ...arrival, stage: undefined } : arrival, context.by, owner || undefined);
  });
  await insertLeads(trx, workspace, begun, terms, context.receivedAt);

  const { touches, high } = await touchesOf(trx, workspace, events, terms);
  const fresh = await addTouches(trx, workspace, touches);
  const movers = new Map<string, Mover[]>();
  const moves = (person: string, mover: Mover) => movers.set(person, [...(movers.get(person) ?? []), mover]);
  const isHigh = ({ campaign }: NewTouch): boolean => campaign !== undefined && high.has(campaign);
  for (const touch of fresh)
    if (tellsWho(touch.kind) || strongKinds.includes(touch.kind) || (isHigh(touch) && isActive(touch.kind)))
      moves(touch.person, { at: touch.at, source: touch.source, touch: touch.kind, ...(isHigh(touch) && { high: true }) });
  for (const { arrival, person, outcome } of events) {
    const { stage, source, sourceId, at } = arrival;
    const stated = arrival.person?.owner;
    const owner = stated === undefined ? undefined : owners.get(ownerKey(stated));
    if (stated !== undefined && owner === undefined)
      outcome?.notes.push({
        about: 'owner',
        said: sayThat('row-owner-unknown'),
      });
    if (!stage || isKnown(arrival)) continue;
    moves(person, {
      at,
      source,
      sourceId,
      stage,
      ...(owner && { owner }),
      refused: ({ refused, facts = {} }) => {
        if (refused !== 'same-stage') outcome?.notes.push({ about: 'stage', said: { code: refused, facts } });
      },
    });
  }
  const silent = new Set(begun.flatMap((one) => (one.silent ? [one.lead.id] : [])));
  const leads = await readLeads(trx, workspace, [...movers.keys()], { lock: true });
  // Leads do not meet, so their queries share the wire; not all at once, so that memory stays bounded.
  const moving = [...movers].flatMap(([person, list]) => {
    const lead = leads.get(person);
    return lead ? [{ lead, list }] : [];
  });
  const later = noHistory();
  for (let i = 0; i < moving.length; i += together)
    await Promise.all(
      moving
        .slice(i, i + together)
        .map(({ lead, list }) => move(trx, workspace, lead, list, { ...context, terms, later, silent: silent.has(lead.id) })),
    );
  await writeHistory(trx, workspace, later);
  // Files tell what was, in several parts; once they are all there the rules look by themselves.
  if (context.kind !== 'history') {
    const acted = fresh.filter(({ kind }) => isActive(kind)).map(({ person }) => person);
    await handOverByRules(trx, workspace, [...new Set(acted)], terms, context.receivedAt);
  }
  return outcomes;
}

/**
 * The lead of a person who was unknown. At `mql` a hand-off opens, and what was returned has a story: these two are
 * written silently, and moved to where they really begin.
 */
function begin(id: string, { touch, stage, at, source, sourceId }: Arrival, by: By, owner: string | undefined): NewLead {
  const { lead } = beginning(id, touch?.kind, at);
  if (!stage) return { lead, by };
  const silent = stage.to === 'mql' || partOf[stage.to] === 'aside';
  return {
    lead: {
      ...lead,
      stage: silent ? 'lead' : stage.to,
      ...(stage.origin && { origin: stage.origin }),
      ...(owner && teamOf[stage.to] === 'sales' && { owner }),
    },
    by,
    ...(silent ? { silent } : { source, sourceId, ...(stage.amount && { amount: stage.amount }) }),
  };
}

/** Of two at the same time the one that names a stage tells more. */
const oldest = (arrivals: readonly Arrival[]): Arrival =>
  arrivals.reduce((a, b) => ((Date.parse(b.at) - Date.parse(a.at) || Number(Boolean(a.stage)) - Number(Boolean(b.stage))) < 0 ? b : a));
/** What is said last counts; what is not said again stays. */
function latest(arrivals: readonly Arrival[]): Fields {
  const said: Fields = {};
  for (const { person } of [...arrivals].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)))
    for (const field of ['name', 'title', 'company', 'segment'] as const) if (person?.[field]) said[field] = person[field];
  return said;
}

/** Without an agreement nobody owes anything: no clock runs until the first one is in force. */
export async function termsOf(trx: Trx, workspace: string): Promise<Agreement> {
  return (await findAgreement(trx, workspace)) ?? { ...defaultAgreement('UTC'), allowed: {} };
}

const ownerKey = (address: string): string => canonical('email', address) ?? address;
async function findOwners(trx: Trx, workspace: string, events: readonly { arrival: Arrival }[]): Promise<Map<string, string>> {
  const wanted = [...new Set(events.flatMap(({ arrival }) => (arrival.person?.owner ? [ownerKey(arrival.person.owner)] : [])))];
  if (wanted.length === 0) return new Map();
  const rows = await trx
    .selectFrom('app_user')
    .select(['id', 'email'])
    .where('workspace', '=', workspace)
    .where('email', 'in', wanted)
    .where('disabled_at', 'is', null)
    .execute();
  return new Map(rows.map(({ id, email }) => [email, id]));
}

async function touchesOf(
  trx: Trx,
  workspace: string,
  events: readonly { arrival: Arrival; person: string }[],
  terms: Agreement,
): Promise<{ touches: NewTouch[]; high: ReadonlySet<string> }> {
  const calendar = businessCalendar(terms.calendar);
  const seen = events.flatMap(({ arrival, person }) => (arrival.touch ? [{ arrival, person, touch: arrival.touch }] : []));
  const named = seen.filter(({ touch }) => touch.campaign?.name || touch.campaign?.ref);
  const campaigns = await findCampaigns(
    trx,
    workspace,
    named.map(({ arrival, touch }) => ({
      ...touch.campaign,
      channel: touch.campaign?.channel ?? touch.channel,
      source: arrival.source,
      startedOn: calendar.dayOf(Date.parse(arrival.at)),
    })),
  );
  const campaignOf = new Map(named.map(({ arrival }, i) => [arrival, campaigns[i]!]));
  const high = new Set(campaigns.filter(({ intent }) => intent === 'high').map(({ id }) => id));
  const touches = seen.map(({ arrival, person, touch }): NewTouch => {
    const campaign = campaignOf.get(arrival);
    const row = {
      person,
      at: arrival.at,
      kind: touch.kind,
      channel: touch.channel ?? campaign?.channel ?? 'other',
      source: arrival.source,
      sourceId: arrival.sourceId,
      ...(campaign && { campaign: campaign.id }),
      ...(touch.asset && { asset: touch.asset }),
      ...(touch.link && { link: touch.link }),
    };
    // Whoever opens an article five times has read it once that day, whichever source tells of it.
    if (touch.kind === 'read')
      return { ...row, source: 'read', sourceId: digest(person, touch.asset ?? touch.link ?? '', calendar.dayOf(Date.parse(arrival.at))) };
    return row;
  });
  return { touches, high };
}

const digest = (...parts: string[]): string => createHash('sha256').update(parts.join('\0')).digest('base64url');
