-- The whole store.
--
-- Rules that every table keeps:
-- * `workspace` leads every key, so that rows can be distributed by workspace and one tenant's rows lie together.
-- * Ids are UUIDv7 made by the application; instants are timestamptz(3), the precision JavaScript has, so that a
--   cursor made from one compares equal when it comes back.
-- * Indexed text is COLLATE "C": byte order never changes with the operating system, which otherwise corrupts
--   indexes silently. What people read in order is sorted by the application.
-- * Row-level security is forced. The server's role sees a row only when `baton.workspace` names its workspace;
--   unset or empty is an error. The owner has no policy and sees nothing, except in the few
--   tables that must be read before a workspace is known, through the functions at the end.
-- * No triggers, no procedural code: the application does it, in the same transaction.

create table store_state (
  only_row boolean primary key default true check (only_row),
  -- Changes when a dump is restored into another cluster, where transaction ids start again:
  -- cursors of the change feed carry it, and a cursor of another era starts over.
  era uuid not null,
  -- Identifies the cluster that the transaction ids belong to.
  system text not null
);

create table workspace (
  workspace uuid primary key,
  name text not null,
  sample boolean not null default false,
  settings jsonb not null default '{}',
  -- Keys the hashes of erased people, so that they can be recognised and not read.
  erasure_key bytea not null,
  created_at timestamptz(3) not null default now()
);

create table team (
  workspace uuid not null references workspace on delete cascade,
  id uuid not null,
  name text not null,
  side text not null check (side in ('marketing', 'sales')),
  created_at timestamptz(3) not null default now(),
  primary key (workspace, id)
);

create table app_user (
  workspace uuid not null references workspace on delete cascade,
  id uuid not null,
  -- Canonical (lower case), as the key canonicaliser writes it.
  email text collate "C" not null,
  name text not null,
  role text not null check (role in ('rep', 'marketer', 'manager', 'admin')),
  team uuid,
  -- Absent for people who sign in by the company's identity provider.
  password_hash text,
  settings jsonb not null default '{}',
  disabled_at timestamptz(3),
  -- Tokens issued before this instant are refused: sign-out everywhere, change of role.
  signed_out_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  primary key (workspace, id),
  foreign key (workspace, team) references team (workspace, id)
);
create unique index app_user_email on app_user (workspace, email);
create index app_user_sign_in on app_user (email);

create table person (
  workspace uuid not null references workspace on delete cascade,
  id uuid not null,
  name text not null default '',
  title text,
  company text,
  -- Normalised company name and mail domain (public mail providers have none): who works at the same company.
  company_key text collate "C",
  domain text collate "C",
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (workspace, id)
);
create index person_company on person (workspace, company_key) where company_key is not null;
create index person_domain on person (workspace, domain) where domain is not null;

-- The words of name and company, for search by prefix without extensions.
create table person_word (
  workspace uuid not null,
  word text collate "C" not null,
  person uuid not null,
  primary key (workspace, word, person),
  foreign key (workspace, person) references person (workspace, id) on delete cascade
);
create index person_word_person on person_word (workspace, person);

create table person_key (
  workspace uuid not null,
  id uuid not null,
  person uuid not null,
  kind text not null check (kind in ('email', 'linkedin', 'linkedin-member', 'sales-navigator')),
  -- Canonical.
  value text collate "C" not null,
  source text not null default 'user',
  created_at timestamptz(3) not null default now(),
  primary key (workspace, id),
  unique (workspace, kind, value),
  unique (workspace, id, person),
  foreign key (workspace, person) references person (workspace, id) on delete cascade
);
create index person_key_person on person_key (workspace, person);

-- Other names under which sources know a person: anonymousId and userId of Segment, a CRM's record id.
create table person_alias (
  workspace uuid not null,
  kind text collate "C" not null,
  value text collate "C" not null,
  person uuid not null,
  created_at timestamptz(3) not null default now(),
  primary key (workspace, kind, value),
  foreign key (workspace, person) references person (workspace, id) on delete cascade
);
create index person_alias_person on person_alias (workspace, person);

