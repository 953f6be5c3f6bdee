-- otel_genai: OpenTelemetry spans of model calls: OTLP JSON of the collector and its file exporter, an SDK's console, the collector's ClickHouse table.
--
-- recognised:
--   has traceId
--   has spanId
--   has startTimeUnixNano
-- formats: json
-- wrapped: no
-- unfolds: resourceSpans[].scopeSpans[].spans[]
-- reads:
--   traceId                VARCHAR
--   spanId                 VARCHAR
--   startTimeUnixNano      VARCHAR
--   endTimeUnixNano        VARCHAR
--   status                 STRUCT(code VARCHAR)
--   attributes             STRUCT(operation VARCHAR, span_kind VARCHAR, agent VARCHAR, provider VARCHAR, response_model VARCHAR, request_model VARCHAR, response_id VARCHAR, input VARCHAR, uncached VARCHAR, output VARCHAR, cache_read VARCHAR, cache_write VARCHAR, reasoning VARCHAR, reasoning_beside VARCHAR, total VARCHAR, tier VARCHAR, effort VARCHAR, cost VARCHAR, server VARCHAR, error VARCHAR, session VARCHAR, "user" VARCHAR, service VARCHAR, namespace VARCHAR, environment VARCHAR, sdk VARCHAR)
--   resourceSpans          STRUCT(resource STRUCT(service VARCHAR, namespace VARCHAR, environment VARCHAR, sdk VARCHAR))
--   scopeSpans             STRUCT(scope STRUCT(name VARCHAR))
-- key: the id of the response, so that a client's span, a gateway's span and the body are one; else trace and span
-- counts: input includes the cache and output the reasoning, unless the row's own numbers or the instrumentation say otherwise
-- tier: service_tier of the response, which only OpenAI's instrumentations write
-- traps:
--   Attributes have many spellings; otel_genai.py lists them and leaves all texts behind.
--   Agent, task, workflow and tool spans repeat what the calls inside them used.
--   By the convention input includes the cache. OpenLIT (Anthropic, Bedrock), OpenLLMetry's Bedrock,
--   Strands (Claude, Nova), Vercel's AI SDK before 6 (Anthropic, Bedrock) and Logfire before
--   2026-03-27 (Anthropic) leave it out; so does a row whose cache is more than its input.
--   Google's agent kit, and a row whose total says so, count reasoning beside the output.
--   A call that was answered and says no usage is a stream whose usage nobody asked for.
--   Where OpenLIT counts tokens itself and the span shows it, the status is estimated.
--   Sampling drops spans: what was not exported is not here.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with named as (

    select
        envelope,
        body.traceId,
        body.spanId,
        coalesce(nullif(body.endTimeUnixNano, '0'), body.startTimeUnixNano) as time,
        coalesce(body.status.code in ('2', 'STATUS_CODE_ERROR', 'ERROR', 'Error'), false)
            or body.attributes.error is not null                          as failed,
        unnest(body.attributes),
        lower(body.attributes.provider)                                   as told_provider,
        nullif(lower(body.attributes.operation), 'unknown')               as told_operation,
        coalesce(body.attributes.response_model, body.attributes.request_model) as model,
        body.resourceSpans.resource                                       as resource,
        body.scopeSpans.scope.name                                        as scope,
        try_cast(body.attributes.input as bigint)                         as input_n,
        try_cast(body.attributes.output as bigint)                        as output_n,
        try_cast(body.attributes.reasoning as bigint)                     as reasoning_n,
        try_cast(body.attributes.total as bigint)                         as total_n,
        coalesce(try_cast(body.attributes.cache_read as bigint), 0)
            + coalesce(try_cast(body.attributes.cache_write as bigint), 0) as cache_n,
        coalesce(nullif(body.attributes.input, '0'), nullif(body.attributes.output, '0'),
            nullif(body.attributes.total, '0')) is not null               as counted

    from record

),

