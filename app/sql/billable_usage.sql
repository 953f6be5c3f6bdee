-- billable_usage: usage that a provider bills by the token, by UTC day and everything its price
-- depends on.
--
-- in   selected  events of a question with rate_id
--      rates     the book the ids belong to
-- out  one row per day, biller, project, model, rate and bucket: the quantity of every meter, the
--      rates (pico-dollars) or why there is no price, and the first instant
--
-- The biller is who sends the bill: OpenRouter for what it resells, the vendor where the key is the
-- user's own. Usage within a subscription is not billed by the token.
-- {bucket_row} is event_id where buckets are kept apart, else NULL.

select
    cast(selected.event_ts as date)                      as day,
    case
        when selected.gateway = 'openrouter' and coalesce(selected.billing, 'metered') <> 'byok' then 'openrouter'
        else selected.provider
    end                                                  as biller,
    selected.project,
    coalesce(rates.provider, '')                         as vendor,
    selected.model,
    selected.service_tier,
    case when selected.service_tier_source = 'none' then 1 else 0 end as tier_unstated,
    rates.context_band,
    selected.region,
    case when selected.grain = 'bucket' then 1 else 0 end as is_bucket,
    case when selected.grain = 'bucket' then {bucket_row} end as bucket_row,
    rates.unpriced_reason,
    min(selected.event_ts)                               as first_ts,
    sum(selected.uncached_input_tokens)                  as uncached_input,
    sum(selected.cache_read_tokens)                      as cache_read,
    sum(selected.cache_write_tokens)                     as cache_write,
    sum(selected.cache_write_long_tokens)                as cache_write_long,
    sum(selected.output_tokens)                          as output,
    sum(selected.web_search_calls)                       as web_search,
    sum(selected.file_search_calls)                      as file_search,
    sum(selected.container_sessions)                     as container,
    max(rates.uncached_input_pico)                       as uncached_input_pico,
    max(rates.cache_read_pico)                           as cache_read_pico,
    max(rates.cache_write_pico)                          as cache_write_pico,
    max(rates.cache_write_long_pico)                     as cache_write_long_pico,
    max(rates.output_pico)                               as output_pico,
    max(rates.web_search_pico)                           as web_search_pico,
    max(rates.file_search_pico)                          as file_search_pico,
    max(rates.container_pico)                            as container_pico

from selected

join rates on rates.rate_id = selected.rate_id

where selected.billable
    and coalesce(selected.billing, 'metered') <> 'notional'

group by
    cast(selected.event_ts as date),
    case
        when selected.gateway = 'openrouter' and coalesce(selected.billing, 'metered') <> 'byok' then 'openrouter'
        else selected.provider
    end,
    selected.project,
    rates.provider,
    selected.model,
    selected.service_tier,
    case when selected.service_tier_source = 'none' then 1 else 0 end,
    rates.context_band,
    selected.region,
    case when selected.grain = 'bucket' then 1 else 0 end,
    case when selected.grain = 'bucket' then {bucket_row} end,
    rates.rate_id,
    rates.unpriced_reason
