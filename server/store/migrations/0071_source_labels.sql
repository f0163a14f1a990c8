-- What the CRM's users call its fields and values, as it was last asked: {"fields": {"lifecyclestage": "Lifecycle stage"}, "values": {}}.
alter table source_link add column labels jsonb;
