-- Which deals of a CRM the amount is made of, and which were won, as {"pipeline": {"hubspot:4711:12": minor units}, "won": {}}:
-- several people may be in one deal, and its amount counts once. Null where somebody said it here, or a file.
alter table lead add column amount_deals jsonb;
create index lead_amount_deals on lead (workspace, id) where amount_deals is not null;
