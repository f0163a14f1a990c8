-- A disconnected CRM whose data goes as well: since when. What only it told is removed portion by portion, the link last.
alter table source_link add column removing_since timestamptz(3);
create index source_link_removing on source_link (workspace) where removing_since is not null;
