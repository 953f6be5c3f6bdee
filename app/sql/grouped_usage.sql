-- grouped_usage: usage summed over whatever no price can tell apart, then priced exactly.
--
-- in   selected  events of the report with rate_id and one column per event dimension (dim_*)
--      rates     the book the ids belong to
-- out  one row per group: the dimensions, requests, tokens by meter, cost_pico, and the requests
--      that could not be priced
--
-- Cost is linear in the quantities and a rate_id fixes every rate, so tokens are summed first and
-- each sum is multiplied once. Sums pass through decimal(38, 0), never through a float. cost_pico
-- is NULL only where nothing in the group could be priced.
--
-- {event_dims} and {rate_dims} are select lists made from app/dimensions.py, {groups} their names.

with summed as (

    select
        {event_dims}
        rate_id,
        sum(requests)                                     as requests,
        sum(case when requests > 1 then requests else 1 end) as records,
        sum(uncached_input_tokens)                        as uncached_input_tokens,
        sum(cache_read_tokens)                            as cache_read_tokens,
        sum(cache_write_tokens)                           as cache_write_tokens,
        sum(cache_write_long_tokens)                      as cache_write_long_tokens,
        sum(output_tokens)                                as output_tokens,
        sum(reasoning_tokens)                             as reasoning_tokens,
        sum(web_search_calls)                             as web_search_calls,
        sum(file_search_calls)                            as file_search_calls,
        sum(container_sessions)                           as container_sessions

    from selected

    group by {event_groups} rate_id

),

priced as (

    select
        summed.*,
        {rate_dims}
        rates.unpriced_reason as unpriced,
        case when rates.unpriced_reason is null then
            coalesce(cast(uncached_input_tokens as decimal(38, 0)) * rates.uncached_input_pico, 0)
            + coalesce(cast(cache_read_tokens as decimal(38, 0)) * rates.cache_read_pico, 0)
            + coalesce(cast(cache_write_tokens as decimal(38, 0)) * rates.cache_write_pico, 0)
            + coalesce(cast(cache_write_long_tokens as decimal(38, 0)) * rates.cache_write_long_pico, 0)
            + coalesce(cast(output_tokens as decimal(38, 0)) * rates.output_pico, 0)
            + coalesce(cast(web_search_calls as decimal(38, 0)) * rates.web_search_pico, 0)
            + coalesce(cast(file_search_calls as decimal(38, 0)) * rates.file_search_pico, 0)
            + coalesce(cast(container_sessions as decimal(38, 0)) * rates.container_pico, 0)
        end as cost_pico

    from summed

    join rates on rates.rate_id = summed.rate_id

)

select
    {groups}
    sum(requests)                                             as requests,
    coalesce(sum(uncached_input_tokens), 0) + coalesce(sum(cache_read_tokens), 0)
        + coalesce(sum(cache_write_tokens), 0) + coalesce(sum(cache_write_long_tokens), 0) as input_tokens,
    coalesce(sum(uncached_input_tokens), 0)                   as uncached_input_tokens,
    coalesce(sum(cache_read_tokens), 0)                       as cache_read_tokens,
    coalesce(sum(cache_write_tokens), 0) + coalesce(sum(cache_write_long_tokens), 0) as cache_write_tokens,
    coalesce(sum(output_tokens), 0)                           as output_tokens,
    coalesce(sum(reasoning_tokens), 0)                        as reasoning_tokens,
    sum(cost_pico)                                            as cost_pico,
    sum(case when unpriced is null then 0 else records end)   as unpriced_requests,
    coalesce(sum(cache_write_long_tokens), 0)                 as cache_write_long_tokens,
    coalesce(sum(web_search_calls), 0)                        as web_search_calls,
    coalesce(sum(file_search_calls), 0)                       as file_search_calls

from priced

{group_by}
