-- band_risk: what buckets would cost more if all that could have been long context was.
--
-- in   selected  events of a question with rate_id
--      rates     the book the ids belong to
-- out  one row: tokens of buckets that were priced at the short band and could be long, how much
--      more they would cost at the long band (pico-dollars), and the tokens whose long price
--      nobody has published
--
-- A bucket sums requests and does not tell how long each prompt was. One whose whole input is
-- within the threshold holds no long prompt; nor does one of a tier that is not sold for long ones.
-- {priced_at} is the instant whose prices are asked for.

with risky as (

    select
        coalesce(selected.uncached_input_tokens, 0)   as uncached_input,
        coalesce(selected.cache_read_tokens, 0)       as cache_read,
        coalesce(selected.cache_write_tokens, 0)      as cache_write,
        coalesce(selected.cache_write_long_tokens, 0) as cache_write_long,
        coalesce(selected.output_tokens, 0)           as output,
        long_rates.unpriced_reason                    as unknown,
        long_rates.uncached_input_pico   - short_rates.uncached_input_pico   as uncached_input_more,
        long_rates.cache_read_pico       - short_rates.cache_read_pico       as cache_read_more,
        long_rates.cache_write_pico      - short_rates.cache_write_pico      as cache_write_more,
        long_rates.cache_write_long_pico - short_rates.cache_write_long_pico as cache_write_long_more,
        long_rates.output_pico           - short_rates.output_pico           as output_more

    from selected

    join rates as short_rates
        on  short_rates.rate_id = selected.rate_id
        and short_rates.context_band = 'short'
        and short_rates.unpriced_reason is null

    join rates as long_rates
        on  long_rates.provider = short_rates.provider
        and long_rates.model = short_rates.model
        and long_rates.service_tier = short_rates.service_tier
        and long_rates.region = short_rates.region
        and long_rates.context_band = 'long'
        and {priced_at} >= long_rates.effective_from
        and {priced_at} < long_rates.effective_until

    where selected.grain = 'bucket'
        and coalesce(long_rates.unpriced_reason, '') <> 'tier_not_offered'
        and coalesce(selected.uncached_input_tokens, 0) + coalesce(selected.cache_read_tokens, 0)
            + coalesce(selected.cache_write_tokens, 0) + coalesce(selected.cache_write_long_tokens, 0)
            >= long_rates.input_tokens_from

),

priced as (

    -- A meter that was used and has no long rate leaves the sum NULL.
    select
        uncached_input + cache_read + cache_write + cache_write_long + output as tokens,
        case when unknown is null then
            case when uncached_input = 0 then 0
                else cast(uncached_input as decimal(38, 0)) * uncached_input_more end
            + case when cache_read = 0 then 0
                else cast(cache_read as decimal(38, 0)) * cache_read_more end
            + case when cache_write = 0 then 0
                else cast(cache_write as decimal(38, 0)) * cache_write_more end
            + case when cache_write_long = 0 then 0
                else cast(cache_write_long as decimal(38, 0)) * cache_write_long_more end
            + case when output = 0 then 0
                else cast(output as decimal(38, 0)) * output_more end
        end as more_pico

    from risky

)

select
    coalesce(sum(tokens), 0)                                            as tokens,
    coalesce(sum(more_pico), 0)                                         as more_pico,
    coalesce(sum(case when more_pico is null then tokens else 0 end), 0) as tokens_without_price

from priced
