import { sql } from 'kysely';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { decide, isRefusal } from '../../lib/funnel/decide.ts';
import type { Decision, Lead } from '../../lib/funnel/lead.ts';
import { isAbout, type Match, matchOf, subjectOf } from '../../lib/funnel/rule.ts';
import { whyNow } from '../../lib/funnel/why.ts';
import { decisionNote } from '../sources/noted.ts';
import { queueWrites } from '../sources/writes.ts';
import { findAgreement } from '../store/agreements.ts';
import type { Store, Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import { readLeads, saveLead } from '../store/leads.ts';
import type { By } from '../store/tables.ts';
import { activeTouches, peopleKnown, type ReadTouch, type Who } from './known.ts';
import { readRules, type StoredRule } from './store.ts';
import { takerOf } from './takers.ts';

/** Leads looked at in one transaction, so that nobody waits long for a lock. */
const batch = 100;
const dayMs = 86_400_000;

/**
 * Hands over whom of these people a rule takes now. Runs in the caller's transaction. Answers how many.
 * Every lead is looked at under lock, so of two runs at once the second finds it handed over.
 */
export async function handOverByRules(
  trx: Trx,
  workspace: string,
  people: readonly string[],
  terms: Agreement,
  now: string,
): Promise<number> {
  if (people.length === 0) return 0;
  const rules = await readRules(trx, workspace, { on: true });
  if (rules.length === 0) return 0;
  const leads = await readLeads(trx, workspace, people, { lock: true });
  // After the lock: what somebody else did meanwhile is seen.
  const known = await peopleKnown(trx, workspace, [...leads.keys()]);
  const touches = await activeTouches(trx, workspace, [...leads.keys()], since(rules, now));
  let done = 0;
  for (const lead of leads.values()) {
    const who = known.get(lead.id);
    if (!who) continue;
    const subject = subjectOf(lead, who.handedOverAt, terms, now);
    const own = touches.get(lead.id) ?? [];
    for (const rule of rules) {
      const match = isAbout(rule.body, who) && matchOf(rule.body.when, subject, own, now);
      if (!match) continue;
      await handOver(trx, workspace, { rule, lead, who, match }, terms, now);
      done++;
      break;
    }
  }
  return done;
}

const since = (rules: readonly StoredRule[], now: string): string =>
  new Date(Date.parse(now) - Math.max(...rules.map(({ body }) => body.when.days)) * dayMs).toISOString();

interface Found {
  rule: StoredRule;
  lead: Lead;
  who: Who;
  match: Match;
}

async function handOver(trx: Trx, workspace: string, { rule, lead, who, match }: Found, terms: Agreement, now: string): Promise<void> {
  const channel = match.touches[0]?.channel;
  const taker = await takerOf(trx, workspace, rule, lead.id, { ...who, ...(channel && { channel }) });
  const known = terms.stages.mql?.criteria.map(({ id }) => id) ?? [];
  // A criterion that the agreement has dropped since is nobody's.
  const criteria = rule.body.criteria.filter((id) => known.includes(id));
  const by: By = { kind: 'rule', id: rule.id, name: rule.body.name };
  const decision: Decision = {
    kind: 'hand_over',
    criteria,
    why: whyNow(match.touches as ReadTouch[]),
    intent: rule.body.intent,
    ...(taker.user !== undefined && { to: taker.user }),
  };
  const result = decide(lead, decision, by, terms, now, newId);
  if (isRefusal(result)) throw new Error(`A rule took a lead that may not be handed over: ${result.sentence}`);
  const handoff = result.lead.handoff!.id;
  await saveLead(trx, workspace, lead, result, {
    by,
    terms,
    at: now,
    receivedAt: now,
    agreement: terms.version,
    criteria,
    ...(taker.team !== undefined && { team: taker.team }),
  });
  await trx
    .insertInto('rule_handoff')
    .values({
      workspace,
      handoff,
      rule: rule.id,
      version: rule.version,
      touches: match.touches.map(({ id }) => id),
      score: match.score ?? null,
      at: now,
    })
    .execute();
  // Sent within the minute by the job that looks for writes.
  await queueWrites(trx, workspace, {
    operation: handoff,
    lead: lead.id,
    body: { what: 'decision', stage: 'mql', at: now },
    note: () => decisionNote(trx, workspace, { decision, rule: rule.body.name, lead: result.lead, agreement: terms }),
  });
}

/** Looks at everybody whom a rule could take. Answers how many were handed over. */
export async function runRules(store: Store, workspace: string, now: string, signal?: AbortSignal): Promise<number> {
  let done = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    signal?.throwIfAborted();
    const step = await store.inWorkspace(workspace, async (trx) => {
      const terms = await findAgreement(trx, workspace);
      const rules = terms ? await readRules(trx, workspace, { on: true }) : [];
      if (!terms || rules.length === 0) return { last: undefined, done: 0 };
      const { rows } = await sql<{ id: string }>`
        select l.id from lead l
        where l.workspace = ${workspace}::uuid and l.stage in ('subscriber', 'lead', 'recycled') and l.id > ${after}::uuid
          and exists (
            select 1 from touch t where t.workspace = l.workspace and t.person = l.id and t.active and t.at > ${since(rules, now)}::timestamptz)
        order by l.id limit ${batch}`.execute(trx);
      const ids = rows.map(({ id }) => id);
      return { last: ids.at(-1), done: await handOverByRules(trx, workspace, ids, terms, now) };
    });
    done += step.done;
    if (step.last === undefined) return done;
    after = step.last;
  }
}
