-- whatif_decided: of the candidates of a way and part the one it becomes.
--
-- in   tried  candidates with model and rate_id, as find_rate gives them
--      way    with the sums of its cells
--      rates  the book the ids belong to
-- out  way, part, as_input, provider, model, service_tier, region, rate_id; and reason, why the one
--      that would be taken has no price
--
-- What a price takes as it is comes before what it takes with writes as input; of several tiers
-- the one that costs least, and of equally cheap ones the quicker.

with usage as (

    select
        tried.way,
        tried.part,
        tried.as_input,
        tried.provider,
        tried.model,
        tried.service_tier,
        tried.region,
        tried.rate_id,
        case when tried.as_input = 1
             then way.uncached_input_tokens + way.cache_write_tokens + way.cache_write_long_tokens
             else way.uncached_input_tokens
        end as uncached_input_tokens,
        way.cache_read_tokens,
        case when tried.as_input = 1 then 0 else way.cache_write_tokens end as cache_write_tokens,
        case when tried.as_input = 1 then 0 else way.cache_write_long_tokens end
            as cache_write_long_tokens,
        way.output_tokens,
        way.web_search_calls,
        way.file_search_calls,
        way.container_sessions

    from tried

    join way on way.way = tried.way

),

rated as (

    select * from ({rated_usage})

),

fitting as (

    select
        rated.*,
        row_number() over (
            partition by way, part, service_tier
            order by case when unpriced_reason is null then 0 else 1 end, as_input
        ) as fit

    from rated

),

ranked as (

    select
        fitting.*,
        row_number() over (
            partition by way, part
            order by
                case when unpriced_reason is null then 0 else 1 end,
                cost_pico,
                case service_tier when 'standard' then 0 when 'flex' then 1 when 'batch' then 2 else 3 end,
                service_tier
        ) as place

    from fitting

    where fit = 1

)

select
    way, part, as_input, provider, model, service_tier, region, rate_id, unpriced_reason as reason

from ranked

where place = 1
