-- langfuse: Langfuse observations: traces and tables exported from its pages, its API, its scheduled exports.
--
-- recognised:
--   has id
--   type = GENERATION | EMBEDDING | SPAN | EVENT | AGENT | TOOL | CHAIN | RETRIEVER | EVALUATOR | GUARDRAIL
--   lacks quota
-- formats: json csv
-- wrapped: no
-- unfolds:
--   observations[]
--   data[]
-- reads:
--   id                     VARCHAR
--   type                   VARCHAR
--   traceId                VARCHAR
--   trace_id               VARCHAR
--   projectId              VARCHAR
--   project_id             VARCHAR
--   startTime              VARCHAR
--   start_time             VARCHAR
--   endTime                VARCHAR
--   end_time               VARCHAR
--   level                  VARCHAR
--   environment            VARCHAR
--   model                  VARCHAR
--   providedModelName      VARCHAR
--   provided_model_name    VARCHAR
--   modelParameters        JSON
--   model_parameters       JSON
--   usageDetails           MAP(VARCHAR, VARCHAR)
--   usage_details          MAP(VARCHAR, VARCHAR)
--   providedUsageDetails   MAP(VARCHAR, VARCHAR)
--   provided_usage_details MAP(VARCHAR, VARCHAR)
--   usage                  STRUCT(input VARCHAR, output VARCHAR, total VARCHAR, promptTokens VARCHAR, completionTokens VARCHAR, totalTokens VARCHAR, unit VARCHAR)
--   inputUsage             VARCHAR
--   outputUsage            VARCHAR
--   totalUsage             VARCHAR
--   promptTokens           VARCHAR
--   completionTokens       VARCHAR
--   totalTokens            VARCHAR
--   costDetails            MAP(VARCHAR, VARCHAR)
--   cost_details           MAP(VARCHAR, VARCHAR)
--   totalCost              VARCHAR
--   total_cost             VARCHAR
--   calculatedTotalCost    VARCHAR
--   userId                 VARCHAR
--   user_id                VARCHAR
--   sessionId              VARCHAR
--   session_id             VARCHAR
--   traceName              VARCHAR
--   trace_name             VARCHAR
--   traceTags              JSON
--   tags                   JSON
--   metadata               JSON
--   trace                  STRUCT(name VARCHAR, userId VARCHAR, sessionId VARCHAR, tags JSON, environment VARCHAR)
--   encloses               BOOLEAN
-- key: the id of the response where the metadata has it, else project and observation
-- counts: decided for each row by its own total: the parts add up to it, or input and output alone do
-- tier: service_tier of the response where the metadata or the spelling of the counts has it
-- traps:
--   Usage has five spellings; some keep cached and reasoning tokens inside input and output, some beside.
--   Spans, agents, chains and tools repeat the usage of the generations inside them.
--   Of nested generations the innermost is the call; in a table without its traces this does not show.
--   A text count may have been subtracted as well as the cached count, so that input is 0.
--   Before version 3 usage was promptTokens, completionTokens and totalTokens, in any unit.
--   A cost of 0 without details says that Langfuse knew no price.
--   Usage that a span did not say is counted by Langfuse from the text: where that shows, the status
--   is estimated, and any other record of the same response wins.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with told as (

    select
        body,
        envelope,
        body.type in ('GENERATION', 'EMBEDDING')                          as is_call,
        coalesce(body.model, body.providedModelName, nullif(body.provided_model_name, '')) as model,
        nullif(coalesce(body.usage.unit, 'TOKENS'), 'TOKENS')             as unit,
        case
            when cardinality(body.usageDetails) > 0 then map_entries(body.usageDetails)
            when cardinality(body.usage_details) > 0 then map_entries(body.usage_details)
            else list_filter([
                struct_pack("key" := 'input', "value" := coalesce(body.usage.input, body.usage.promptTokens, body.promptTokens, body.inputUsage)),
                struct_pack("key" := 'output', "value" := coalesce(body.usage.output, body.usage.completionTokens, body.completionTokens, body.outputUsage)),
                struct_pack("key" := 'total', "value" := coalesce(body.usage.total, body.usage.totalTokens, body.totalTokens, body.totalUsage))
            ], lambda each: each."value" is not null)
        end                                                               as entries,
        coalesce(body.totalCost, body.total_cost, body.calculatedTotalCost,
            body.costDetails['total'], body.cost_details['total'])        as cost,
        case
            when body.metadata is not null then json_extract_string(body.metadata, [
                '$.attributes."gen_ai.response.id"',
                '$.attributes."output.value".id',
                '$.attributes."gen_ai.provider.name"',
                '$.attributes."gen_ai.system"',
                '$.attributes."llm.provider"',
                '$.ls_provider',
                '$.attributes."openai.response.service_tier"',
                '$.attributes."gen_ai.openai.response.service_tier"',
                '$.attributes."output.value".service_tier',
                '$.attributes."gen_ai.operation.name"',
                '$.attributes."gen_ai.usage.input_tokens"',
                '$.attributes."gen_ai.usage.prompt_tokens"',
                '$.attributes."gen_ai.usage.output_tokens"',
                '$.attributes."gen_ai.usage.completion_tokens"',
                '$.attributes."gen_ai.openai.request.reasoning_effort"',
                '$.attributes."gen_ai.request.reasoning_effort"'])
        end                                                               as known,
        json_extract_string(coalesce(body.modelParameters, body.model_parameters), [
            '$.id', '$.service_tier', '$.reasoning_effort', '$.reasoning.effort', '$.prompt_cache_key']) as params

    from record

),

