-- unpriced_usage: what could not be priced, and why.
--
-- in   selected  events with rate_id, dim_0 = model, dim_1 = service tier
--      rates     the book the ids belong to
-- out  reason, model, service_tier, requests, tokens, the first and last event

select
    rates.unpriced_reason as reason,
    dim_0                 as model,
    dim_1                 as service_tier,
    cast(sum(case when requests > 1 then requests else 1 end) as bigint) as requests,
    cast(sum(coalesce(uncached_input_tokens, 0) + coalesce(cache_read_tokens, 0)
        + coalesce(cache_write_tokens, 0) + coalesce(cache_write_long_tokens, 0)
        + coalesce(output_tokens, 0)) as bigint) as tokens,
    min(event_ts)         as first_ts,
    max(event_ts)         as last_ts

from selected

join rates on rates.rate_id = selected.rate_id

where rates.unpriced_reason is not null

group by rates.unpriced_reason, dim_0, dim_1
