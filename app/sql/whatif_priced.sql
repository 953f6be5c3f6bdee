-- whatif_priced: what was summed, priced by the rule, part by part.
--
-- in   line   as whatif_summed gives it, each with a number
--      rates  the book, and the rates of a contract, by the ids of the lines
-- out  {keys}; records, requests, tokens; logged_pico and the parts of the new cost, which are
--      NULL where nothing was priced
--
-- Every part is a product of the rule (rated_usage) over usage made for it: as logged (role 0), as
-- it would be (1), cached tokens as input and reasoning as output (2), input as writes (3), output
-- of just the cap (4), and roles 1 and 2 at the standard tier (5, 6).

with usage as (

    select
        line, 0 as role, base_rate as rate_id,
        uncached_input_tokens, cache_read_tokens, cache_write_tokens, cache_write_long_tokens,
        output_tokens, web_search_calls, file_search_calls, container_sessions

    from line

    union all

    select
        line, role.role, case when role.role = 1 then rate_to else spill_rate end,
        case when as_input = 1
             then coalesce(uncached_input_tokens, 0) + coalesce(cache_write_tokens, 0)
                 + coalesce(cache_write_long_tokens, 0)
             else uncached_input_tokens
        end,
        cache_read_tokens,
        case when as_input = 0 then cache_write_tokens end,
        case when as_input = 0 then cache_write_long_tokens end,
        output_tokens, web_search_calls, file_search_calls, container_sessions

    from line

    join role on role.role = 1 or (role.role = 5 and line.spill_rate is not null)

    union all

    select
        line, role.role, case when role.role = 2 then rate_to else spill_rate end,
        cache_read_tokens, null, null, null, reasoning_tokens, null, null, null

    from line

    join role on role.role = 2 or (role.role = 6 and line.spill_rate is not null)

    where coalesce(cache_read_tokens, 0) > 0 or coalesce(reasoning_tokens, 0) > 0

    union all

    select line, 3, rate_to, writable, null, writable, null, null, null, null, null

    from line

    where writable > 0

    union all

    select
        line, 4, rate_to, null, null, null, null,
        cast(cap as decimal(38, 0)) * events, null, null, null

    from line

    where cap is not null

),

rated as (

    select * from ({rated_usage})

),

folded as (

    select
        line,
        sum(case when role = 0 then cost_pico end)                    as logged_pico,
        sum(case when role = 1 then uncached_input_cost_pico end)     as uncached_pico,
        sum(case when role = 1 then cache_read_cost_pico end)         as cached_pico,
        sum(case when role = 2 then uncached_input_cost_pico end)     as cached_as_uncached_pico,
        sum(case when role = 1 then cache_write_cost_pico end)        as write_pico,
        sum(case when role = 1 then cache_write_long_cost_pico end)   as write_long_pico,
        sum(case when role = 3 then cache_write_cost_pico - uncached_input_cost_pico end)
            as write_premium_pico,
        sum(case when role = 1 then output_cost_pico end)             as output_pico,
        sum(case when role = 2 then output_cost_pico end)             as reasoning_pico,
        sum(case when role = 1 then web_search_cost_pico + file_search_cost_pico + container_cost_pico end)
            as tools_pico,
        sum(case when role = 4 then output_cost_pico end)             as at_cap_pico,
        sum(case when role = 5 then uncached_input_cost_pico end)     as spill_uncached_pico,
        sum(case when role = 5 then cache_read_cost_pico end)         as spill_cached_pico,
        sum(case when role = 6 then uncached_input_cost_pico end)     as spill_cached_as_uncached_pico,
        sum(case when role = 5 then cache_write_cost_pico end)        as spill_write_pico,
        sum(case when role = 5 then cache_write_long_cost_pico end)   as spill_write_long_pico,
        sum(case when role = 5 then output_cost_pico end)             as spill_output_pico,
        sum(case when role = 6 then output_cost_pico end)             as spill_reasoning_pico,
        sum(case when role = 5 then web_search_cost_pico + file_search_cost_pico + container_cost_pico end)
            as spill_tools_pico,
        max(case when role = 0 then unpriced_reason end)              as unpriced_reason,
        max(case when role = 1 then context_band end)                 as band_to

    from rated

    group by line

)

select
    {keys}
    folded.band_to,
    folded.unpriced_reason,
    sum(line.events)   as events,
    sum(line.records)  as records,
    sum(line.requests) as requests,
    sum(line.bucketed) as bucketed,
    sum(coalesce(line.uncached_input_tokens, 0) + coalesce(line.cache_read_tokens, 0)
        + coalesce(line.cache_write_tokens, 0) + coalesce(line.cache_write_long_tokens, 0))
        as input_tokens,
    sum(coalesce(line.cache_read_tokens, 0)) as cached_tokens,
    sum(coalesce(line.output_tokens, 0))     as output_tokens,
    sum(coalesce(line.reasoning_tokens, 0))  as reasoning_tokens,
    {costs}

from line

join folded on folded.line = line.line

group by {keys} folded.band_to, folded.unpriced_reason
