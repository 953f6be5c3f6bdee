-- whatif_candidates: what each way may become, as usage that find_rate takes.
--
-- in   way, price_class, base, action, target  as whatif_ruled and whatif_ways have them
--      tier_choice                             tier, waits: what "cheapest" chooses from
-- out  way, part, as_input; and the columns of an event that find_rate reads
--
-- part is choice, or spill: what is turned away at flex and asked again at standard. Writes to a
-- cache are tried as input besides (as_input 1), for models that do not know them. {at} is when.

with moving as (

    select
        way.way,
        way.class,
        way.rule,
        action.region as region_to,
        target.to_provider,
        target.to_model_raw,
        case when action.tier = 'cheapest' then tier_choice.tier
             else coalesce(action.tier, base.service_tier)
        end as tier_to

    from way

    join action on action.rule = way.rule

    join price_class on price_class.class = way.class

    join base on base.class = way.class

    left join target
        on  target.rule     = way.rule
        and target.provider = price_class.provider
        and target.vendor   = coalesce(price_class.vendor, '')

    left join tier_choice
        on  action.tier = 'cheapest'
        and (tier_choice.waits <= way.waits or tier_choice.tier = base.service_tier)

    where way.kept = ''
        and (action.model is not null or action.tier is not null or action.region is not null)

),

parts as (

    select way, class, to_provider, to_model_raw, region_to, tier_to, 'choice' as part

    from moving

    union all

    select distinct way, class, to_provider, to_model_raw, region_to, 'standard', 'spill'

    from moving

    where tier_to = 'flex'

)

select
    parts.way,
    parts.part,
    variant.as_input,
    coalesce(parts.to_provider, price_class.provider)   as provider,
    coalesce(parts.to_model_raw, price_class.model_raw) as model_raw,
    parts.tier_to                                       as service_tier,
    coalesce(parts.region_to, price_class.region)       as region,
    {at}                                                as event_ts,
    price_class.input_tokens,
    price_class.other_units,
    price_class.billable,
    price_class.usage_missing,
    case when variant.as_input = 1 then 1 else price_class.uncached_input_tokens end
        as uncached_input_tokens,
    price_class.cache_read_tokens,
    case when variant.as_input = 1 then 0 else price_class.cache_write_tokens end
        as cache_write_tokens,
    case when variant.as_input = 1 then 0 else price_class.cache_write_long_tokens end
        as cache_write_long_tokens,
    price_class.output_tokens,
    price_class.web_search_calls,
    price_class.file_search_calls,
    price_class.container_sessions

from parts

join price_class on price_class.class = parts.class

join variant
    on variant.as_input = 0
    or price_class.cache_write_tokens > 0
    or price_class.cache_write_long_tokens > 0
