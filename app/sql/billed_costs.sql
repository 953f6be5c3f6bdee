-- billed_costs: what the provider states, summed over labels that no logs are held against.
--
-- in   provider_cost
-- out  one row per series, bucket, project, line item and currency: the amount (what lowers the bill
--      apart from what adds to it), the quantity and how many of the rows state one

select
    series,
    provider,
    bucket_start,
    bucket_end,
    project_id,
    line_item,
    parsed,
    service_tier,
    model,
    modality,
    meter,
    long_context,
    currency,
    quantity_unit,
    case when amount < 0 then 1 else 0 end as lowers,
    sum(amount)                            as amount,
    sum(quantity)                          as quantity,
    count(quantity)                        as quantities,
    count(*)                               as stated

from provider_cost

group by
    series, provider, bucket_start, bucket_end, project_id, line_item, parsed, service_tier, model,
    modality, meter, long_context, currency, quantity_unit, case when amount < 0 then 1 else 0 end

order by
    bucket_start, series, project_id, line_item, currency, quantity_unit, lowers