-- Keys of the lead set. While one is being replaced, both are served until `not_after` of the older.
create table leadset_key (
  workspace uuid not null references workspace on delete cascade,
  kid integer not null check (kid between 1 and 2147483647),
  key bytea not null,
  -- Version of the canonical form the tags were made of.
  canon integer not null,
  created_at timestamptz(3) not null default now(),
  -- When every key had its tag under this one: from then on it is offered.
  ready_at timestamptz(3),
  not_after timestamptz(3),
  primary key (workspace, kid)
);

create table key_tag (
  workspace uuid not null,
  kid integer not null,
  -- First 16 bytes of HMAC-SHA256(key, kind 0x00 value); the first 5 of them are in the lead set.
  tag bytea not null,
  person_key uuid not null,
  person uuid not null,
  primary key (workspace, kid, tag),
  foreign key (workspace, kid) references leadset_key (workspace, kid) on delete cascade,
  -- Follows the key when people are merged.
  foreign key (workspace, person_key, person) references person_key (workspace, id, person) on update cascade on delete cascade
);
create index key_tag_key on key_tag (workspace, person_key, person);

-- Tags that came or went since the newest lead set was made. Only says where to look; what counts is key_tag.
create table leadset_touched (
  workspace uuid not null,
  kid integer not null,
  xid xid8 not null default pg_current_xact_id(),
  tag bytea not null,
  primary key (workspace, kid, xid, tag),
  foreign key (workspace, kid) references leadset_key (workspace, kid) on delete cascade
);

create table leadset (
  workspace uuid not null,
  kid integer not null,
  version bigint not null,
  -- Everything below this transaction is in.
  xid xid8 not null,
  count integer not null,
  -- The sorted set: five big-endian bytes a tag. Already random: compressing it is a waste.
  tags bytea not null,
  made_at timestamptz(3) not null default now(),
  primary key (workspace, kid),
  foreign key (workspace, kid) references leadset_key (workspace, kid) on delete cascade
);
alter table leadset alter column tags set storage external;

create table leadset_delta (
  workspace uuid not null,
  kid integer not null,
  -- The version this leads to, from the one before.
  version bigint not null,
  adds bytea not null,
  removals bytea not null,
  made_at timestamptz(3) not null default now(),
  primary key (workspace, kid, version),
  foreign key (workspace, kid) references leadset_key (workspace, kid) on delete cascade
);

create table agreement (
  workspace uuid not null references workspace on delete cascade,
  version integer not null,
  body jsonb not null,
  made_by uuid,
  made_at timestamptz(3) not null default now(),
  in_force_at timestamptz(3),
  primary key (workspace, version)
);

create table agreement_signature (
  workspace uuid not null,
  version integer not null,
  team text not null check (team in ('marketing', 'sales')),
  by_user uuid not null,
  at timestamptz(3) not null default now(),
  primary key (workspace, version, team),
  foreign key (workspace, version) references agreement (workspace, version) on delete cascade
);

