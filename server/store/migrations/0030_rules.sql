-- A campaign that asks for sales by itself (demo, prices, a call): its touches wake recycled leads before their date,
-- and rules may take everybody it touched.
alter table campaign add column intent text not null default 'standard' check (intent in ('standard', 'high'));

-- A rule that hands over by itself. What it says is in its versions, which are never edited.
create table rule (
  workspace uuid not null references workspace on delete cascade,
  id uuid not null,
  -- The newest of its versions.
  version integer not null,
  on_since timestamptz(3),
  -- Number of the latest turn. Whoever gives a turn holds this row.
  turn bigint not null default 0,
  created_at timestamptz(3) not null default now(),
  primary key (workspace, id)
);

create table rule_version (
  workspace uuid not null,
  rule uuid not null,
  version integer not null,
  body jsonb not null,
  made_by uuid not null,
  made_at timestamptz(3) not null,
  primary key (workspace, rule, version),
  foreign key (workspace, rule) references rule (workspace, id) on delete cascade,
  foreign key (workspace, made_by) references app_user (workspace, id)
);

-- Which turn each user had last.
create table rule_turn (
  workspace uuid not null,
  rule uuid not null,
  user_id uuid not null,
  turn bigint not null,
  primary key (workspace, rule, user_id),
  foreign key (workspace, rule) references rule (workspace, id) on delete cascade,
  foreign key (workspace, user_id) references app_user (workspace, id)
);

-- What a rule handed over, and upon which touches.
create table rule_handoff (
  workspace uuid not null,
  handoff uuid not null,
  rule uuid not null,
  version integer not null,
  touches uuid[] not null,
  score integer,
  at timestamptz(3) not null,
  primary key (workspace, handoff),
  foreign key (workspace, handoff) references handoff (workspace, id) on delete cascade,
  foreign key (workspace, rule) references rule (workspace, id)
);
create index rule_handoff_rule on rule_handoff (workspace, rule, at);

alter table rule enable row level security;
alter table rule force row level security;
create policy by_workspace on rule to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table rule_version enable row level security;
alter table rule_version force row level security;
create policy by_workspace on rule_version to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table rule_turn enable row level security;
alter table rule_turn force row level security;
create policy by_workspace on rule_turn to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table rule_handoff enable row level security;
alter table rule_handoff force row level security;
create policy by_workspace on rule_handoff to baton_app using (workspace = current_setting('baton.workspace')::uuid);
grant select, insert, update on rule, rule_turn to baton_app;
grant select, insert on rule_version, rule_handoff to baton_app;
