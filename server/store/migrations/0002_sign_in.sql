-- Signing in: what it needs beside the records, still before any workspace is known.

-- Ids are unique everywhere, and a token names its user by id alone.
create index app_user_id on app_user (id);

-- How often a bucket (account and address, address, account: hashed) was tried in the span that began at `since`.
create table sign_in_attempt (
  bucket bytea primary key,
  tries integer not null,
  since timestamptz(3) not null default now(),
  until timestamptz(3) not null
);
create index sign_in_attempt_until on sign_in_attempt (until);
create policy sign_in_only on sign_in_attempt to current_user using (true);
alter table sign_in_attempt enable row level security;
alter table sign_in_attempt force row level security;

create function user_by_id(wanted uuid)
  returns table (workspace uuid, id uuid, email text, name text, role text, team uuid, signed_out_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select u.workspace, u.id, u.email, u.name, u.role, u.team, u.signed_out_at
        from public.app_user u where u.id = wanted and u.disabled_at is null $$;

-- Who a token speaks for as things are now: nobody when the user is disabled or gone, or the grant was ended.
create function user_signed_in(w uuid, wanted uuid, grant_wanted text)
  returns table (workspace uuid, id uuid, email text, name text, role text, team uuid, signed_out_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select u.workspace, u.id, u.email, u.name, u.role, u.team, u.signed_out_at
        from public.app_user u
        where u.workspace = w and u.id = wanted and u.disabled_at is null
          and (grant_wanted is null or exists (
            select 1 from public.sign_in_record r
            where r.kind = 'Grant' and r.id = grant_wanted and (r.expires_at is null or r.expires_at > now()))) $$;

-- False when it is there already: tells the first of two callers from the second.
create function sign_in_put_new(k text, i text, b jsonb, expires timestamptz) returns boolean
  language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ with mine as (
          insert into public.sign_in_record (kind, id, body, expires_at) values (k, i, b, expires)
          on conflict (kind, id) do nothing returning 1)
        select exists (select 1 from mine) $$;

-- Counts a try before it is made, so that many at once can't all slip through. Answers the seconds to wait, 0 when it may
-- be made. A refused try isn't counted: waiting is enough.
create function sign_in_try(b bytea, most integer, span interval) returns integer
  language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ with counted as (
          insert into public.sign_in_attempt as a (bucket, tries, since, until) values (b, 1, now(), now() + span)
          on conflict (bucket) do update set
            tries = case when a.until <= now() then 1 else least(a.tries, most) + 1 end,
            since = case when a.until <= now() then now() else a.since end,
            until = case when a.until <= now() then now() + span else a.until end
          returning a.tries, a.until)
        select case when c.tries > most then greatest(1, ceil(extract(epoch from c.until - now())))::integer else 0 end from counted c $$;

-- The try succeeded, so it doesn't count against those that follow.
create function sign_in_untry(b bytea) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ update public.sign_in_attempt set tries = greatest(0, tries - 1) where bucket = b $$;

create function sign_in_attempt_sweep() returns bigint
  language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ with gone as (delete from public.sign_in_attempt where until < now() returning 1) select count(*) from gone $$;

revoke all on function user_by_id(uuid), user_signed_in(uuid, uuid, text), sign_in_put_new(text, text, jsonb, timestamptz),
  sign_in_try(bytea, integer, interval), sign_in_untry(bytea), sign_in_attempt_sweep() from public;
grant execute on function user_by_id(uuid), user_signed_in(uuid, uuid, text), sign_in_put_new(text, text, jsonb, timestamptz),
  sign_in_try(bytea, integer, interval), sign_in_untry(bytea), sign_in_attempt_sweep() to baton_app;
