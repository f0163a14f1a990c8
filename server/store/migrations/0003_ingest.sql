-- Two names of somebody who has not said who it is: what waits for the one waits for the other. Gone as soon as
-- the person is known; then both are rows of person_alias.
create table alias_link (
  workspace uuid not null references workspace on delete cascade,
  kind text collate "C" not null,
  value text collate "C" not null,
  to_kind text collate "C" not null,
  to_value text collate "C" not null,
  created_at timestamptz(3) not null default now(),
  primary key (workspace, kind, value)
);
create index alias_link_to on alias_link (workspace, to_kind, to_value);
create index alias_link_age on alias_link (workspace, created_at);

-- What sources call a campaign by their own id. A campaign renamed there is still the same one here.
create table campaign_ref (
  workspace uuid not null,
  source text collate "C" not null,
  ref text collate "C" not null,
  campaign uuid not null,
  primary key (workspace, source, ref),
  foreign key (workspace, campaign) references campaign (workspace, id) on delete cascade
);
create index campaign_ref_campaign on campaign_ref (workspace, campaign);

alter table alias_link enable row level security;
alter table alias_link force row level security;
create policy by_workspace on alias_link to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table campaign_ref enable row level security;
alter table campaign_ref force row level security;
create policy by_workspace on campaign_ref to baton_app using (workspace = current_setting('baton.workspace')::uuid);
grant select, insert, update, delete on alias_link, campaign_ref to baton_app;
