-- charges: one row per charge, and one per event that has none.
--
-- in   rated  usage with rate_id, its rates and a cost per meter (pricing/sql/rated_usage.sql)
--      rates  the book the ids belong to
-- out  event, meter, quantity, rate and amount in pico-dollars, price version, labels
--
-- {meters} is a list of (meter, unit, quantity, rate, amount) rows made from the vocabulary. Under
-- a contract {contracted} joins contract_rates, the rows go on with contracted and effective amounts
-- ({more_names}), {more} selects them and {usd_more} shows them.

with lines as (

    select
        rated.*,
        meters.meter,
        meters.unit,
        meters.quantity,
        meters.pico_per_unit,
        meters.amount_pico
        {more}

    from (

        select rated.*, {rates}

        from rated

        join rates on rates.rate_id = rated.rate_id

        {contracted}

    ) as rated

    cross join lateral (values {meters})
        as meters(meter, unit, quantity, pico_per_unit, amount_pico {more_names})

    where rated.unpriced_reason is null and meters.quantity > 0

    union all by name

    select rated.* from rated where rated.unpriced_reason is not null

)

select
    event_id,
    event_ts,
    provider,
    model,
    service_tier,
    context_band,
    region,
    meter,
    unit,
    quantity,
    {usd_rate}   as rate_usd_per_unit,
    {usd_amount} as amount_usd,
    {usd_more}
    billable,
    unpriced_reason,
    price_version,
    project,
    team,
    user_id,
    api_key,
    workload,
    account,
    tags,
    source,
    model_raw,
    grain,
    billing

from lines
