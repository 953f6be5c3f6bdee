-- loaded_sources: what became of the lines of each kind of file.
--
-- in   ingest_file
-- out  one row per source: files, lines = events + duplicates + not_usage + quarantined,
--      and the last load (naive UTC)

select
    sources,
    count(*)                         as files,
    cast(sum(lines) as bigint)       as lines,
    cast(sum(events) as bigint)      as events,
    cast(sum(duplicates) as bigint)  as duplicates,
    cast(sum(not_usage) as bigint)   as not_usage,
    cast(sum(quarantined) as bigint) as quarantined,
    max(loaded_at)                   as loaded_at

from ingest_file

group by sources

order by lines desc, sources
