-- normalise_cost: what a source reported of money, made into the columns of provider_cost, or the
-- reason why not.
--
-- in   reported  one row per record: a source's select, missing columns filled with NULL
-- out  claimed, usual (nothing is there that was taken to be absent), not_usage, problem, and the
--      columns of provider_cost that come from a record
--
-- Money is no usage: a row that is kept is counted as such, with its reason. A row without money has
-- no cost_key, and is not kept.

with read as (

    select
        *,
        try_cast(amount as decimal(38, 18))   as amount_n,
        try_cast(quantity as decimal(38, 18)) as quantity_n,
        instant_of(bucket_start, try_cast(bucket_start as double)) as starts,
        instant_of(bucket_end, try_cast(bucket_end as double))     as ends

    from reported

),

checked as (

    select
        *,
        case
            when not_usage is not null then null
            when amount is null then 'a cost without an amount'
            when amount_n is null then 'the amount is not a number'
            when currency is null then 'an amount without a currency'
            when quantity is not null and quantity_n is null then 'the quantity is not a number'
            when starts is null or ends is null or cost_key is null then 'no readable time'
            when starts < timestamp '2018-01-01' or starts >= timestamp '2100-01-01' then 'time out of range'
        end as fault

    from read

)

select
    envelope.claimed                     as claimed,
    envelope.usual                       as usual,
    case
        when envelope.claimed and fault is null
            then coalesce(not_usage, 'a cost row, kept in provider_cost')
    end                                  as not_usage,
    case when envelope.claimed then fault end as problem,
    pull,
    cost_key,
    provider,
    series,
    starts                               as bucket_start,
    ends                                 as bucket_end,
    amount_n                             as amount,
    currency,
    line_item,
    coalesce(parsed, false)              as parsed,
    service_tier,
    model,
    modality,
    meter,
    long_context,
    quantity_n                           as quantity,
    nullif(quantity_unit, '')            as quantity_unit,
    label_of(project_id)                 as project_id,
    label_of(organization_id)            as organization_id,
    label_of(user_id)                    as user_id,
    label_of(api_key_id)                 as api_key_id,
    try_cast(observed_at as timestamptz) at time zone 'UTC' as observed_at

from checked
