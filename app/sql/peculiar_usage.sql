-- peculiar_usage: whether there is usage that needs a word beside its figures.
--
-- in   usage_event
-- out  one row: events found of each kind, 0 or 1

select
    (select count(*) from (select 1 from usage_event where also_in is not null limit 1) as a)   as merged,
    (select count(*) from (select 1 from usage_event where billing <> 'metered' limit 1) as b)  as not_metered,
    (select count(*) from (select 1 from usage_event where grain = 'bucket' limit 1) as c)      as buckets
