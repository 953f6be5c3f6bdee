-- contract_usage: priced usage as a contract bills it: summed by rate, biller and span.
--
-- in   selected  events of a question with rate_id and one column per event dimension (dim_*)
--      rates     the book the ids belong to
-- out  the event dimensions, rate_id, billed_by, span, what the rate says, and units by meter
--
-- {span} numbers the stretches within which no term of the contract begins or ends; it is NULL
-- outside its period. Usage that nobody bills by the token (a subscription's, one's own key) is
-- under no contract. {dims} lists the event dimensions, {units} and {rates} the meters.

select
    {dims}
    placed.rate_id,
    placed.billed_by,
    placed.span,
    rates.provider,
    rates.model,
    rates.service_tier,
    rates.context_band,
    rates.region,
    {rates}
    {units}

from (

    select selected.*, selected.provider as billed_by, {span} as span

    from selected

    where coalesce(selected.billing, 'metered') = 'metered'

) as placed

join rates
    on  rates.rate_id = placed.rate_id
    and rates.unpriced_reason is null
    and rates.provider is not null

where placed.span is not null

group by
    {dims}
    placed.rate_id,
    placed.billed_by,
    placed.span,
    rates.provider,
    rates.model,
    rates.service_tier,
    rates.context_band,
    {rates}
    rates.region
