-- Whose a deal was, when it is gone or no longer theirs.
create index source_stage_deal on source_stage (workspace, link, field) where left(field, 12) = 'Opportunity ';
