-- whatif_classes: cells that no price and no limit of a model can tell apart, as one row.
--
-- in   staged  cells as whatif_cells gives them
-- out  class, a number from 1; {keys}; and the columns of an event that find_rate reads, each meter
--      1 where it is used and else 0

select
    row_number() over (order by {keys}) as class,
    {keys},
    min(model)            as model,
    min(vendor)           as vendor,
    min(key_provider)     as provider,
    min(key_model_key)    as model_raw,
    min(key_service_tier) as service_tier,
    min(key_region)       as region,
    min(event_ts)         as event_ts,
    min(input_tokens)     as input_tokens,
    min(other_units)      as other_units,
    key_billable          as billable,
    key_usage_missing     as usage_missing,
    key_bucket            as bucket,
    max(case when uncached_input_tokens   > 0 then 1 else 0 end) as uncached_input_tokens,
    max(case when cache_read_tokens       > 0 then 1 else 0 end) as cache_read_tokens,
    max(case when cache_write_tokens      > 0 then 1 else 0 end) as cache_write_tokens,
    max(case when cache_write_long_tokens > 0 then 1 else 0 end) as cache_write_long_tokens,
    max(case when output_tokens           > 0 then 1 else 0 end) as output_tokens,
    max(case when web_search_calls        > 0 then 1 else 0 end) as web_search_calls,
    max(case when file_search_calls       > 0 then 1 else 0 end) as file_search_calls,
    max(case when container_sessions      > 0 then 1 else 0 end) as container_sessions

from staged

group by {keys}
