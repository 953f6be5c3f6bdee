-- log_extent: what the logs cover, and when they were loaded.
--
-- in   counted (the usage that counts), ingest_file, meta
-- out  one row: the first and last event (naive UTC, NULL without usage), the last load,
--      the number of files, and the name of the demo company or NULL

select
    (select min(event_ts) from counted)                as first_ts,
    (select max(event_ts) from counted)                as last_ts,
    (select max(loaded_at) from ingest_file)           as loaded_at,
    (select count(*) from ingest_file)                 as files,
    (select value from meta where key = 'demo')        as demo
