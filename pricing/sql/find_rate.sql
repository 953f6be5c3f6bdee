-- find_rate: the rate of every usage row. The bulk twin of PriceBook.find, and of
-- the refusal in pricing/rate.py.
--
-- in    usage       provider, model_raw, service_tier, region, event_ts,
--                   input_tokens, billable, usage_missing, other_units and the eight meters
--       model_name  provider, model_raw, model, vendor: one row per known logged id; the vendor
--                   is the provider itself, or whom it resells at list price
--       rates       the compiled price book (pricing/compile.py)
-- out   the usage row (which has no model and no rate_id of its own yet), and
--       model       canonical, or as logged when the book does not know it
--       rate_id     a row of rates: 0 bills nothing, 1 to 9 are unpriced reasons,
--                   from 100 on a price or a cell that says why it has none
--
-- Match. Both ranges are half-open, and the rows of a known model leave no gap and
--   never overlap, so a row finds exactly one; it finds none only where the tier
--   or the region is no word of the book, or the instant is missing.
-- A meter that was used and has no rate refuses the whole row: it is never free. So does usage in
--   a unit that is no meter.

select
    usage.*,
    coalesce(model_name.model, usage.model_raw) as model,
    case
        when not usage.billable then 0
        when usage.usage_missing then 9
        when model_name.model is null then 1
        when rates.rate_id is null then
            case
                when coalesce(usage.service_tier, 'unknown') not in
                    ('standard', 'batch', 'flex', 'priority', 'ultrafast', 'scale') then 6
                when usage.event_ts is null then 2
                else 8
            end
        when rates.unpriced_reason is not null then rates.rate_id
        when usage.uncached_input_tokens   > 0 and rates.uncached_input_pico   is null then 5
        when usage.cache_read_tokens       > 0 and rates.cache_read_pico       is null then 5
        when usage.cache_write_tokens      > 0 and rates.cache_write_pico      is null then 5
        when usage.cache_write_long_tokens > 0 and rates.cache_write_long_pico is null then 5
        when usage.output_tokens           > 0 and rates.output_pico           is null then 5
        when usage.web_search_calls        > 0 and rates.web_search_pico       is null then 5
        when usage.file_search_calls       > 0 and rates.file_search_pico      is null then 5
        when usage.container_sessions      > 0 and rates.container_pico        is null then 5
        when usage.other_units is not null then 5
        else rates.rate_id
    end as rate_id

from usage

left join model_name
    on  usage.provider  = model_name.provider
    and usage.model_raw = model_name.model_raw

left join rates
    on  model_name.vendor                       =  rates.provider
    and model_name.model                        =  rates.model
    and coalesce(usage.service_tier, 'unknown') =  rates.service_tier
    and coalesce(usage.region, 'global')        =  rates.region
    and usage.event_ts                          >= rates.effective_from
    and usage.event_ts                          <  rates.effective_until
    and coalesce(usage.input_tokens, -1)        >= rates.input_tokens_from
    and coalesce(usage.input_tokens, -1)        <  rates.input_tokens_until
