-- What reports read of touches and stages stands in the index itself: a person's touches lie all over the table, and
-- fetching each from there is most of what a report costs.

drop index touch_active;
create index touch_active on touch (workspace, person, at, id) include (campaign, channel) where active;

drop index touch_campaign;
create index touch_campaign on touch (workspace, campaign, at) include (person, active) where campaign is not null;

drop index stage_change_person;
create index stage_change_person on stage_change (workspace, person, at, id) include (to_stage, reason);

drop index stage_change_at;
create index stage_change_at on stage_change (workspace, to_stage, at) include (id, person, from_stage, reason);
