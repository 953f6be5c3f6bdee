-- whatif_lever_lines: cells summed over what no lever, no price and no line of the output tells
-- apart, as usage that find_rate takes.
--
-- in   cell, price_class  as whatif_numbered and whatif_classes give them
--      base               class, service_tier, unpriced_reason: the classes as logged, priced
--      edge               provider, model, threshold: above how many input tokens a prompt is long
-- out  one row per line, with a number; see models/levers/lever.py for the columns
--
-- {team} and {week} are labels of a cell, {waits} how many seconds its answers may take, {at} the
-- instant whose prices hold. What is not billed by the token, or has no price, is left out.

with placed as (

    select
        cell.class,
        cell.workload,
        {team}  as team,
        {week}  as week,
        {waits} as waits,
        cell.agentic,
        cell.events,
        cell.requests,
        cell.prompt_tokens,
        {meters}

    from cell

    where cell.billing <> 'notional'

),

summed as (

    select
        class,
        workload,
        team,
        week,
        waits,
        agentic,
        cast(sum(events) as bigint)        as events,
        cast(sum(requests) as bigint)      as requests,
        cast(sum(prompt_tokens) as bigint) as prompt_tokens,
        {sums}

    from placed

    group by class, workload, team, week, waits, agentic

)

select
    row_number() over (order by summed.class, workload, team, week, waits, agentic) as line,
    summed.workload,
    summed.team,
    summed.week,
    summed.waits,
    summed.agentic,
    summed.events,
    summed.requests,
    summed.prompt_tokens,
    {summed},
    price_class.model as model_from,
    edge.threshold,
    price_class.provider,
    price_class.model_raw,
    base.service_tier,
    price_class.region,
    {at} as event_ts,
    price_class.input_tokens,
    price_class.other_units,
    price_class.billable,
    price_class.usage_missing

from summed

join price_class on price_class.class = summed.class

join base on base.class = summed.class

left join edge
    on  edge.provider = price_class.vendor
    and edge.model    = price_class.model

where price_class.billable
    and not price_class.bucket
    and base.unpriced_reason is null
