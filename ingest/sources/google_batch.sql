-- google_batch: result lines of a Gemini API batch.
--
-- recognised:
--   has key
--   has response.modelVersion
-- formats: json
-- wrapped: no
-- reads:
--   key            VARCHAR
--   response       STRUCT(modelVersion VARCHAR, responseId VARCHAR, createTime VARCHAR, usageMetadata STRUCT(promptTokenCount VARCHAR, cachedContentTokenCount VARCHAR, candidatesTokenCount VARCHAR, toolUsePromptTokenCount VARCHAR, thoughtsTokenCount VARCHAR, totalTokenCount VARCHAR, trafficType VARCHAR, serviceTier VARCHAR))
-- key: responseId
-- counts: as the response inside: promptTokenCount includes cached content, thoughts are output beside the candidates
-- tier: batch, by the shape of the file
-- traps:
--   A line names its request, not its time: that must stand beside it in the log.
--   A failed request has an error in place of a response, and is not billed.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

select
    body.response.responseId                   as event_id,
    50                                         as rank,
    body.response.createTime as time,
    counts.provider as provider,
    body.response.modelVersion                 as model_raw,
    'batch'                                    as tier_fixed,
    'file_shape'                               as tier_fixed_by,
    'generateContent'                          as endpoint,
    case when body.response.usageMetadata.promptTokenCount is null then 'no usage block' end as problem,
    counts.given                               as input_reported,
    counts.cache_read                          as cache_read_reported,
    counts.put_out                             as output_reported,
    counts.reasoning                           as reasoning_reported,
    counts.total                               as total_reported,
    envelope

from (select *, google_counts(body.response.usageMetadata) as counts from record)
