-- merged_usage: requests that several sources logged and that count once.
--
-- in   selected  events of a question
-- out  one row per set of sources: the one that was kept, the others, events

select
    source,
    also_in,
    count(*) as events

from selected

where also_in is not null

group by source, also_in
