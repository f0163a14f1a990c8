-- A day that was told wrong is told again by a further row, which takes the place of the first; what was told stays as it was.
alter table stage_change add column superseded_by uuid;
grant update (superseded_by) on stage_change to baton_app;

drop index stage_change_person;
create index stage_change_person on stage_change (workspace, person, at, id) include (to_stage, reason, superseded_by);

drop index stage_change_at;
create index stage_change_at on stage_change (workspace, to_stage, at) include (id, person, from_stage, reason, superseded_by);
