-- What `reason` says, as a code with its facts: screens say it in their language.
alter table ingest_reject add column said jsonb;
