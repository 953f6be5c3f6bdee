-- dearest_requests: single requests with their cost, the dearest first.
--
-- in   rated  usage with rate_id and its costs (pricing/sql/rated_usage.sql)
-- out  at most {limit} rows; requests without a price come last, the largest first

select
    event_id,
    event_ts,
    model,
    service_tier,
    context_band,
    team,
    workload,
    api_key,
    input_tokens,
    cache_read_tokens,
    output_tokens,
    cost_pico

from rated

order by
    case when cost_pico is null then 1 else 0 end,
    cost_pico desc,
    coalesce(input_tokens, 0) + coalesce(output_tokens, 0) desc,
    event_id

limit {limit}
