-- What `sentence` says, as a code with its facts: screens say it in their language.
alter table webhook add column said jsonb;
alter table webhook_delivery add column said jsonb;
