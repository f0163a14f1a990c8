import type { ColumnType, Generated as KyselyGenerated } from 'kysely';
import type { DigestBody } from '../../lib/contract/routes/digests.ts';
import type { EventKind } from '../../lib/contract/routes/events.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import type { Grain } from '../../lib/funnel/periods.ts';
import type { RuleBody } from '../../lib/funnel/rule.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import type {
  Channel,
  HandoffState,
  Intent,
  KeyKind,
  Origin,
  ReplyState,
  Role,
  Team as Side,
  Stage,
  TouchKind,
  Verdict,
} from '../../lib/funnel/words.ts';
import type { Labels } from '../sources/labels.ts';
import type { Mapping } from '../sources/source.ts';
import type { Known } from '../sources/stage-rule.ts';
import type { WriteBody } from '../sources/writes.ts';

/**
 * The store as TypeScript sees it; the truth is in `migrations/`.
 * Instants come back as RFC 3339 strings in UTC with milliseconds, dates as `YYYY-MM-DD`, `bigint` as number,
 * `xid8` as string, `bytea` as Buffer.
 */

type Generated<T> = KyselyGenerated<T>;
type Instant = ColumnType<string, string | Date, string | Date>;
type MaybeInstant = ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
type Stamp = ColumnType<string, string | Date | undefined, string | Date>;
/** Written as JSON text (`JSON.stringify`): the driver would turn a JavaScript array into a PostgreSQL array. */
type Json<T> = ColumnType<T, string, string>;
type JsonOr<T> = ColumnType<T, string | undefined, string>;
type Xid = ColumnType<string, never, never>;
type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** Who did it, as written into history. */
export interface By {
  kind: 'user' | 'rule' | 'source';
  id: string;
  name?: string;
}

/** Deals of a CRM, by a name that is the same for everybody in them: those that an amount is made of, and those that were won. */
export interface AmountDeals {
  pipeline: Record<string, number>;
  won: Record<string, number>;
}

