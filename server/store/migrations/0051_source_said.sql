-- What `sentence` says, as a code with its facts: screens say it in their language.
alter table source_write add column said jsonb;