sorted as (

    select
        *,
        list_transform(
            list_transform(entries, lambda each: struct_pack(
                n := coalesce(try_cast(each."value" as bigint), 0), k := lower(each."key"))),
            lambda each: struct_pack(n := each.n, part := case
                when each.k in ('total', 'total_tokens', 'totaltokens', 'total_token_count', 'totaltokencount') then 'total'
                when each.k in ('input', 'input_tokens', 'prompt_tokens', 'prompttokens', 'inputtokens', 'prompt_token_count', 'prompttokencount') then 'input'
                when each.k in ('output', 'output_tokens', 'completion_tokens', 'completiontokens', 'outputtokens', 'candidates_token_count', 'candidatestokencount') then 'output'
                when contains(each.k, 'search') then 'search'
                when contains(each.k, 'reasoning') or contains(each.k, 'thought') or contains(each.k, 'thinking') then 'reasoning'
                when contains(each.k, 'output') or contains(each.k, 'completion') or contains(each.k, 'candidate') or contains(each.k, 'prediction') then 'of output'
                when contains(each.k, '1h') then 'write long'
                when contains(each.k, '5m') then 'write short'
                when contains(each.k, 'creation') or contains(each.k, 'write') then 'write'
                when contains(each.k, 'cache') then 'read'
                when contains(each.k, 'text') or contains(each.k, 'image') or contains(each.k, 'audio') or contains(each.k, 'video') then 'modality'
                when contains(each.k, 'input') or contains(each.k, 'prompt') or contains(each.k, 'token') then 'of input'
                else 'other'
            end))                                                         as parts

    from told

),

counted as (

    select
        *,
        list_max([each.n for each in parts if each.part = 'input'])       as input_n,
        list_max([each.n for each in parts if each.part = 'output'])      as output_n,
        list_max([each.n for each in parts if each.part = 'total'])       as total_n,
        list_max([each.n for each in parts if each.part = 'read'])        as read_n,
        list_max([each.n for each in parts if each.part = 'write long'])  as write_long_n,
        list_max([each.n for each in parts if each.part = 'write'])       as write_whole_n,
        list_max([each.n for each in parts if each.part = 'write short']) as write_short_n,
        list_max([each.n for each in parts if each.part = 'reasoning'])   as reasoning_n,
        list_max([each.n for each in parts if each.part = 'search'])      as search_n,
        coalesce(list_sum([each.n for each in parts if each.part = 'modality']), 0) as modality_n,
        coalesce(list_sum([each.n for each in parts if each.part in ('read', 'write', 'write long', 'write short', 'modality', 'of input')]), 0) as of_input_n,
        coalesce(list_sum([each.n for each in parts if each.part in ('reasoning', 'of output')]), 0) as of_output_n,
        coalesce(list_sum([each.n for each in parts if each.part in ('search', 'other')]), 0) as other_n,
        coalesce(list_max([each.n for each in parts]), 0) > 0             as has_counts,
        [each for each in entries if contains(each."key", '.')] <> []     as has_details

    from sorted

),

weighed as (

    select
        *,
        has_counts and (
            coalesce(cardinality(body.providedUsageDetails), cardinality(body.provided_usage_details)) = 0
            or (known[10] is not null and coalesce(known[11], known[12], known[13], known[14]) is null)
        )                                                                 as is_estimate,
        coalesce(write_short_n + coalesce(write_long_n, 0), write_long_n)  as write_n,
        coalesce(input_n, 0)                                              as i,
        coalesce(output_n, 0)                                             as o

    from counted

),

