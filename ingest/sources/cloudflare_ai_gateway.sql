-- cloudflare_ai_gateway: logs of Cloudflare's AI Gateway, as its API returns them.
--
-- recognised:
--   has created_at
--   has provider
--   has cached
--   has success
-- formats: json
-- wrapped: no
-- unfolds: result[]
-- reads:
--   id                     VARCHAR
--   created_at             VARCHAR
--   provider               VARCHAR
--   model                  VARCHAR
--   model_type             VARCHAR
--   path                   VARCHAR
--   tokens_in              VARCHAR
--   tokens_out             VARCHAR
--   cached                 VARCHAR
--   cost                   VARCHAR
--   success                VARCHAR
--   status_code            VARCHAR
--   metadata               JSON
-- key: the log's id
-- counts: tokens_in as the vendor reported its input; the cached share is not told
-- tier: not told
-- traps:
--   cached is the gateway's own cache: it answered and the vendor charged nothing.
--   cost is the gateway's estimate, or of prices the operator set (custom_cost).
--   Each step of a fallback is a log of its own.
--   A stream that did not ask for its usage has counts of zero.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with told as (

    select
        body,
        envelope,
        coalesce(try_cast(body.tokens_in as bigint), 0) = 0
        and coalesce(try_cast(body.tokens_out as bigint), 0) = 0 as is_empty,
        try_cast(body.cost as double) > 0                        as has_cost

    from record

)

select
    'cloudflare:' || nullif(body.id, '')                              as event_id,
    case
        when is_empty and not coalesce(has_cost, false) then 1
        else 20
    end                                                   as rank,
    body.created_at                                       as time,
    coalesce(vendor_named(body.provider), 'cloudflare')   as provider,
    'cloudflare'                                          as gateway,
    body.model                                            as model_raw,
    coalesce(nullif(body.model_type, ''), endpoint_of(body.path))      as endpoint,
    case
        when body.success = 'true' then 'success'
        else coalesce(body.status_code, 'failure')
    end                                                   as status,
    body.cached is distinct from 'true'                   as billable,
    case
        when is_empty and body.success <> 'true' then 'failed request without tokens'
        when is_empty and body.cached = 'true' then 'an answer of the gateway cache without tokens'
    end                                                   as not_usage,
    is_empty and not coalesce(has_cost, false)            as usage_missing,
    case when not is_empty then body.tokens_in end        as input_reported,
    case when not is_empty then body.tokens_out end       as output_reported,
    case when is_empty and has_cost then cast('{"calls": 1}' as json) end as other_units,
    body.metadata                                         as body_metadata,
    body.cost                                             as stated_cost,
    envelope

from told
