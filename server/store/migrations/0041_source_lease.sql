-- Whose the lease of a reading run is: one that was taken for dead and wakes again keeps nothing any more.
alter table source_link add column leased_by uuid;