judged as (

    select
        *,
        case
            when told_operation in ('chat', 'text_completion', 'generate_content', 'embeddings',
                'completion', 'embedding', 'chat.completions', 'text.completions') then 'call'
            when told_operation is null and span_kind is null and not counted then 'other'
            when told_operation is null and span_kind is null
                then case when agent is not null and model is null then 'roll-up' else 'call' end
            when told_operation is null
                then case when lower(span_kind) in ('llm', 'embedding') or span_kind like 'ai.%.do%' then 'call' else 'roll-up' end
            when regexp_matches(told_operation, 'agent|tool|workflow|task|framework|chain|retriev|vectordb|memory|graph|cycle')
                then 'roll-up'
            else 'unknown'
        end                                                               as kind,
        coalesce(cache_n > 0 and uncached is null and (
            cache_n > input_n
            or total_n = input_n + output_n + cache_n
            or (told_provider in ('anthropic', 'aws.bedrock') and (sdk = 'openlit' or resource.sdk = 'openlit'))
            or scope = 'opentelemetry.instrumentation.bedrock'
            or (starts_with(scope, 'strands') and regexp_matches(model, 'claude|nova'))
            or (scope = 'ai' and regexp_matches(told_provider, 'anthropic|bedrock'))
            or (scope = 'logfire.anthropic' and try_cast(time as bigint) < 1774569600000000000)), false) as cache_beside

    from named

),

summed as (

    select
        *,
        case
            when reasoning_n > output_n then reasoning_n
            when total_n = input_n + output_n + reasoning_n + case when cache_beside then cache_n else 0 end
                then reasoning_n
            else coalesce(try_cast(reasoning_beside as bigint), 0)
        end                                                               as beside_output,
        case
            when server like '%.azure.com' then 'azure'
            when server = 'openrouter.ai' then coalesce(vendor_of_model(model), 'openrouter')
            else traced_vendor(told_provider, model)
        end                                                               as vendor

    from judged

)

select
    coalesce(response_id, 'otel:' || traceId || ':' || spanId) as event_id,
    case when counted then 12 else 1 end                  as rank,
    time,
    vendor                                                as provider,
    case
        when server = 'openrouter.ai' then 'openrouter'
        when told_provider in ('openrouter', 'litellm') then told_provider
        when told_provider = 'gateway' then 'vercel'
    end                                                   as gateway,
    model                                                 as model_raw,
    tier                                                  as tier_reported,
    case when server like '%.openai.com' then 'https://' || server end as base_url,
    told_operation                                        as endpoint,
    case
        when failed then 'error'
        when told_provider in ('huggingface', 'gpt4all') and sdk = 'openlit' then 'estimated'
    end                                                   as status,
    case
        when kind = 'roll-up' and counted then 'an agent or tool span that repeats the calls inside it'
        when kind = 'roll-up' then 'an agent or tool span, not a model call'
        when kind = 'call' and not counted and failed then 'a failed call without usage'
        when kind = 'call' and not counted and coalesce(response_id, response_model) is null
            then 'a call without an answer'
        when kind = 'other' or (kind = 'unknown' and not counted and cost is null)
            then 'a span that calls no model'
    end                                                   as not_usage,
    case
        when kind = 'unknown' and not counted then 'spend without tokens: billed in another unit'
        when kind = 'unknown' then 'usage of an operation not known: a call, or a sum of calls?'
    end                                                   as problem,
    kind = 'call' and not counted                         as usage_missing,
    case when counted and not cache_beside then input end as input_reported,
    case
        when cache_beside then input
        when input is null then uncached
    end                                                   as uncached_reported,
    cache_read                                            as cache_read_reported,
    cache_write                                           as cache_write_reported,
    case
        when beside_output > 0 then cast(output_n + beside_output as varchar)
        when told_operation in ('embeddings', 'embedding') then coalesce(output, '0')
        when counted then output
    end                                                   as output_reported,
    coalesce(reasoning, reasoning_beside)                 as reasoning_reported,
    coalesce(resource.namespace, namespace)               as project,
    "user"                                                as user_id,
    json_merge_patch('{}', to_json({
        'workload': case when coalesce(resource.service, service) not like 'unknown_service%' then coalesce(resource.service, service) end,
        'environment': coalesce(resource.environment, environment),
        'session': session
    }))                                                   as tags,
    effort,
    session,
    traceId                                               as prefix_key,
    cost                                                  as stated_cost,
    envelope

from summed
