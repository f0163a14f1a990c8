import type { CrmState } from '../../lib/contract/card.ts';
import { inEnglish, says } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import { sourceById } from './index.ts';

/** What the store knows of a lead and its CRM, as one query of the card reads it. */
export interface CrmWrite {
  id: string;
  state: 'waiting' | 'sent' | 'refused';
  /** As PostgreSQL writes an instant into JSON. */
  at: string;
  sentence: string | null;
  said: Said | null;
  kept: string[];
  name: string;
  /** Of the connection. */
  link: string;
  trouble: { sentence: string; said?: Said } | null;
}
export interface CrmRecord {
  source: string;
  address: string;
  record: string;
  name: string;
}

/**
 * Of one lead, for a card: the write that most needs a person, and the record it is in the CRM. Both are null without
 * looking at anything when the workspace has no CRM. Joins `l`, a lead, in the workspace `$1`.
 */
export const crmOfLead = {
  columns: 'crm.write as crm_write, record.record as crm_record',
  joins: `
  left join lateral (
    select w.link, jsonb_build_object('id', w.id, 'state', w.state, 'at', coalesce(w.ended_at, w.created_at),
      'sentence', w.sentence, 'said', w.said,
      'kept', array(select coalesce(s.labels -> 'fields' ->> field, field) from unnest(w.kept) as field), 'name', s.name, 'link', s.state, 'trouble', s.trouble) as write
    from source_write w join source_link s on s.workspace = $1 and s.id = w.link and s.state <> 'disconnected'
    where (select exists (select from source_link any_link where any_link.workspace = $1))
      and w.workspace = $1 and w.lead = l.id and w.state <> 'discarded'
    order by case w.state when 'refused' then 0 when 'waiting' then 1 else 2 end,
      case when w.state = 'sent' then w.ended_at end desc nulls last, w.id
    limit 1
  ) crm on true
  left join lateral (
    select jsonb_build_object('source', s.source, 'address', s.address, 'name', s.name,
      'record', substr(a.value, length(s.source) + length(s.account) + 3)) as record
    from person_alias a
    join source_link s on s.workspace = $1 and s.state <> 'disconnected' and starts_with(a.value, s.source || ':' || s.account || ':')
    where (select exists (select from source_link any_link where any_link.workspace = $1))
      and a.workspace = $1 and a.person = l.id and a.kind = 'record'
    order by s.id = crm.link desc nulls last, a.created_at
    limit 1
  ) record on true`,
} as const;

export function crmState(write: CrmWrite | null, record: CrmRecord | null): CrmState {
  const link = record && sourceById(record.source)?.recordUrl(record.address, record.record);
  const where = { ...(link && { link }), ...((write ?? record) && { name: (write ?? record)!.name }) };
  if (!write) return { state: 'none', ...where };
  const at = new Date(write.at).toISOString();
  const told = { ...(write.sentence && { sentence: write.sentence }), ...(write.said && { said: write.said }) };
  if (write.state === 'refused') return { state: 'refused', at, ...told, write: write.id, ...where };
  if (write.state === 'waiting') return { state: 'waiting', at, ...(whyWaiting(write) ?? told), ...where };
  if (write.kept.length === 0) return { state: 'updated', at, ...where };
  // Somebody changed it in the CRM after the act: theirs was left standing.
  const kept = says('crm-kept', { crm: write.name, fields: write.kept });
  return { state: 'updated', at, sentence: inEnglish(kept)!, said: kept, ...where };
}

/** What keeps the whole connection from writing, where its own attempts say nothing of it. */
function whyWaiting({ link, name, sentence, trouble }: CrmWrite): Pick<CrmState, 'sentence' | 'said'> | undefined {
  if (link === 'paused') {
    const said = says('crm-paused', { crm: name });
    return { sentence: inEnglish(said)!, said };
  }
  if (sentence !== null || !trouble) return undefined;
  return { sentence: trouble.sentence, ...(trouble.said && { said: trouble.said }) };
}
