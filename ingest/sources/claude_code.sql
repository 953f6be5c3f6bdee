-- claude_code: Claude Code sessions (the .jsonl files of ~/.claude/projects).
--
-- recognised:
--   has claude_code
-- formats: json
-- wrapped: no
-- reads:
--   claude_code    VARCHAR
--   id             VARCHAR
--   timestamp      VARCHAR
--   model          VARCHAR
--   sidechain      BOOLEAN
--   cost_usd       VARCHAR
--   tags           JSON
--   usage          STRUCT(input_tokens VARCHAR, cache_creation_input_tokens VARCHAR, cache_read_input_tokens VARCHAR, cache_creation STRUCT(ephemeral_5m_input_tokens VARCHAR, ephemeral_1h_input_tokens VARCHAR), output_tokens VARCHAR, output_tokens_details STRUCT(thinking_tokens VARCHAR), server_tool_use STRUCT(web_search_requests VARCHAR), service_tier VARCHAR, speed VARCHAR, inference_geo VARCHAR, iterations STRUCT("type" VARCHAR, input_tokens VARCHAR, cache_creation_input_tokens VARCHAR, cache_read_input_tokens VARCHAR, cache_creation STRUCT(ephemeral_1h_input_tokens VARCHAR), output_tokens VARCHAR)[])
-- key: the message id
-- counts: input_tokens excludes the cache; output_tokens includes thinking
-- tier: service_tier of the message; under a plan that says none, standard
-- traps:
--   A message is written once per content block, each time with its usage so far: the most counts.
--   A resumed session begins with a copy of the one before; a side conversation repeats messages of
--   the main one under other request ids, and gives way to them.
--   The model <synthetic> is the program itself, and no call.
--   A session does not say whether a plan or an API key paid: it is taken as the plan's, so its cost
--   is notional. Messages of Bedrock and Vertex are metered; their ids tell.
--   costUSD is what earlier versions reckoned themselves.
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
    case
        when body.sidechain then 14
        else 15
    end                                        as rank,
    body.timestamp                             as time,
    case
        when anthropic_provider(body.id) <> 'anthropic' then anthropic_provider(body.id)
        when contains(body.model, '/') then split_part(body.model, '/', 1)
        when body.model like 'claude%' then 'anthropic'
        else 'unknown'
    end                                        as provider,
    body.model                                 as model_raw,
    counts.tier                                as tier_reported,
    counts.region                              as region,
    case
        when anthropic_provider(body.id) = 'anthropic' and tier_of(counts.tier) = 'unknown' then 'standard'
    end                                        as tier_fixed,
    'notional'                                 as tier_fixed_by,
    case
        when anthropic_provider(body.id) = 'anthropic' then 'notional'
        else 'metered'
    end                                        as billing,
    'messages'                                 as endpoint,
    counts.uncached                            as uncached_reported,
    counts.cache_read                          as cache_read_reported,
    counts.cache_write                         as cache_write_reported,
    counts.cache_write_long                    as cache_write_long_reported,
    counts.output                              as output_reported,
    counts.reasoning                           as reasoning_reported,
    counts.web_searches                        as web_search_calls,
    counts.other_units                         as other_units,
    body.tags                                  as tags,
    body.cost_usd                              as stated_cost,
    envelope

from (select *, anthropic_counts(body.usage) as counts from record)
