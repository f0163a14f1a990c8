-- The report of a period as it stood when the period ended; never written again.
create table digest (
  workspace uuid not null references workspace on delete cascade,
  -- 2026-W47, 2026-11 or 2026-Q4, as the agreement counted when it was made.
  period text collate "C" not null,
  grain text not null check (grain in ('week', 'month', 'quarter')),
  from_day date not null,
  to_day date not null,
  frozen_at timestamptz(3) not null,
  body jsonb not null,
  primary key (workspace, period)
);
create index digest_end on digest (workspace, to_day, period);

-- One a team.
create table digest_comment (
  workspace uuid not null,
  period text collate "C" not null,
  team text not null check (team in ('marketing', 'sales')),
  text text not null,
  by_user uuid not null,
  at timestamptz(3) not null,
  primary key (workspace, period, team),
  foreign key (workspace, period) references digest (workspace, period) on delete cascade,
  foreign key (workspace, by_user) references app_user (workspace, id)
);

create table digest_seen (
  workspace uuid not null,
  period text collate "C" not null,
  by_user uuid not null,
  at timestamptz(3) not null,
  primary key (workspace, period, by_user),
  foreign key (workspace, period) references digest (workspace, period) on delete cascade,
  foreign key (workspace, by_user) references app_user (workspace, id)
);

-- To whom it went: a user's id, or 'webhook'. What failed is tried again without writing to the others twice.
create table digest_sent (
  workspace uuid not null,
  period text collate "C" not null,
  target text collate "C" not null,
  at timestamptz(3) not null,
  primary key (workspace, period, target),
  foreign key (workspace, period) references digest (workspace, period) on delete cascade
);

alter table digest enable row level security;
alter table digest force row level security;
create policy by_workspace on digest to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table digest_comment enable row level security;
alter table digest_comment force row level security;
create policy by_workspace on digest_comment to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table digest_seen enable row level security;
alter table digest_seen force row level security;
create policy by_workspace on digest_seen to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table digest_sent enable row level security;
alter table digest_sent force row level security;
create policy by_workspace on digest_sent to baton_app using (workspace = current_setting('baton.workspace')::uuid);
-- Frozen: it may be written and read, not changed.
grant select, insert on digest to baton_app;
grant select, insert, update on digest_comment to baton_app;
grant select, insert on digest_seen, digest_sent to baton_app;
