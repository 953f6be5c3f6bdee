-- whatif_summed: cells summed over whatever the output and the prices cannot tell apart.
--
-- in   cell, price_class, base, ruled, way, action  as the steps before have them
--      decided  what each way becomes, its spill beside it
--      rates    the book the ids belong to
-- out  {keys}, made of {groups}; what is billed by whom and when (billed_by, billed_by_to,
--      span); base_rate, rate_to, spill_rate; as_input; records, requests and sums of the meters;
--      writable: uncached input that the new model bills as it is written to the cache, and the
--      logged one did not

with placed as (

    select
        cell.*,
        ruled.rule,
        ruled.effort_to,
        price_class.input_tokens,
        price_class.bucket,
        price_class.model as model_from,
        base.service_tier as tier_from,
        base.rate_id      as base_rate,
        base.unpriced_reason,
        price_class.provider as provider_from,
        case when cell.billing = 'metered' then price_class.provider end as billed_by,
        case when cell.billing = 'metered' then coalesce(choice.provider, price_class.provider) end
            as billed_by_to,
        base.span,
        case when ruled.kept <> '' then ruled.kept
             else coalesce(choice.reason, '')
        end as kept,
        choice.rate_id    as choice_rate,
        choice.model      as choice_model,
        choice.service_tier as choice_tier,
        choice.as_input   as choice_as_input,
        spill.rate_id     as spill_rate,
        spill.reason      as spill_reason,
        action.cap

    from cell

    join price_class on price_class.class = cell.class

    join base on base.class = cell.class

    join ruled on ruled.cell = cell.cell

    join way
        on  way.class = ruled.class
        and way.rule  = ruled.rule
        and way.waits = ruled.waits
        and way.kept  = ruled.kept

    left join decided as choice on choice.way = way.way and choice.part = 'choice'

    left join decided as spill on spill.way = way.way and spill.part = 'spill'

    left join action on action.rule = ruled.rule

),

sent as (

    select
        placed.*,
        case when kept = '' then coalesce(choice_model, model_from) else model_from end as model_to,
        case when kept = '' then coalesce(choice_tier, tier_from) else tier_from end    as tier_to,
        case when kept = '' then effort_to else effort end                              as effort_at,
        case when kept = '' then coalesce(choice_rate, base_rate) else base_rate end    as rate_to,
        case when kept = '' then coalesce(choice_as_input, 0) else 0 end                as as_input,
        case when kept = '' and choice_tier = 'flex' and tier_from <> 'flex'
             and spill_reason is null then spill_rate end                               as spill_at,
        case when kept = '' then cap end                                                as cap_at

    from placed

)

select
    {keys}
    sent.billed_by,
    sent.billed_by_to,
    sent.span,
    sent.base_rate,
    sent.rate_to,
    sent.spill_at as spill_rate,
    sent.as_input,
    cast(sum(sent.events) as bigint)   as events,
    cast(sum(sent.records) as bigint)  as records,
    cast(sum(sent.requests) as bigint) as requests,
    cast(sum(case when sent.bucket then sent.records else 0 end) as bigint) as bucketed,
    sum(case
        when sent.input_tokens >= 1024
            and sent.model_to <> sent.model_from
            and coalesce(old.cache_write_pico, old.uncached_input_pico) <= old.uncached_input_pico
            and new.cache_write_pico > new.uncached_input_pico
        then cast(coalesce(sent.uncached_input_tokens, 0) as decimal(38, 0))
    end) as writable,
    {sums}

from sent

left join rates as old on old.rate_id = sent.base_rate

left join rates as new on new.rate_id = sent.rate_to

group by {groups} sent.billed_by, sent.billed_by_to, sent.span, sent.base_rate, sent.rate_to,
    sent.spill_at, sent.as_input
