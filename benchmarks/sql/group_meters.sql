-- group_meters: the report's grouping and measures, without a price.
--
-- in   usage_event
-- out  day, model, service_tier, requests, meters

select
    date_trunc('day', event_ts)  as "day",
    model,
    service_tier,
    sum(requests),
    sum(uncached_input_tokens),
    sum(cache_read_tokens),
    sum(cache_write_tokens),
    sum(cache_write_long_tokens),
    sum(output_tokens),
    sum(reasoning_tokens),
    sum(web_search_calls),
    sum(file_search_calls),
    sum(container_sessions)

from usage_event

group by date_trunc('day', event_ts), model, service_tier

order by date_trunc('day', event_ts), model, service_tier
