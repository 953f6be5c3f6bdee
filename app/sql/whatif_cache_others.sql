-- whatif_cache_others: cached tokens that a sample of sessions had from other sessions.
--
-- in   session_kept  as whatif_cache gives it
-- out  rule, workload, model_from, model_to, tokens

select
    rule,
    workload,
    model_from,
    model_to,
    cast(sum(from_others) as bigint) as tokens

from session_kept

where from_others > 0

group by rule, workload, model_from, model_to
