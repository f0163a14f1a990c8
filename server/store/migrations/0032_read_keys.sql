-- Keys with which other systems read the events of a workspace, kept as write keys are.
create table read_key (
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
create index read_key_hash on read_key (hash);
alter table read_key enable row level security;
alter table read_key force row level security;
create policy by_workspace on read_key to baton_app using (workspace = nullif(current_setting('baton.workspace', true), '')::uuid);
grant select, insert, update, delete on read_key to baton_app;

-- Who reads names the key before the workspace is known.
create policy before_workspace on read_key for select to current_user using (true);
create function read_key_by_hash(wanted bytea) returns table (workspace uuid, id uuid, name text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select k.workspace, k.id, k.name from public.read_key k where k.hash = wanted and k.revoked_at is null $$;
revoke all on function read_key_by_hash(bytea) from public;
grant execute on function read_key_by_hash(bytea) to baton_app;
