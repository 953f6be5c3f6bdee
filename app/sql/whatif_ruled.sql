-- whatif_ruled: cells with the rule that takes each, and why one keeps what was logged at once.
--
-- in   cell, price_class  as whatif_numbered and whatif_classes give them
--      base               class, service_tier, unpriced_reason: the classes as logged, priced
--      action             rule, model, tier, effort
--      target             rule, provider, vendor, model, input_limit, output_limit: what a rule's
--                         model is to whom it is bought from; nothing where the rule names none
--      refused            model, effort: what a model does not accept
-- out  cell, class, rule (0: none), effort_to, waits (0: at once, 1: for flex, 2: for batch), and
--      kept: a reason, or empty
--
-- {rule} is the policy over a cell, {latency} how many seconds its answers may take.

with ruled as (

    select
        cell.cell,
        cell.class,
        cell.effort,
        cell.agentic,
        cell.least_output,
        price_class.provider,
        price_class.vendor,
        price_class.model,
        price_class.billable,
        price_class.input_tokens,
        base.service_tier,
        base.unpriced_reason,
        {rule}    as rule,
        {latency} as latency

    from cell

    join price_class on price_class.class = cell.class

    join base on base.class = cell.class

),

aimed as (

    select
        ruled.*,
        coalesce(action.effort, ruled.effort) as effort_to,
        coalesce(target.model, ruled.model)   as model_to,
        action.model                          as asked,
        action.tier                           as tier_to,
        target.model                          as found,
        target.input_limit,
        target.output_limit,
        case when latency >= 86400 and not agentic then 2
             when latency >= 900 then 1
             else 0
        end                                   as waits

    from ruled

    left join action on action.rule = ruled.rule

    left join target
        on  target.rule     = ruled.rule
        and target.provider = ruled.provider
        and target.vendor   = coalesce(ruled.vendor, '')

)

select
    aimed.cell,
    aimed.class,
    aimed.rule,
    aimed.effort_to,
    aimed.waits,
    case when aimed.rule = 0 then ''
         when not aimed.billable then 'not_billable'
         when aimed.unpriced_reason is not null then 'unpriced'
         when aimed.asked is not null and aimed.found is null then 'not_sold'
         when aimed.model_to <> aimed.model and aimed.input_tokens > aimed.input_limit
             then 'over_limit'
         when aimed.model_to <> aimed.model and aimed.least_output > aimed.output_limit
             then 'over_output_limit'
         when refused.model is not null
             and (aimed.model_to <> aimed.model or aimed.effort_to <> aimed.effort)
             then 'effort_not_accepted'
         when aimed.tier_to = 'batch' and aimed.service_tier <> 'batch' and aimed.agentic
             then 'agent_session'
         when aimed.tier_to in ('batch', 'flex') and aimed.service_tier <> aimed.tier_to
             and aimed.latency is null then 'latency_unknown'
         when aimed.tier_to = 'batch' and aimed.service_tier <> 'batch' and aimed.waits < 2
             then 'cannot_wait'
         when aimed.tier_to = 'flex' and aimed.service_tier <> 'flex' and aimed.waits < 1
             then 'cannot_wait'
         else ''
    end as kept

from aimed

left join refused
    on  refused.model  = aimed.model_to
    and refused.effort = aimed.effort_to
