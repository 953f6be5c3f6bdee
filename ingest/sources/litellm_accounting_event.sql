-- litellm_accounting_event: rows of the LiteLLM proxy's LiteLLM_AccountingEvent ledger, as JSON or CSV.
--
-- recognised:
--   has event_id
--   has kind
--   has payload_hash
--   has payload
-- formats: json csv
-- wrapped: no
-- reads:
--   event_id               VARCHAR
--   kind                   VARCHAR
--   source_event_id        VARCHAR
--   schema_version         VARCHAR
--   occurred_at            VARCHAR
--   read_again             BOOLEAN
--   payload                STRUCT(event STRUCT(event_id VARCHAR, call_type VARCHAR, outcome VARCHAR, ended_at VARCHAR, retry_of_attempt_id VARCHAR, dimensions STRUCT("name" VARCHAR, "value" VARCHAR)[], snapshot STRUCT(model VARCHAR, provider VARCHAR, total_cost VARCHAR)), usage STRUCT(prompt_tokens VARCHAR, completion_tokens VARCHAR, total_tokens VARCHAR, prompt_tokens_details STRUCT(cached_tokens VARCHAR, cache_creation_tokens VARCHAR, cache_write_tokens VARCHAR, web_search_requests VARCHAR, cache_creation_token_details STRUCT(ephemeral_1h_input_tokens VARCHAR)), completion_tokens_details STRUCT(reasoning_tokens VARCHAR), cache_read_input_tokens VARCHAR, cache_creation_input_tokens VARCHAR, cache_creation_input_tokens_above_1hr VARCHAR, batch_row_count VARCHAR), charge_eligible VARCHAR, request_count_eligible VARCHAR, ownership VARCHAR, phase VARCHAR, finalized_cost STRUCT(response_cost VARCHAR), pricing STRUCT(reported_cost VARCHAR, cost_breakdown STRUCT(service_tier VARCHAR, data_residency VARCHAR), response_inputs STRUCT(service_tier VARCHAR)))
-- key: the attempt's id, which is the response id or the request_id of LiteLLM_SpendLogs; a charge goes to its usage
-- counts: prompt_tokens includes cache reads and writes for every provider
-- tier: the tier of the response, else the pricing basis LiteLLM states; a breakdown without a tier is standard
-- traps:
--   A call is up to three rows: what the caller asked (inbound_usage), each attempt (outbound_usage) and the
--   charge (cost). Only attempts have tokens; the charge of an attempt becomes its stated cost.
--   An attempt that another includes, a poll of a job's status and the root of a batch are no usage of their own.
--   A row of a batch bills at the batch tier. LiteLLM_SpendLogs has the batch as one row: load one of the two.
--   An attempt whose usage is unknown has none: it is counted as missing, never as zero.
--   payload may be JSON written as text, which in bulk looks like an object of nothing; such a row is
--   read again, unfolded.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with named as (

    select
        body,
        envelope,
        body.payload.usage                                                   as usage,
        list_transform(body.payload.event.dimensions, lambda each: each."name")  as names,
        list_transform(body.payload.event.dimensions, lambda each: each."value") as labels,
        body.kind = 'cost'                                                   as is_charge,
        contains(body.event_id, '_batch_cost')                               as is_batch

    from record

),

told as (

    select
        *,
        coalesce(body.payload.event.snapshot.model, labels[list_position(names, 'model')])       as model,
        coalesce(body.payload.event.snapshot.provider, labels[list_position(names, 'provider')]) as vendor,
        coalesce(body.payload.finalized_cost.response_cost, body.payload.pricing.reported_cost)  as cost,
        coalesce(try_cast(usage.prompt_tokens as bigint), 0) = 0
        and coalesce(try_cast(usage.completion_tokens as bigint), 0) = 0                         as is_empty

    from named

),

weighed as (

    select
        *,
        is_empty and try_cast(cost as double) > 0 and usage.prompt_tokens is not null            as in_other_units

    from told

)

