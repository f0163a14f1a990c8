-- CRMs: who we are connected with, how far we have read, what is to be written back.
create table source_link (
  workspace uuid not null references workspace on delete cascade,
  id uuid not null,
  source text collate "C" not null,
  name text not null,
  -- Which account of the CRM it is: two of one kind may use the same record ids.
  account text collate "C" not null,
  -- Sealed with a key that is not in the database.
  credentials bytea not null,
  -- What signs its webhooks, sealed as well.
  webhook_secret bytea,
  mapping jsonb not null,
  state text not null check (state in ('running', 'paused')),
  cursor text,
  -- When the first import had ended.
  imported_at timestamptz(3),
  pulled_at timestamptz(3),
  -- {done, of} of a first import.
  progress jsonb,
  -- {trouble, sentence, at, retryAt}: what a person has to deal with, or what is waited for.
  trouble jsonb,
  people integer not null default 0,
  touches integer not null default 0,
  stages integer not null default 0,
  -- Counts up with every change of credentials or mapping, so that a run under the old ones keeps nothing.
  version integer not null default 1,
  lease_until timestamptz(3),
  made_by uuid,
  created_at timestamptz(3) not null default now(),
  primary key (workspace, id)
);

-- Who is believed about a stage, by CRM record and field.
create table source_stage (
  workspace uuid not null,
  link uuid not null,
  record text collate "C" not null,
  field text collate "C" not null,
  known jsonb not null,
  primary key (workspace, link, record, field),
  foreign key (workspace, link) references source_link (workspace, id) on delete cascade
);

-- What is to be written into the CRM; of one lead in this order.
create table source_write (
  workspace uuid not null,
  id uuid not null,
  link uuid not null,
  lead uuid not null,
  -- The act it came from.
  operation uuid not null,
  body jsonb not null,
  state text not null check (state in ('waiting', 'sent', 'refused', 'discarded')),
  attempts integer not null default 0,
  retry_at timestamptz(3),
  -- The CRM's words on a refusal, or ours on trouble.
  sentence text,
  record text collate "C",
  changed text[] not null default '{}',
  kept text[] not null default '{}',
  created_at timestamptz(3) not null default now(),
  ended_at timestamptz(3),
  primary key (workspace, id),
  unique (workspace, link, operation),
  foreign key (workspace, link) references source_link (workspace, id) on delete cascade,
  foreign key (workspace, lead) references lead (workspace, id) on delete cascade
);
create index source_write_waiting on source_write (workspace, link, id) where state = 'waiting';
create index source_write_lead on source_write (workspace, lead, id);

-- Webhooks that were taken in, so that a replay is recognised.
create table source_heard (
  workspace uuid not null,
  link uuid not null,
  id text collate "C" not null,
  at timestamptz(3) not null default now(),
  primary key (workspace, link, id),
  foreign key (workspace, link) references source_link (workspace, id) on delete cascade
);
create index source_heard_age on source_heard (workspace, at);

alter table source_link enable row level security;
alter table source_link force row level security;
create policy by_workspace on source_link to baton_app using (workspace = nullif(current_setting('baton.workspace', true), '')::uuid);
alter table source_stage enable row level security;
alter table source_stage force row level security;
create policy by_workspace on source_stage to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table source_write enable row level security;
alter table source_write force row level security;
create policy by_workspace on source_write to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table source_heard enable row level security;
alter table source_heard force row level security;
create policy by_workspace on source_heard to baton_app using (workspace = current_setting('baton.workspace')::uuid);
grant select, insert, update, delete on source_link, source_stage, source_write, source_heard to baton_app;

-- A webhook names its link before the workspace is known.
create policy before_workspace on source_link for select to current_user using (true);
create function source_link_workspace(wanted uuid) returns uuid
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select l.workspace from public.source_link l where l.id = wanted $$;
revoke all on function source_link_workspace(uuid) from public;
grant execute on function source_link_workspace(uuid) to baton_app;
