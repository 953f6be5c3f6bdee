-- openrouter_activity: OpenRouter's /activity API, sums per day and endpoint.
--
-- recognised:
--   has endpoint_id
--   has model_permaslug
--   has requests
--   has date
-- formats: json csv
-- wrapped: no
-- unfolds: data[]
-- reads:
--   date                   VARCHAR
--   endpoint_id            VARCHAR
--   model                  VARCHAR
--   model_permaslug        VARCHAR
--   provider_name          VARCHAR
--   requests               VARCHAR
--   prompt_tokens          VARCHAR
--   completion_tokens      VARCHAR
--   reasoning_tokens       VARCHAR
--   usage                  VARCHAR
--   byok_usage_inference   VARCHAR
-- key: day, endpoint and model; a day that is pulled again replaces itself
-- counts: prompt_tokens includes what was read from the cache, and the share is not told; completion_tokens includes reasoning
-- tier: not told
-- traps:
--   The sums are of the same traffic as the generations and the bodies: they are never added.
--   A day may mix the user's own key (byok_usage_inference, billed by the vendor) with OpenRouter's
--   credits (usage); the tokens are not told apart, and the credits are what is stated.
--   Without the cached share the list price of the tokens is an upper bound.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with told as (

    select
        body,
        envelope,
        coalesce(try_cast(body.usage as double), 0) = 0
        and try_cast(body.byok_usage_inference as double) > 0 as own_key

    from record

)

select
    concat('openrouter_activity:', left(body.date, 10), ':', body.endpoint_id, ':', body.model_permaslug) as event_id,
    15                                                    as rank,
    left(body.date, 10)                                   as time,
    case
        when body.provider_name = 'Google' then 'vertex'
        else coalesce(vendor_named(body.provider_name), vendor_of_model(body.model_permaslug), 'openrouter')
    end                                                   as provider,
    'openrouter'                                          as gateway,
    body.model_permaslug                                  as model_raw,
    'bucket'                                              as grain,
    'openrouter_activity 1d by endpoint,model'            as series,
    0                                                     as pull,
    try_cast(body.requests as bigint)                     as requests,
    case when own_key then 'byok' end                     as billing,
    body.prompt_tokens                                    as input_reported,
    body.completion_tokens                                as output_reported,
    body.reasoning_tokens                                 as reasoning_reported,
    case when own_key then body.byok_usage_inference else body.usage end as stated_cost,
    case when own_key then 'upstream' else 'gateway' end  as stated_cost_kind,
    envelope

from told
