-- What kind of customer a person belongs to, in the company's own words: from a file, a trait or a CRM.
alter table person add column segment text check (length(segment) between 1 and 80);
create index person_segment on person (workspace, segment) where segment is not null;
