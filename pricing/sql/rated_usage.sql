-- rated_usage: every usage row with its charges. The bulk twin of pricing/rate.py.
--
-- in    usage   one row per request, with rate_id as find_rate gives it
--       rates   the compiled price book the ids were taken from
-- out   the usage row; context_band, price_version, unpriced_reason;
--       a cost per meter and cost_pico, their sum, all in pico-dollars
--
-- Money. quantity * pico-dollars per unit: a BIGINT product, never a quotient.
-- A row without a price has NULL costs, and unpriced_reason says why; an id that is
--   not in rates counts as one. A row that bills nothing (rate_id 0) costs 0. A
--   meter that was not used costs 0 even where it has no rate.

with charged as (

    select
        usage.*,
        rates.context_band,
        rates.price_version,
        case when rates.rate_id is null then 'no_price_at_date'
             else rates.unpriced_reason
        end as unpriced_reason,
        case when rates.rate_id is null or rates.unpriced_reason is not null then null
             when coalesce(usage.uncached_input_tokens, 0) = 0 then 0
             else usage.uncached_input_tokens * rates.uncached_input_pico
        end as uncached_input_cost_pico,
        case when rates.rate_id is null or rates.unpriced_reason is not null then null
             when coalesce(usage.cache_read_tokens, 0) = 0 then 0
             else usage.cache_read_tokens * rates.cache_read_pico
        end as cache_read_cost_pico,
        case when rates.rate_id is null or rates.unpriced_reason is not null then null
             when coalesce(usage.cache_write_tokens, 0) = 0 then 0
             else usage.cache_write_tokens * rates.cache_write_pico
        end as cache_write_cost_pico,
        case when rates.rate_id is null or rates.unpriced_reason is not null then null
             when coalesce(usage.cache_write_long_tokens, 0) = 0 then 0
             else usage.cache_write_long_tokens * rates.cache_write_long_pico
        end as cache_write_long_cost_pico,
        case when rates.rate_id is null or rates.unpriced_reason is not null then null
             when coalesce(usage.output_tokens, 0) = 0 then 0
             else usage.output_tokens * rates.output_pico
        end as output_cost_pico,
        case when rates.rate_id is null or rates.unpriced_reason is not null then null
             when coalesce(usage.web_search_calls, 0) = 0 then 0
             else usage.web_search_calls * rates.web_search_pico
        end as web_search_cost_pico,
        case when rates.rate_id is null or rates.unpriced_reason is not null then null
             when coalesce(usage.file_search_calls, 0) = 0 then 0
             else usage.file_search_calls * rates.file_search_pico
        end as file_search_cost_pico,
        case when rates.rate_id is null or rates.unpriced_reason is not null then null
             when coalesce(usage.container_sessions, 0) = 0 then 0
             else usage.container_sessions * rates.container_pico
        end as container_cost_pico

    from usage

    left join rates on usage.rate_id = rates.rate_id

)

select
    charged.*,
    uncached_input_cost_pico
        + cache_read_cost_pico
        + cache_write_cost_pico
        + cache_write_long_cost_pico
        + output_cost_pico
        + web_search_cost_pico
        + file_search_cost_pico
        + container_cost_pico as cost_pico

from charged
