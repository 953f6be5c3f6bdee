-- whatif_cache_sums: what stays cached of a sample of sessions, by where its requests go.
--
-- in   session_kept  as whatif_cache gives it
-- out  rule, workload, model_to; whether any request moved, sessions, requests, cached tokens as
--      logged and as they would be

select
    rule,
    workload,
    model_to,
    max(case when model_from <> model_to then 1 else 0 end) as moved,
    count(distinct conversation) as sessions,
    count(*)                    as requests,
    cast(sum(cached) as bigint) as cached,
    cast(sum(kept) as bigint)   as kept

from session_kept

group by rule, workload, model_to
