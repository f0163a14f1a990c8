-- CRMs: as whom we are connected and where its records stand, whose clock it goes by, tokens that one run at a time
-- renews, and sign-ins that were begun. A link that was disconnected keeps what it knew, so that connecting the same
-- account again tells nothing twice.
alter table source_link drop constraint source_link_state_check;
alter table source_link add constraint source_link_state_check check (state in ('running', 'paused', 'disconnected'));
alter table source_link
  -- Which of the source's ways to connect.
  add column way text collate "C" not null default '',
  -- What the CRM calls who is connected, and the address people open its records at.
  add column known_as text not null default '',
  add column address text not null default '',
  -- How far the CRM's clock is ahead of ours.
  add column skew_ms bigint not null default 0,
  -- Until when one run has the right to renew the token.
  add column renewing_until timestamptz(3),
  -- The mapping changed: what is known of stages is to be looked at anew.
  add column remap boolean not null default false,
  -- When it was last looked whether every record is still there.
  add column looked_at timestamptz(3);
create unique index source_link_account on source_link (workspace, source, account);

-- Why it was refused, for those that may be sent again by themselves.
alter table source_write add column trouble text collate "C";
create index source_write_ended on source_write (workspace, link, ended_at) where ended_at is not null;
create index source_stage_waiting on source_stage (workspace, link) where (known -> 'waiting') is not null;

-- Sign-ins at a CRM that an admin began: found again by the state alone, by the same admin alone, once.
create table source_sign_in (
  workspace uuid not null references workspace on delete cascade,
  -- SHA-256 of the state.
  state bytea not null,
  by_user uuid not null,
  -- What is needed to finish it, the verifier among it, sealed.
  body bytea not null,
  expires_at timestamptz(3) not null,
  primary key (workspace, state)
);
alter table source_sign_in enable row level security;
alter table source_sign_in force row level security;
create policy by_workspace on source_sign_in to baton_app using (workspace = current_setting('baton.workspace')::uuid);
grant select, insert, update, delete on source_sign_in to baton_app;
