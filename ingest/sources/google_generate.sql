-- google_generate: generateContent bodies of the Gemini API and Vertex AI, and the chunks of their streams.
--
-- recognised:
--   has modelVersion
--   lacks object
-- formats: json
-- wrapped: yes
-- reads:
--   modelVersion   VARCHAR
--   object         VARCHAR
--   responseId     VARCHAR
--   createTime     VARCHAR
--   timestamp      VARCHAR
--   usageMetadata  STRUCT(promptTokenCount VARCHAR, cachedContentTokenCount VARCHAR, candidatesTokenCount VARCHAR, toolUsePromptTokenCount VARCHAR, thoughtsTokenCount VARCHAR, totalTokenCount VARCHAR, trafficType VARCHAR, serviceTier VARCHAR)
-- key: responseId
-- counts: promptTokenCount includes cached content; what tools returned is input beside it; thoughts are output beside the candidates
-- tier: serviceTier (Gemini API) or trafficType (Vertex AI); provisioned throughput is scale
-- traps:
--   The chunks of a stream share a responseId and each tell the usage so far: the most counts.
--   On Vertex AI only the last chunk tells it; a stream that broke off before is a paid call without its usage.
--   Bodies before May 2025 have no responseId. Only Vertex AI says createTime; else the time must
--   stand beside the body in the log.
--   Tokens of sound, pictures and video have rates of their own, and are counted as the rest.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

select
    body.responseId                            as event_id,
    case
        when body.usageMetadata.promptTokenCount is null then 1
        else 40
    end                                        as rank,
    coalesce(body.createTime, body.timestamp)  as time,
    counts.provider                            as provider,
    body.modelVersion                          as model_raw,
    counts.tier                                as tier_reported,
    'generateContent'                          as endpoint,
    body.usageMetadata.promptTokenCount is null as usage_missing,
    counts.given                               as input_reported,
    counts.cache_read                          as cache_read_reported,
    counts.put_out                             as output_reported,
    counts.reasoning                           as reasoning_reported,
    counts.total                               as total_reported,
    envelope

from (select *, google_counts(body.usageMetadata) as counts from record)
