-- anthropic_batch: Message Batches results, one line per request of the batch.
--
-- recognised:
--   has custom_id
--   has result.type
-- formats: json
-- wrapped: no
-- reads:
--   custom_id      VARCHAR
--   result         STRUCT("type" VARCHAR, message STRUCT(id VARCHAR, model VARCHAR, usage STRUCT(input_tokens VARCHAR, cache_creation_input_tokens VARCHAR, cache_read_input_tokens VARCHAR, cache_creation STRUCT(ephemeral_5m_input_tokens VARCHAR, ephemeral_1h_input_tokens VARCHAR), output_tokens VARCHAR, output_tokens_details STRUCT(thinking_tokens VARCHAR), server_tool_use STRUCT(web_search_requests VARCHAR), service_tier VARCHAR, speed VARCHAR, inference_geo VARCHAR, iterations STRUCT("type" VARCHAR, input_tokens VARCHAR, cache_creation_input_tokens VARCHAR, cache_read_input_tokens VARCHAR, cache_creation STRUCT(ephemeral_1h_input_tokens VARCHAR), output_tokens VARCHAR)[])))
-- key: the id of the message inside
-- counts: as the message inside: input_tokens excludes the cache, output_tokens includes thinking
-- tier: batch, by the shape of the file
-- traps:
--   Only succeeded requests are billed; errored, canceled and expired ones are not usage.
--   A result says no time: it must stand beside it in the log.
--   input_tokens leaves out what was read from and written to the cache; the three add up.
--   cache_creation_input_tokens is all that was written; what was written for an hour is a part of it.
--   A compaction is billed and not in the counts of the message, only among its iterations. What an
--   advising model used is there, too: it has another rate, so such a message has no price here.
--   Fast mode shows as speed, beside the tier: it is told as the tier ultrafast. priority is the tier
--   of committed capacity.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

select
    body.result.message.id                     as event_id,
    50                                         as rank,
    anthropic_provider(body.result.message.id) as provider,
    body.result.message.model                  as model_raw,
    'batch'                                    as tier_fixed,
    'file_shape'                               as tier_fixed_by,
    counts.region                              as region,
    'messages'                                 as endpoint,
    case
        when body.result."type" in ('errored', 'canceled', 'expired')
            then 'batch request ' || body.result."type" || ': not billed'
    end                                        as not_usage,
    case when body.result.message.usage is null then 'no usage block' end as problem,
    counts.uncached                            as uncached_reported,
    counts.cache_read                          as cache_read_reported,
    counts.cache_write                         as cache_write_reported,
    counts.cache_write_long                    as cache_write_long_reported,
    counts.output                              as output_reported,
    counts.reasoning                           as reasoning_reported,
    counts.web_searches                        as web_search_calls,
    counts.other_units                         as other_units,
    envelope

from (select *, anthropic_counts(body.result.message.usage) as counts from record)
