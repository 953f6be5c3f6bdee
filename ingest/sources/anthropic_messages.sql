-- anthropic_messages: Messages API bodies of Anthropic, Bedrock and Vertex.
--
-- recognised:
--   type = message
--   role = assistant
--   has model
--   lacks object
-- formats: json
-- wrapped: yes
-- reads:
--   id             VARCHAR
--   type           VARCHAR
--   role           VARCHAR
--   object         VARCHAR
--   model          VARCHAR
--   timestamp      VARCHAR
--   created_at     VARCHAR
--   usage          STRUCT(input_tokens VARCHAR, cache_creation_input_tokens VARCHAR, cache_read_input_tokens VARCHAR, cache_creation STRUCT(ephemeral_5m_input_tokens VARCHAR, ephemeral_1h_input_tokens VARCHAR), output_tokens VARCHAR, output_tokens_details STRUCT(thinking_tokens VARCHAR), server_tool_use STRUCT(web_search_requests VARCHAR), service_tier VARCHAR, speed VARCHAR, inference_geo VARCHAR, iterations STRUCT("type" VARCHAR, input_tokens VARCHAR, cache_creation_input_tokens VARCHAR, cache_read_input_tokens VARCHAR, cache_creation STRUCT(ephemeral_1h_input_tokens VARCHAR), output_tokens VARCHAR)[])
-- key: the message id
-- counts: input_tokens excludes the cache; output_tokens includes thinking
-- tier: service_tier of the message: standard, priority or batch
-- traps:
--   A message says no time: it must stand beside it in the log.
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
    body.id                                    as event_id,
    40                                         as rank,
    coalesce(body.timestamp, body.created_at)  as time,
    anthropic_provider(body.id)                as provider,
    body.model                                 as model_raw,
    counts.tier                                as tier_reported,
    counts.region                              as region,
    'messages'                                 as endpoint,
    case when body.usage is null then 'no usage block' end as problem,
    counts.uncached                            as uncached_reported,
    counts.cache_read                          as cache_read_reported,
    counts.cache_write                         as cache_write_reported,
    counts.cache_write_long                    as cache_write_long_reported,
    counts.output                              as output_reported,
    counts.reasoning                           as reasoning_reported,
    counts.web_searches                        as web_search_calls,
    counts.other_units                         as other_units,
    envelope

from (select *, anthropic_counts(body.usage) as counts from record)