export interface Tables {
  store_state: { only_row: Generated<boolean>; era: string; system: string };
  workspace: {
    workspace: string;
    name: string;
    sample: Generated<boolean>;
    settings: JsonOr<Record<string, unknown>>;
    erasure_key: Buffer;
    created_at: Stamp;
  };
  team: { workspace: string; id: string; name: string; side: Side; created_at: Stamp };
  app_user: {
    workspace: string;
    id: string;
    email: string;
    name: string;
    role: Role;
    team: Maybe<string>;
    password_hash: Maybe<string>;
    settings: JsonOr<Record<string, unknown>>;
    disabled_at: MaybeInstant;
    signed_out_at: MaybeInstant;
    created_at: Stamp;
  };
  person: {
    workspace: string;
    id: string;
    name: Generated<string>;
    title: Maybe<string>;
    company: Maybe<string>;
    segment: Maybe<string>;
    company_key: Maybe<string>;
    domain: Maybe<string>;
    created_at: Stamp;
    updated_at: Stamp;
  };
  person_word: { workspace: string; word: string; person: string };
  person_key: {
    workspace: string;
    id: string;
    person: string;
    kind: KeyKind;
    value: string;
    source: Generated<string>;
    created_at: Stamp;
  };
  person_alias: { workspace: string; kind: string; value: string; person: string; created_at: Stamp };
  leadset_key: {
    workspace: string;
    kid: number;
    key: Buffer;
    canon: number;
    created_at: Stamp;
    ready_at: MaybeInstant;
    not_after: MaybeInstant;
  };
  key_tag: { workspace: string; kid: number; tag: Buffer; person_key: string; person: string };
  leadset_touched: { workspace: string; kid: number; xid: Xid; tag: Buffer };
  leadset: {
    workspace: string;
    kid: number;
    version: number;
    xid: ColumnType<string, string, string>;
    count: number;
    tags: Buffer;
    made_at: Stamp;
  };
  leadset_delta: { workspace: string; kid: number; version: number; adds: Buffer; removals: Buffer; made_at: Stamp };
  agreement: {
    workspace: string;
    version: number;
    body: Json<Agreement>;
    made_by: Maybe<string>;
    made_at: Stamp;
    in_force_at: MaybeInstant;
  };
  agreement_signature: { workspace: string; version: number; team: Side; by_user: string; at: Stamp };
  lead: {
    workspace: string;
    id: string;
    origin: Origin;
    stage: Stage;
    since: Instant;
    passed: Generated<Stage[]>;
    owner: Maybe<string>;
    owes: Maybe<string>;
    handoff: Maybe<string>;
    intent: Generated<Intent>;
    criteria: Generated<string[]>;
    clock_from: MaybeInstant;
    pooled_at: MaybeInstant;
    risk_at: MaybeInstant;
    due_at: MaybeInstant;
    grace_at: MaybeInstant;
    pool_at: MaybeInstant;
    pause: ColumnType<{ from: string; until: string; reason: string; by: string } | null, string | null | undefined, string | null>;
    paused: JsonOr<{ from: string; to: string }[]>;
    attempts: Generated<number>;
    wakes_on: Maybe<string>;
    wakes_on_strong_touch: Generated<boolean>;
    returned_times: Generated<number>;
    returned_last: ColumnType<{ reason: string; by: string; at: string } | null, string | null | undefined, string | null>;
    amount_value: Maybe<number>;
    amount_currency: Maybe<string>;
    amount_deals: ColumnType<AmountDeals | null, string | null | undefined, string | null>;
    funnel_version: Generated<number>;
    created_at: Stamp;
  };
  handoff: {
    workspace: string;
    id: string;
    person: string;
    state: HandoffState;
    holder: Maybe<string>;
    team: Maybe<string>;
    intent: Generated<Intent>;
    opened_at: Instant;
    opened_by: Json<By>;
    criteria: Generated<string[]>;
    why: Generated<string[]>;
    due_at: MaybeInstant;
    accepted_at: MaybeInstant;
    answered_at: MaybeInstant;
    acted_here: Generated<boolean>;
    reason: Maybe<string>;
    agreement: Maybe<number>;
  };
  campaign: {
    workspace: string;
    id: string;
    name: string;
    key: string;
    channel: Channel;
    started_on: Maybe<string>;
    headline: Maybe<string>;
    points: Generated<string[]>;
    link: Maybe<string>;
    intent: Generated<Intent>;
    created_at: Stamp;
    updated_at: Stamp;
  };
  spend: {
    workspace: string;
    campaign: string;
    month: string;
    planned: Maybe<number>;
    spent: Maybe<number>;
    currency: string;
  };
  touch: {
    workspace: string;
    person: string;
    at: Instant;
    id: string;
    kind: TouchKind;
    active: boolean;
    channel: Channel;
    campaign: Maybe<string>;
    asset: Maybe<string>;
    link: Maybe<string>;
    source: string;
    source_id: string;
    received_at: Stamp;
  };
  person_campaign: {
    workspace: string;
    person: string;
    campaign: string;
    active: Generated<number>;
    passive: Generated<number>;
    first_at: Instant;
    last_at: Instant;
  };
  anonymous_event: {
    workspace: string;
    anonymous_id: string;
    source: string;
    source_id: string;
    at: Instant;
    body: Json<unknown>;
    received_at: Stamp;
  };
  stage_change: {
    workspace: string;
    id: string;
    person: string;
    from_stage: Maybe<Stage>;
    to_stage: Stage;
    reason: Maybe<string>;
    note: Maybe<string>;
    by_kind: By['kind'];
    by_id: string;
    by_name: Maybe<string>;
    handoff: Maybe<string>;
    agreement: Maybe<number>;
    at: Instant;
    acted_at: MaybeInstant;
    received_at: Stamp;
    source: Maybe<string>;
    source_id: Maybe<string>;
    /** The change that told it again, as of another day. */
    superseded_by: Maybe<string>;
  };
  lead_event: {
    workspace: string;
    id: string;
    person: Maybe<string>;
    kind: string;
    data: JsonOr<Record<string, unknown>>;
    by_kind: By['kind'];
    by_id: string;
    by_name: Maybe<string>;
    at: Instant;
    acted_at: MaybeInstant;
    received_at: Stamp;
    agreement: Maybe<number>;
    operation: Maybe<string>;
    xid: Xid;
  };
  feedback: {
    workspace: string;
    id: string;
    person: string;
    kind: 'verdict' | 'insight';
    verdict: Maybe<Verdict>;
    reasons: Generated<string[]>;
    note: Maybe<string>;
    campaign: Maybe<string>;
    touch: Maybe<string>;
    by_user: string;
    at: Instant;
    acted_at: MaybeInstant;
    replied: Maybe<ReplyState>;
    agreement: Maybe<number>;
  };
  feedback_reply: {
    workspace: string;
    id: string;
    feedback: string;
    state: ReplyState;
    note: Maybe<string>;
    by_user: string;
    at: Instant;
    acted_at: MaybeInstant;
  };
  operation: {
    workspace: string;
    by_user: string;
    id: string;
    fingerprint: Buffer;
    status: Maybe<number>;
    answer: ColumnType<unknown, string | null | undefined, string | null>;
    lead: Maybe<string>;
    at: Stamp;
  };
  change: {
    workspace: string;
    lead: string;
    version: Generated<number>;
    xid: ColumnType<string, never, unknown>;
    at: Stamp;
    gone: Generated<boolean>;
  };
  merge: {
    workspace: string;
    id: string;
    from_person: string;
    into_person: string;
    by_user: Maybe<string>;
    at: Stamp;
    moved: JsonOr<Record<string, unknown>>;
    undone_at: MaybeInstant;
  };
  erased: { workspace: string; hash: Buffer; at: Stamp };
  audit: {
    workspace: string;
    seq: number;
    at: Instant;
    by_kind: By['kind'];
    by_id: string;
    action: string;
    subject: Maybe<string>;
    detail: JsonOr<Record<string, unknown>>;
    prev: Buffer;
    hash: Buffer;
  };
  audit_head: { workspace: string; seq: number; hash: Buffer };
  write_key: {
    workspace: string;
    id: string;
    name: string;
    hash: Buffer;
    ends_with: string;
    made_by: Maybe<string>;
    created_at: Stamp;
    last_used_at: MaybeInstant;
    revoked_at: MaybeInstant;
  };
  read_key: {
    workspace: string;
    id: string;
    name: string;
    hash: Buffer;
    ends_with: string;
    made_by: Maybe<string>;
    created_at: Stamp;
    last_used_at: MaybeInstant;
    revoked_at: MaybeInstant;
  };
  ingest_reject: {
    workspace: string;
    id: string;
    source: string;
    reason: string;
    said: ColumnType<Said | null, string | null | undefined, string | null>;
    pointer: Maybe<string>;
    body: ColumnType<unknown, string | null | undefined, string | null>;
    at: Stamp;
  };
  import: {
    workspace: string;
    id: string;
    kind: 'people' | 'campaigns' | 'touches' | 'spend';
    by_user: Maybe<string>;
    state: 'running' | 'done' | 'failed';
    rows: Generated<number>;
    kept: Generated<number>;
    refused: Generated<number>;
    problems: JsonOr<{ line: number; column?: string; why: string }[]>;
    started_at: Stamp;
    ended_at: MaybeInstant;
  };
  source_link: {
    workspace: string;
    id: string;
    source: string;
    name: string;
    account: string;
    credentials: Buffer;
    webhook_secret: Maybe<Buffer>;
    mapping: Json<Mapping>;
    labels: ColumnType<Labels | null, string | null | undefined, string | null>;
    state: 'running' | 'paused' | 'disconnected';
    way: Generated<string>;
    known_as: Generated<string>;
    address: Generated<string>;
    skew_ms: Generated<number>;
    renewing_until: MaybeInstant;
    remap: Generated<boolean>;
    looked_at: MaybeInstant;
    removing_since: MaybeInstant;
    cursor: Maybe<string>;
    imported_at: MaybeInstant;
    pulled_at: MaybeInstant;
    progress: ColumnType<{ done?: number; of?: number } | null, string | null | undefined, string | null>;
    trouble: ColumnType<
      { trouble: string; sentence: string; said?: Said; at: string; retryAt?: string } | null,
      string | null | undefined,
      string | null
    >;
    people: Generated<number>;
    touches: Generated<number>;
    stages: Generated<number>;
    version: Generated<number>;
    lease_until: MaybeInstant;
    leased_by: string | null;
    made_by: Maybe<string>;
    created_at: Stamp;
  };
  source_stage: { workspace: string; link: string; record: string; field: string; known: Json<Known> };
  source_write: {
    workspace: string;
    id: string;
    link: string;
    lead: string;
    operation: string;
    body: Json<WriteBody>;
    state: 'waiting' | 'sent' | 'refused' | 'discarded';
    attempts: Generated<number>;
    retry_at: MaybeInstant;
    sentence: Maybe<string>;
    said: ColumnType<Said | null, string | null | undefined, string | null>;
    trouble: Maybe<string>;
    record: Maybe<string>;
    changed: Generated<string[]>;
    kept: Generated<string[]>;
    created_at: Stamp;
    ended_at: MaybeInstant;
  };
  source_heard: { workspace: string; link: string; id: string; at: Stamp };
  source_sign_in: { workspace: string; state: Buffer; by_user: string; body: Buffer; expires_at: Instant };
  digest: {
    workspace: string;
    period: string;
    grain: Grain;
    from_day: string;
    to_day: string;
    frozen_at: Instant;
    body: Json<DigestBody>;
  };
  digest_comment: { workspace: string; period: string; team: Side; text: string; by_user: string; at: Instant };
  digest_seen: { workspace: string; period: string; by_user: string; at: Instant };
  digest_sent: { workspace: string; period: string; target: string; at: Instant };
  rule: { workspace: string; id: string; version: number; on_since: MaybeInstant; turn: Generated<number>; created_at: Stamp };
  rule_version: { workspace: string; rule: string; version: number; body: Json<RuleBody>; made_by: string; made_at: Instant };
  rule_turn: { workspace: string; rule: string; user_id: string; turn: number };
  rule_handoff: { workspace: string; handoff: string; rule: string; version: number; touches: string[]; score: Maybe<number>; at: Instant };
  webhook: {
    workspace: string;
    id: string;
    name: string;
    url: string;
    kinds: EventKind[];
    person: boolean;
    secret: Buffer;
    old_secret: Buffer | null;
    old_until: MaybeInstant;
    state: Generated<'on' | 'off'>;
    era: string;
    xid: string;
    after_event: string;
    failing_since: MaybeInstant;
    failures: Generated<number>;
    resume_at: MaybeInstant;
    sentence: Maybe<string>;
    said: ColumnType<Said | null, string | null | undefined, string | null>;
    taken_at: MaybeInstant;
    made_by: Maybe<string>;
    created_at: Stamp;
  };
  webhook_delivery: {
    workspace: string;
    webhook: string;
    event: string;
    state: Generated<'waiting' | 'taken' | 'failed'>;
    tries: Generated<number>;
    next_at: Instant;
    status: Maybe<number>;
    sentence: Maybe<string>;
    said: ColumnType<Said | null, string | null | undefined, string | null>;
    taken_at: MaybeInstant;
    made_at: Stamp;
  };
}
