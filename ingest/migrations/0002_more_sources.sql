-- 0002_more_sources: what buckets, plans, hubs and merged records say beside a request.
--
-- in   a database of 0001
-- out  usage_event with more columns

alter table usage_event add column series varchar;            -- of a bucket: source, width and grouping
alter table usage_event add column billing varchar default 'metered'; -- metered, notional, byok
alter table usage_event add column other_units varchar;       -- JSON object: usage no price meter covers
alter table usage_event add column usage_missing boolean default false; -- paid, and nobody logged how much
alter table usage_event add column stated_cost_kind varchar;  -- provider, gateway, hub, upstream
alter table usage_event add column also_in varchar;           -- other sources that logged the same request
alter table usage_event add column tier_rank smallint;        -- rank of the record the tier is from

-- The reasons why usage has no price became one more, so every stamp is made anew.
delete from meta where key = 'book_digest';