-- Ways to count the whole, the usual ones first; the first that gives the total is meant.
summed as (

    select
        *,
        [way for way in [
            struct_pack(i := i + of_input_n, o := o + of_output_n),
            struct_pack(i := i, o := o),
            struct_pack(i := i + of_input_n, o := o),
            struct_pack(i := i, o := o + of_output_n),
            struct_pack(i := i + of_input_n - modality_n, o := o + of_output_n),
            struct_pack(i := i + of_input_n - modality_n, o := o),
            struct_pack(i := i + modality_n, o := o + of_output_n),
            struct_pack(i := i + modality_n, o := o),
            struct_pack(i := i + modality_n, o := o + of_output_n - coalesce(reasoning_n, 0)),
            struct_pack(i := i + of_input_n, o := o + of_output_n - coalesce(reasoning_n, 0))
        ] if way.i + way.o in (total_n, total_n - other_n)][1]            as way,
        case
            when has_details or total_n is not null then struct_pack(i := i, o := o)
            else struct_pack(i := i + of_input_n, o := o + of_output_n)
        end                                                               as plain

    from weighed

)

select
    coalesce(nullif(known[1], ''),
        nullif(regexp_extract(known[2], '^(chatcmpl-|resp_|msg_|gen-)[A-Za-z0-9_-]+$'), ''), 
        case when params[1] like 'resp\_%' escape '\' then params[1] end,
        'langfuse:' || coalesce(body.projectId, body.project_id, '') || ':' || body.id) as event_id,
    case
        when not has_counts then 1
        when is_estimate then 3
        else 14
    end                                                   as rank,
    coalesce(body.endTime, body.end_time, body.startTime, body.start_time) as time,
    coalesce(traced_vendor(coalesce(known[3], known[4], known[5], known[6]), model), 'unknown') as provider,
    model                                                 as model_raw,
    coalesce(known[7], known[8], known[9], 
        case when params[1] like 'resp\_%' escape '\' then params[2] end,
        regexp_extract(array_to_string([each."key" for each in entries], ' '), '_(flex|priority)', 1)) as tier_reported,
    lower(body.type)                                      as endpoint,
    case
        when is_estimate then 'estimated'
        else lower(nullif(body.level, 'DEFAULT'))
    end                                                   as status,
    case
        when not is_call and has_counts
            then lower(body.type) || ' that repeats the usage of what it encloses'
        when not is_call then lower(body.type) || ', not a call of a model'
        when body.encloses then 'a generation around another one: the inner one is the call'
        when has_counts then null
        when body.level = 'ERROR' then 'a failed generation without usage'
        when model is null then 'a generation without model or usage'
    end                                                   as not_usage,
    not has_counts                                        as usage_missing,
    case when unit is null and has_counts then cast(coalesce(way.i, plain.i) as varchar) end as input_reported,
    case when unit is null then cast(read_n as varchar) end as cache_read_reported,
    case when unit is null then cast(greatest(write_whole_n, write_n) as varchar) end as cache_write_reported,
    case when unit is null then cast(write_long_n as varchar) end as cache_write_long_reported,
    case when unit is null and has_counts then cast(coalesce(way.o, plain.o) as varchar) end as output_reported,
    case when unit is null then cast(reasoning_n as varchar) end as reasoning_reported,
    case when unit is null and way is null then cast(total_n as varchar) end as total_reported,
    cast(search_n as varchar)                             as web_search_calls,
    case when unit is not null and has_counts then json_object(lower(unit), greatest(total_n, i + o)) end as other_units,
    coalesce(body.projectId, body.project_id)             as project,
    coalesce(body.userId, nullif(body.user_id, ''), body.trace.userId) as user_id,
    coalesce(params[3], params[4], known[15], known[16])  as effort,
    coalesce(nullif(params[5], ''), body.traceId, body.trace_id) as prefix_key,
    coalesce(body.traceTags, body.tags, body.trace.tags)  as tags,
    json_merge_patch('{}', to_json({
        'workload': coalesce(body.traceName, nullif(body.trace_name, ''), body.trace.name),
        'environment': coalesce(nullif(body.environment, ''), body.trace.environment),
        'session': coalesce(body.sessionId, nullif(body.session_id, ''), body.trace.sessionId)
    }))                                                   as body_metadata,
    case
        when try_cast(cost as double) > 0 or cardinality(coalesce(body.costDetails, body.cost_details)) > 0 then cost
    end                                                   as stated_cost,
    envelope

from summed
