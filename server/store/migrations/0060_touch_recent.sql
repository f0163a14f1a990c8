-- Whom a rule would have taken: everybody's active touches of the last months. Without this the whole table is read,
-- however far back it goes.
create index touch_recent on touch (workspace, at) include (person, kind, campaign) where active;
