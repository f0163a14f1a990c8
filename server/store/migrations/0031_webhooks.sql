-- Other systems that are told what happens, and what each was told.
create table webhook (
  workspace uuid not null references workspace on delete cascade,
  id uuid not null,
  name text not null,
  url text not null,
  -- Kinds of events; none: all.
  kinds text[] not null default '{}',
  -- Whether messages carry name, company and addresses of the person.
  person boolean not null default false,
  -- Sealed with a key that is not in the database, as is the one before it, which signs as well until `old_until`.
  secret bytea not null,
  old_secret bytea,
  old_until timestamptz(3),
  state text not null default 'on' check (state in ('on', 'off')),
  -- Where in the feed of events it is: everything up to there has its delivery, or is of another kind.
  era uuid not null,
  xid xid8 not null,
  after_event uuid not null,
  -- Since when nothing was taken, how often in a row, when it is tried next, and the last answer in words.
  failing_since timestamptz(3),
  failures integer not null default 0,
  resume_at timestamptz(3),
  sentence text,
  taken_at timestamptz(3),
  made_by uuid,
  created_at timestamptz(3) not null default now(),
  primary key (workspace, id)
);

-- The message itself is made from the event at every try: nothing of a person is kept here, and what is erased is
-- never sent.
create table webhook_delivery (
  workspace uuid not null,
  webhook uuid not null,
  event uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'taken', 'failed')),
  tries integer not null default 0,
  next_at timestamptz(3) not null,
  status integer,
  sentence text,
  taken_at timestamptz(3),
  made_at timestamptz(3) not null default now(),
  primary key (workspace, webhook, event),
  foreign key (workspace, webhook) references webhook (workspace, id) on delete cascade,
  foreign key (workspace, event) references lead_event (workspace, id) on delete cascade
);
create index webhook_delivery_state on webhook_delivery (workspace, webhook, state, event);
create index webhook_delivery_event on webhook_delivery (workspace, event);

alter table webhook enable row level security;
alter table webhook force row level security;
create policy by_workspace on webhook to baton_app using (workspace = current_setting('baton.workspace')::uuid);
alter table webhook_delivery enable row level security;
alter table webhook_delivery force row level security;
create policy by_workspace on webhook_delivery to baton_app using (workspace = current_setting('baton.workspace')::uuid);
grant select, insert, update, delete on webhook, webhook_delivery to baton_app;
