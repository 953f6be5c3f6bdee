-- azure_apim: Azure API Management's gateway log of language models (ApiManagementGatewayLlmLog), as JSON or CSV.
--
-- recognised:
--   has CorrelationId
--   has PromptTokens
--   has CompletionTokens
-- formats: json csv
-- wrapped: no
-- reads:
--   TimeGenerated          VARCHAR
--   CorrelationId          VARCHAR
--   RequestId              VARCHAR
--   OperationName          VARCHAR
--   DeploymentName         VARCHAR
--   ModelName              VARCHAR
--   PromptTokens           VARCHAR
--   CompletionTokens       VARCHAR
--   TotalTokens            VARCHAR
-- key: RequestId where it is the id of the response, else CorrelationId
-- counts: PromptTokens as the model reported it: with cached tokens for OpenAI models, without for Claude
-- tier: not told
-- traps:
--   A call is several rows: those with the messages have no DeploymentName and repeat no counts.
--   The table drops the cached tokens: the list price of OpenAI models is an upper bound, that of Claude
--   lacks the cache altogether.
--   A stream that did not ask for its usage has counts of zero.
--   Who called is in another table (ApiManagementGatewayLogs); a provisioned deployment costs a flat rate.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with told as (

    select
        body,
        envelope,
        coalesce(body.DeploymentName, '') <> ''                as is_call,
        coalesce(try_cast(body.PromptTokens as bigint), 0) = 0
        and coalesce(try_cast(body.CompletionTokens as bigint), 0) = 0 as is_empty

    from record

)

select
    case
        when starts_with(body.RequestId, 'chatcmpl-') or starts_with(body.RequestId, 'resp_')
            or starts_with(body.RequestId, 'msg_') or starts_with(body.RequestId, 'cmpl-') then body.RequestId
        else 'azure_apim:' || nullif(body.CorrelationId, '')
    end                                                   as event_id,
    case
        when is_empty then 1
        else 20
    end                                                   as rank,
    body.TimeGenerated                                    as time,
    'azure'                                               as provider,
    'azure_apim'                                          as gateway,
    coalesce(nullif(body.ModelName, ''), body.DeploymentName) as model_raw,
    body.OperationName                                    as endpoint,
    case when not is_call then 'a message of a call: the counts are in another row' end as not_usage,
    is_empty                                              as usage_missing,
    case when not is_empty then body.PromptTokens end     as input_reported,
    case when not is_empty then body.CompletionTokens end as output_reported,
    case when not is_empty then nullif(body.TotalTokens, '0') end as total_reported,
    case
        when is_call then cast('{"deployment":"' || body.DeploymentName || '"}' as json)
    end                                                   as tags,
    envelope

from told
