-- vertex_batch: output lines of a Vertex AI batch prediction.
--
-- recognised:
--   has processed_time
--   has status
-- formats: json
-- wrapped: no
-- reads:
--   processed_time VARCHAR
--   status         VARCHAR
--   response       STRUCT(modelVersion VARCHAR, responseId VARCHAR, createTime VARCHAR, usageMetadata STRUCT(promptTokenCount VARCHAR, cachedContentTokenCount VARCHAR, candidatesTokenCount VARCHAR, toolUsePromptTokenCount VARCHAR, thoughtsTokenCount VARCHAR, totalTokenCount VARCHAR, trafficType VARCHAR, serviceTier VARCHAR))
-- key: responseId
-- counts: as the response inside: promptTokenCount includes cached content, thoughts are output beside the candidates
-- tier: batch, by the shape of the file
-- traps:
--   A failed request has its error in status, an empty response, and is not billed.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

select
    body.response.responseId                   as event_id,
    50                                         as rank,
    coalesce(body.response.createTime, body.processed_time) as time,
    'vertex' as provider,
    body.response.modelVersion                 as model_raw,
    'batch'                                    as tier_fixed,
    'file_shape'                               as tier_fixed_by,
    'generateContent'                          as endpoint,
    case
        when body.status <> '' and body.response.usageMetadata.promptTokenCount is null
            then 'a failed request of a batch: not billed'
    end                                        as not_usage,
    case when body.response.usageMetadata.promptTokenCount is null then 'no usage block' end as problem,
    counts.given                               as input_reported,
    counts.cache_read                          as cache_read_reported,
    counts.put_out                             as output_reported,
    counts.reasoning                           as reasoning_reported,
    counts.total                               as total_reported,
    envelope

from (select *, google_counts(body.response.usageMetadata) as counts from record)