select
    case
        when is_charge then body.source_event_id
        else body.event_id
    end                                                    as event_id,
    case
        when is_empty and not in_other_units then 1
        else 24
    end                                                    as rank,
    coalesce(body.payload.event.ended_at, body.occurred_at) as time,
    coalesce(nullif(vendor, ''), vendor_of_model(model), 'litellm') as provider,
    'litellm'                                              as gateway,
    model                                                  as model_raw,
    body.payload.pricing.response_inputs.service_tier      as tier_reported,
    case
        when is_batch then 'batch'
        when tier_of(body.payload.pricing.response_inputs.service_tier) = 'unknown'
            and body.payload.pricing.cost_breakdown is not null
            then coalesce(body.payload.pricing.cost_breakdown.service_tier, 'standard')
    end                                                    as tier_fixed,
    'gateway'                                              as tier_fixed_by,
    body.payload.pricing.cost_breakdown.data_residency     as region,
    labels[list_position(names, 'api_base')]               as base_url,
    body.payload.event.call_type                           as endpoint,
    body.payload.event.outcome                             as status,
    case
        when body.payload.request_count_eligible = 'false' and not is_batch then 'attempt'
    end                                                    as grain,
    case
        when body.payload.request_count_eligible = 'false' and not is_batch then 0
        else 1
    end                                                    as requests,
    is_charge or body.payload.charge_eligible is distinct from 'false' as billable,
    case
        when body.kind = 'inbound_usage' then 'what a caller asked: its attempts are counted'
        when is_charge then null
        when body.payload.ownership = 'included_in_parent' then 'included in another attempt'
        when body.payload.phase = 'management' then 'a poll of a status, not billed'
        when usage.batch_row_count is not null then 'a batch: its rows are counted'
        when is_empty and usage is not null and not in_other_units and usage.prompt_tokens is not null then 'no tokens and no spend'
        when is_empty and body.payload.event.outcome <> 'succeeded' then 'failed request without tokens'
        when is_empty and body.payload.charge_eligible = 'false' then 'not billed, without tokens'
    end                                                    as not_usage,
    case
        when body.kind not in ('inbound_usage', 'outbound_usage', 'cost') then 'an accounting event of a kind that is not known'
        when body.read_again is null and body.payload.event is null then 'payload may be text'
    end                                                    as problem,
    is_empty and not in_other_units                        as usage_missing,
    case when not is_empty then usage.prompt_tokens end    as input_reported,
    coalesce(usage.prompt_tokens_details.cached_tokens, usage.cache_read_input_tokens) as cache_read_reported,
    coalesce(
        usage.prompt_tokens_details.cache_write_tokens, usage.prompt_tokens_details.cache_creation_tokens,
        usage.cache_creation_input_tokens)                 as cache_write_reported,
    coalesce(
        usage.cache_creation_input_tokens_above_1hr,
        usage.prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens) as cache_write_long_reported,
    case when not is_empty then coalesce(usage.completion_tokens, '0') end as output_reported,
    usage.completion_tokens_details.reasoning_tokens       as reasoning_reported,
    case when not is_empty then usage.total_tokens end     as total_reported,
    usage.prompt_tokens_details.web_search_requests        as web_search_calls,
    case when in_other_units then cast('{"calls": 1}' as json) end as other_units,
    labels[list_position(names, 'project')]                as project,
    labels[list_position(names, 'team')]                   as team,
    coalesce(labels[list_position(names, 'end_user')], labels[list_position(names, 'user')]) as user_id,
    labels[list_position(names, 'key')]                    as api_key,
    case
        when list_contains(names, 'tag') then to_json(list_transform(
            list_filter(body.payload.event.dimensions, lambda each: each."name" = 'tag'), lambda each: each."value"))
    end                                                    as tags,
    case
        when is_charge then body.payload.event.snapshot.total_cost
        else cost
    end                                                    as stated_cost,
    envelope

from weighed