-- The funnel state of the person with the same id.
create table lead (
  workspace uuid not null,
  id uuid not null,
  origin text not null check (origin in ('marketing', 'sales')),
  stage text not null check (stage in ('subscriber', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer', 'recycled', 'disqualified')),
  since timestamptz(3) not null,
  -- Every stage it has really been in, in order.
  passed text[] not null default '{}',
  owner uuid,
  -- Who owes the next answer: the holder of an open hand-off, else the owner.
  owes uuid,
  -- The latest hand-off, open or not.
  handoff uuid,
  intent text not null default 'standard' check (intent in ('standard', 'high')),
  criteria text[] not null default '{}',
  clock_from timestamptz(3),
  -- When nobody answered and it went back to the team's pool.
  pooled_at timestamptz(3),
  -- Computed with every change of the funnel and of the agreement, pauses included, so that queues sort and jobs
  -- find without computing. Absent: nothing is owed.
  risk_at timestamptz(3),
  due_at timestamptz(3),
  grace_at timestamptz(3),
  pool_at timestamptz(3),
  -- {from, until, reason, by}, and the ended pauses [{from, to}].
  pause jsonb,
  paused jsonb not null default '[]',
  attempts integer not null default 0,
  wakes_on date,
  wakes_on_strong_touch boolean not null default false,
  returned_times integer not null default 0,
  -- {reason, by, at}
  returned_last jsonb,
  amount_value bigint,
  amount_currency text,
  funnel_version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  primary key (workspace, id),
  foreign key (workspace, id) references person (workspace, id) on delete cascade,
  foreign key (workspace, owner) references app_user (workspace, id),
  foreign key (workspace, owes) references app_user (workspace, id)
);
create index lead_owner on lead (workspace, owner) where owner is not null;
create index lead_owes on lead (workspace, owes, due_at, id) where owes is not null;
create index lead_stage on lead (workspace, stage, since, id);
create index lead_due on lead (workspace, due_at) where due_at is not null;
create index lead_wakes on lead (workspace, wakes_on) where wakes_on is not null;

create table handoff (
  workspace uuid not null,
  id uuid not null,
  person uuid not null,
  state text not null check (state in ('waiting', 'accepted', 'qualified', 'returned')),
  -- Absent while it waits in the team's pool.
  holder uuid,
  team uuid,
  intent text not null default 'standard',
  opened_at timestamptz(3) not null,
  -- {kind: user|rule|source, id, name?}
  opened_by jsonb not null,
  criteria text[] not null default '{}',
  why text[] not null default '{}',
  due_at timestamptz(3),
  accepted_at timestamptz(3),
  answered_at timestamptz(3),
  -- A person has acted on it here.
  acted_here boolean not null default false,
  reason text,
  agreement integer,
  primary key (workspace, id),
  foreign key (workspace, person) references lead (workspace, id) on delete cascade,
  foreign key (workspace, holder) references app_user (workspace, id),
  foreign key (workspace, team) references team (workspace, id)
);
create index handoff_person on handoff (workspace, person, opened_at);
create index handoff_opened on handoff (workspace, opened_at);
create index handoff_holder on handoff (workspace, holder, state) where holder is not null;

create table campaign (
  workspace uuid not null references workspace on delete cascade,
  id uuid not null,
  name text not null,
  -- Normalised name: what sources mean when they say it in words.
  key text collate "C" not null,
  channel text not null,
  started_on date,
  headline text,
  points text[] not null default '{}',
  link text,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (workspace, id),
  unique (workspace, key)
);

create table spend (
  workspace uuid not null,
  campaign uuid not null,
  -- First day of the month.
  month date not null,
  -- Minor units of the currency (cents).
  planned bigint,
  spent bigint,
  currency text not null,
  primary key (workspace, campaign, month, currency),
  foreign key (workspace, campaign) references campaign (workspace, id) on delete cascade
);

create table touch (
  workspace uuid not null,
  person uuid not null,
  at timestamptz(3) not null,
  id uuid not null,
  kind text not null,
  active boolean not null,
  channel text not null,
  campaign uuid,
  asset text,
  link text,
  source text collate "C" not null,
  -- The source's own id of the event, or a hash of its content: the same event twice is one touch.
  source_id text collate "C" not null,
  received_at timestamptz(3) not null default now(),
  -- Read backwards this is the person's timeline, newest first.
  primary key (workspace, person, at, id),
  unique (workspace, source, source_id),
  foreign key (workspace, person) references person (workspace, id) on delete cascade,
  foreign key (workspace, campaign) references campaign (workspace, id)
);
-- The newest of those that count as engagement, past any number of opened mails.
create index touch_active on touch (workspace, person, at, id) where active;
create index touch_campaign on touch (workspace, campaign, at) where campaign is not null;

-- Counts of a person's touches by campaign, kept in the transaction that writes the touch: a card must not
-- count ten thousand rows to say "4".
create table person_campaign (
  workspace uuid not null,
  person uuid not null,
  campaign uuid not null,
  active integer not null default 0,
  passive integer not null default 0,
  first_at timestamptz(3) not null,
  last_at timestamptz(3) not null,
  primary key (workspace, person, campaign),
  foreign key (workspace, person) references person (workspace, id) on delete cascade,
  foreign key (workspace, campaign) references campaign (workspace, id) on delete cascade
);
create index person_campaign_campaign on person_campaign (workspace, campaign, person);

-- Events of somebody who has not said who they are. They become touches at the identify.
create table anonymous_event (
  workspace uuid not null references workspace on delete cascade,
  anonymous_id text collate "C" not null,
  source text collate "C" not null,
  source_id text collate "C" not null,
  at timestamptz(3) not null,
  body jsonb not null,
  received_at timestamptz(3) not null default now(),
  primary key (workspace, source, source_id)
);
create index anonymous_event_waiting on anonymous_event (workspace, anonymous_id, at);
create index anonymous_event_age on anonymous_event (workspace, received_at);

create table stage_change (
  workspace uuid not null,
  id uuid not null,
  person uuid not null,
  -- Absent for the first stage.
  from_stage text,
  to_stage text not null,
  reason text,
  note text,
  -- user | rule | source, its id, and its name as it was then.
  by_kind text not null,
  by_id text not null,
  by_name text,
  handoff uuid,
  agreement integer,
  -- When it counts (the act's time, bounded), when the device says, when the server got it.
  at timestamptz(3) not null,
  acted_at timestamptz(3),
  received_at timestamptz(3) not null default now(),
  source text collate "C",
  source_id text collate "C",
  primary key (workspace, id),
  foreign key (workspace, person) references lead (workspace, id) on delete cascade
);
create index stage_change_person on stage_change (workspace, person, at, id);
create index stage_change_at on stage_change (workspace, to_stage, at);
create unique index stage_change_source on stage_change (workspace, source, source_id) where source_id is not null;

-- Everything that happened, in the order of commits: history of a lead, and the feed for other systems.
create table lead_event (
  workspace uuid not null,
  id uuid not null,
  -- Absent for what concerns the workspace (agreement, campaign).
  person uuid,
  kind text not null,
  data jsonb not null default '{}',
  by_kind text not null,
  by_id text not null,
  by_name text,
  at timestamptz(3) not null,
  acted_at timestamptz(3),
  received_at timestamptz(3) not null default now(),
  agreement integer,
  operation uuid,
  xid xid8 not null default pg_current_xact_id(),
  primary key (workspace, id),
  foreign key (workspace, person) references lead (workspace, id) on delete cascade
);
create index lead_event_person on lead_event (workspace, person, received_at, id) where person is not null;
create index lead_event_feed on lead_event (workspace, xid, id);

create table feedback (
  workspace uuid not null,
  id uuid not null,
  person uuid not null,
  kind text not null check (kind in ('verdict', 'insight')),
  verdict text check (verdict in ('strong', 'fair', 'poor')),
  reasons text[] not null default '{}',
  note text,
  campaign uuid,
  touch uuid,
  by_user uuid not null,
  at timestamptz(3) not null,
  acted_at timestamptz(3),
  -- State of the newest reply; absent while nobody at marketing has answered.
  replied text check (replied in ('seen', 'acting', 'done', 'declined')),
  agreement integer,
  primary key (workspace, id),
  foreign key (workspace, person) references lead (workspace, id) on delete cascade,
  foreign key (workspace, campaign) references campaign (workspace, id),
  foreign key (workspace, by_user) references app_user (workspace, id)
);
create index feedback_person on feedback (workspace, person, at, id);
create index feedback_campaign on feedback (workspace, campaign, at) where campaign is not null;
create index feedback_at on feedback (workspace, at, id);
create index feedback_unanswered on feedback (workspace, at, id) where replied is null;

create table feedback_reply (
  workspace uuid not null,
  id uuid not null,
  feedback uuid not null,
  state text not null check (state in ('seen', 'acting', 'done', 'declined')),
  note text,
  by_user uuid not null,
  at timestamptz(3) not null,
  acted_at timestamptz(3),
  primary key (workspace, id),
  foreign key (workspace, feedback) references feedback (workspace, id) on delete cascade,
  foreign key (workspace, by_user) references app_user (workspace, id)
);
create index feedback_reply_feedback on feedback_reply (workspace, feedback, at, id);

-- Acts of users by their Idempotency-Key, written with their effect. `status` and `answer` are what was said.
create table operation (
  workspace uuid not null references workspace on delete cascade,
  by_user uuid not null,
  id uuid not null,
  -- SHA-256 of method, path and body.
  fingerprint bytea not null,
  status integer,
  answer jsonb,
  lead uuid,
  at timestamptz(3) not null default now(),
  primary key (workspace, by_user, id)
);
create index operation_age on operation (workspace, at);

-- The change feed of cards: one row a lead, moved to the end by every change. No foreign key: it also says
-- which leads are gone.
create table change (
  workspace uuid not null references workspace on delete cascade,
  lead uuid not null,
  version bigint not null default 1,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz(3) not null default now(),
  gone boolean not null default false,
  primary key (workspace, lead)
);
create index change_feed on change (workspace, xid, lead);

create table merge (
  workspace uuid not null references workspace on delete cascade,
  id uuid not null,
  from_person uuid not null,
  into_person uuid not null,
  by_user uuid,
  at timestamptz(3) not null default now(),
  -- Everything needed to take it back.
  moved jsonb not null default '{}',
  undone_at timestamptz(3),
  primary key (workspace, id)
);
create index merge_from on merge (workspace, from_person) where undone_at is null;

create table erased (
  workspace uuid not null references workspace on delete cascade,
  -- HMAC-SHA256(erasure key, kind 0x00 value)
  hash bytea not null,
  at timestamptz(3) not null default now(),
  primary key (workspace, hash)
);

-- Each row's hash covers the one before; the server's role can neither change nor delete one.
create table audit (
  workspace uuid not null references workspace on delete cascade,
  seq bigint not null,
  at timestamptz(3) not null,
  by_kind text not null,
  by_id text not null,
  action text not null,
  subject text,
  detail jsonb not null default '{}',
  prev bytea not null,
  hash bytea not null,
  primary key (workspace, seq)
);
create index audit_at on audit (workspace, at, seq);

create table audit_head (
  workspace uuid primary key references workspace on delete cascade,
  seq bigint not null,
  hash bytea not null
);

create table write_key (
  workspace uuid not null references workspace on delete cascade,
  id uuid not null,
  name text not null,
  -- SHA-256 of the key; the key itself is shown once.
  hash bytea not null,
  ends_with text not null,
  made_by uuid,
  created_at timestamptz(3) not null default now(),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),
  primary key (workspace, id)
);
create index write_key_hash on write_key (hash);

create table ingest_reject (
  workspace uuid not null references workspace on delete cascade,
  id uuid not null,
  source text not null,
  reason text not null,
  pointer text,
  body jsonb,
  at timestamptz(3) not null default now(),
  primary key (workspace, id)
);
create index ingest_reject_at on ingest_reject (workspace, at, id);

create table import (
  workspace uuid not null references workspace on delete cascade,
  id uuid not null,
  kind text not null check (kind in ('people', 'campaigns', 'touches', 'spend')),
  by_user uuid,
  state text not null check (state in ('running', 'done', 'failed')),
  rows integer not null default 0,
  kept integer not null default 0,
  refused integer not null default 0,
  -- The first thousand refused rows: [{line, column, why}].
  problems jsonb not null default '[]',
  started_at timestamptz(3) not null default now(),
  ended_at timestamptz(3),
  primary key (workspace, id)
);

-- What the sign-in service keeps (grants, sessions, codes, refresh tokens), before and beside any workspace.
create table sign_in_record (
  kind text collate "C" not null,
  id text collate "C" not null,
  body jsonb not null,
  grant_id text collate "C",
  uid text collate "C",
  user_code text collate "C",
  consumed_at timestamptz(3),
  expires_at timestamptz(3),
  primary key (kind, id)
);
create index sign_in_record_grant on sign_in_record (grant_id) where grant_id is not null;
create unique index sign_in_record_uid on sign_in_record (kind, uid) where uid is not null;
create unique index sign_in_record_user_code on sign_in_record (kind, user_code) where user_code is not null;
create index sign_in_record_expiry on sign_in_record (expires_at) where expires_at is not null;

-- The server's own secrets: signing keys, cookie keys.
create table secret (
  name text collate "C" primary key,
  value jsonb not null,
  created_at timestamptz(3) not null default now()
);

-- Row-level security: the server's role, inside one workspace.

alter table workspace enable row level security;
alter table workspace force row level security;
create policy by_workspace on workspace to baton_app using (workspace = nullif(current_setting('baton.workspace', true), '')::uuid);
alter table team enable row level security;
alter table team force row level security;
create policy by_workspace on team to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table app_user enable row level security;
alter table app_user force row level security;
create policy by_workspace on app_user to baton_app using (workspace = nullif(current_setting('baton.workspace', true), '')::uuid);
alter table person enable row level security;
alter table person force row level security;
create policy by_workspace on person to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table person_word enable row level security;
alter table person_word force row level security;
create policy by_workspace on person_word to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table person_key enable row level security;
alter table person_key force row level security;
create policy by_workspace on person_key to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table person_alias enable row level security;
alter table person_alias force row level security;
create policy by_workspace on person_alias to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table leadset_key enable row level security;
alter table leadset_key force row level security;
create policy by_workspace on leadset_key to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table key_tag enable row level security;
alter table key_tag force row level security;
create policy by_workspace on key_tag to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table leadset_touched enable row level security;
alter table leadset_touched force row level security;
create policy by_workspace on leadset_touched to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table leadset enable row level security;
alter table leadset force row level security;
create policy by_workspace on leadset to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table leadset_delta enable row level security;
alter table leadset_delta force row level security;
create policy by_workspace on leadset_delta to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table agreement enable row level security;
alter table agreement force row level security;
create policy by_workspace on agreement to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table agreement_signature enable row level security;
alter table agreement_signature force row level security;
create policy by_workspace on agreement_signature to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table lead enable row level security;
alter table lead force row level security;
create policy by_workspace on lead to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table handoff enable row level security;
alter table handoff force row level security;
create policy by_workspace on handoff to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table campaign enable row level security;
alter table campaign force row level security;
create policy by_workspace on campaign to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table spend enable row level security;
alter table spend force row level security;
create policy by_workspace on spend to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table touch enable row level security;
alter table touch force row level security;
create policy by_workspace on touch to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table person_campaign enable row level security;
alter table person_campaign force row level security;
create policy by_workspace on person_campaign to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table anonymous_event enable row level security;
alter table anonymous_event force row level security;
create policy by_workspace on anonymous_event to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table stage_change enable row level security;
alter table stage_change force row level security;
create policy by_workspace on stage_change to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table lead_event enable row level security;
alter table lead_event force row level security;
create policy by_workspace on lead_event to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table feedback enable row level security;
alter table feedback force row level security;
create policy by_workspace on feedback to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table feedback_reply enable row level security;
alter table feedback_reply force row level security;
create policy by_workspace on feedback_reply to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table operation enable row level security;
alter table operation force row level security;
create policy by_workspace on operation to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table change enable row level security;
alter table change force row level security;
create policy by_workspace on change to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table merge enable row level security;
alter table merge force row level security;
create policy by_workspace on merge to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table erased enable row level security;
alter table erased force row level security;
create policy by_workspace on erased to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table audit enable row level security;
alter table audit force row level security;
create policy by_workspace on audit to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table audit_head enable row level security;
alter table audit_head force row level security;
create policy by_workspace on audit_head to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table write_key enable row level security;
alter table write_key force row level security;
create policy by_workspace on write_key to baton_app using (workspace = nullif(current_setting('baton.workspace', true), '')::uuid);
alter table ingest_reject enable row level security;
alter table ingest_reject force row level security;
create policy by_workspace on ingest_reject to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table import enable row level security;
alter table import force row level security;
create policy by_workspace on import to baton_app using (workspace = current_setting('baton.workspace')::uuid);

grant select on store_state to baton_app;
grant select, insert, update on workspace to baton_app;
grant select, insert, update, delete on
  team, app_user, person, person_word, person_key, person_alias, leadset_key, key_tag, leadset_touched, leadset,
  leadset_delta, agreement, agreement_signature, lead, handoff, campaign, spend, touch, person_campaign,
  anonymous_event, feedback, feedback_reply, operation, change, merge, erased, write_key, ingest_reject, import
  to baton_app;
-- History is written and read. `person` moves when two people turn out to be one; erasure cascades from the person.
grant select, insert on stage_change, lead_event, audit to baton_app;
grant update (person) on stage_change, lead_event to baton_app;
grant select, insert, update on audit_head to baton_app;

-- Before the workspace is known. The owner may look into these tables, the server's role only through functions
-- that answer an exact match. An owner who may become baton_app is subject to its policies as
-- well, so those of the tables asked here answer nothing without a workspace, instead of an error.

create policy before_workspace on workspace for select to current_user using (true);
create policy before_workspace on app_user for select to current_user using (true);
create policy before_workspace on write_key for select to current_user using (true);
create policy sign_in_only on sign_in_record to current_user using (true);
alter table sign_in_record enable row level security;
alter table sign_in_record force row level security;
create policy secret_only on secret to current_user using (true);
alter table secret enable row level security;
alter table secret force row level security;

create function write_key_by_hash(wanted bytea) returns table (workspace uuid, id uuid, name text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select k.workspace, k.id, k.name from public.write_key k where k.hash = wanted and k.revoked_at is null $$;

-- Several rows only if one address has accounts in several workspaces.
create function users_by_email(wanted text)
  returns table (workspace uuid, id uuid, email text, name text, role text, team uuid, password_hash text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select u.workspace, u.id, u.email, u.name, u.role, u.team, u.password_hash
        from public.app_user u where u.email = wanted and u.disabled_at is null $$;

-- The workspace that a server with a single one serves before anybody has signed in (sample data, token on the
-- command line), and whether there is any.
create function workspaces() returns table (workspace uuid, sample boolean)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select w.workspace, w.sample from public.workspace w order by w.created_at, w.workspace $$;

create function sign_in_put(k text, i text, b jsonb, g text, u text, c text, expires timestamptz) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ insert into public.sign_in_record (kind, id, body, grant_id, uid, user_code, expires_at)
        values (k, i, b, g, u, c, expires)
        on conflict (kind, id) do update
        set body = excluded.body, grant_id = excluded.grant_id, uid = excluded.uid, user_code = excluded.user_code,
            expires_at = excluded.expires_at $$;

create function sign_in_find(k text, i text) returns table (body jsonb, consumed_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select r.body, r.consumed_at from public.sign_in_record r
        where r.kind = k and r.id = i and (r.expires_at is null or r.expires_at > now()) $$;

create function sign_in_find_uid(k text, u text) returns table (body jsonb, consumed_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select r.body, r.consumed_at from public.sign_in_record r
        where r.kind = k and r.uid = u and (r.expires_at is null or r.expires_at > now()) $$;

create function sign_in_find_user_code(k text, c text) returns table (body jsonb, consumed_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select r.body, r.consumed_at from public.sign_in_record r
        where r.kind = k and r.user_code = c and (r.expires_at is null or r.expires_at > now()) $$;

-- True for the one caller that consumed it first.
create function sign_in_consume(k text, i text) returns boolean
  language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ with done as (update public.sign_in_record set consumed_at = now() where kind = k and id = i and consumed_at is null returning 1)
        select exists (select 1 from done) $$;

create function sign_in_remove(k text, i text) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ delete from public.sign_in_record where kind = k and id = i $$;

create function sign_in_revoke_grant(g text) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ delete from public.sign_in_record where grant_id = g $$;

create function sign_in_sweep() returns bigint
  language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ with gone as (delete from public.sign_in_record where expires_at < now() returning 1) select count(*) from gone $$;

create function secret_find(n text) returns jsonb
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select s.value from public.secret s where s.name = n $$;

-- The first one to offer a value wins; everybody gets that one.
create function secret_keep(n text, v jsonb) returns jsonb
  language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ with mine as (insert into public.secret (name, value) values (n, v) on conflict (name) do nothing returning value)
        select coalesce((select m.value from mine m), (select s.value from public.secret s where s.name = n)) $$;

revoke all on function write_key_by_hash(bytea), users_by_email(text), workspaces(),
  sign_in_put(text, text, jsonb, text, text, text, timestamptz), sign_in_find(text, text), sign_in_find_uid(text, text),
  sign_in_find_user_code(text, text), sign_in_consume(text, text), sign_in_remove(text, text), sign_in_revoke_grant(text),
  sign_in_sweep(), secret_find(text), secret_keep(text, jsonb) from public;
grant execute on function write_key_by_hash(bytea), users_by_email(text), workspaces(),
  sign_in_put(text, text, jsonb, text, text, text, timestamptz), sign_in_find(text, text), sign_in_find_uid(text, text),
  sign_in_find_user_code(text, text), sign_in_consume(text, text), sign_in_remove(text, text), sign_in_revoke_grant(text),
  sign_in_sweep(), secret_find(text), secret_keep(text, jsonb) to baton_app;
