-- contracted_usage: usage summed over whatever no price can tell apart, then priced three times.
--
-- in   selected        events of the report with rate_id and one column per event dimension (dim_*)
--      rates           the book the ids belong to
--      contract_rates  what a contract makes of a rate, by rate_id, billed_by and span: negotiated
--                      and effective rates by meter
-- out  one row per group: as grouped_usage, and then contracted_pico, effective_pico and
--      effective_part, which is 10^18 times what lies above effective_pico
--
-- Usage that the contract does not cover costs three times the list. {span} and {billed_by} are as
-- in contract_usage; {list}, {contracted}, {whole} and {part} are sums over the meters.

with summed as (

    select
        {event_dims}
        rate_id,
        billed_by,
        span,
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

    from (

        select
            selected.*,
            case when coalesce(selected.billing, 'metered') = 'metered' then selected.provider end
                as billed_by,
            {span} as span

        from selected

    ) as placed

    group by {event_groups} rate_id, billed_by, span

),

priced as (

    select
        summed.*,
        {rate_dims}
        rates.unpriced_reason as unpriced,
        case when rates.unpriced_reason is null then {list} end       as cost_pico,
        case when rates.unpriced_reason is null then {contracted} end as contracted_pico,
        case when rates.unpriced_reason is null then {whole} end      as effective_pico,
        case when rates.unpriced_reason is null then {part} end       as effective_part

    from summed

    join rates on rates.rate_id = summed.rate_id

    left join contract_rates
        on  contract_rates.rate_id   = summed.rate_id
        and contract_rates.billed_by = summed.billed_by
        and contract_rates.span      = summed.span

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
    coalesce(sum(file_search_calls), 0)                       as file_search_calls,
    sum(contracted_pico)                                      as contracted_pico,
    sum(effective_pico)                                       as effective_pico,
    sum(effective_part)                                       as effective_part

from priced

{group_by}
