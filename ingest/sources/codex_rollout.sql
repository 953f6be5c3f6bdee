-- codex_rollout: Codex sessions (rollout-*.jsonl of ~/.codex/sessions and archived_sessions).
--
-- recognised:
--   codex = tokens
-- formats: json
-- wrapped: no
-- reads:
--   codex                      VARCHAR
--   id                         VARCHAR
--   rank                       INTEGER
--   timestamp                  VARCHAR
--   model                      VARCHAR
--   provider                   VARCHAR
--   billing                    VARCHAR
--   service_tier               VARCHAR
--   effort                     VARCHAR
--   input_tokens               VARCHAR
--   cached_input_tokens        VARCHAR
--   cache_write_input_tokens   VARCHAR
--   output_tokens              VARCHAR
--   reasoning_output_tokens    VARCHAR
--   tags                       JSON
--   problem                    VARCHAR
-- key: the response id where a usage record says it; else the root session and its cumulative counters
-- counts: the difference of cumulative counters; input includes cached and written tokens, output includes reasoning
-- tier: a ChatGPT plan pays no tier: the one chosen in Codex, else standard; unknown under another provider
-- traps:
--   Codex repeats its counters whenever rate limits change: counters that did not move are no usage.
--   A fork and a spawned agent begin with a copy of the parent's history, often under new times.
--   What the copy shows to be one is left to the parent's file; the rest has the parent's key.
--   Counters that fall began anew; total_tokens is never used, a compaction sets it alone.
--   Since autumn 2026 each response has a token_usage_record; the counters beside it say the same.
--   The model is that of the turn's context. A session before there were contexts has none.
--   Nothing in a rollout tells a ChatGPT plan from an OpenAI API key: it is taken as the plan's, so
--   its cost is notional. Under a provider of the user's own configuration it is metered.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

select
    body.id                                    as event_id,
    body.rank                                  as rank,
    body.timestamp                             as time,
    body.provider                              as provider,
    body.model                                 as model_raw,
    case
        when body.billing = 'notional' and tier_of(body.service_tier) <> 'unknown' then body.service_tier
        when body.billing = 'notional' then 'standard'
    end                                        as tier_fixed,
    'notional'                                 as tier_fixed_by,
    body.billing                               as billing,
    'responses'                                as endpoint,
    body.problem                               as problem,
    body.input_tokens                          as input_reported,
    body.cached_input_tokens                   as cache_read_reported,
    body.cache_write_input_tokens              as cache_write_reported,
    body.output_tokens                         as output_reported,
    body.reasoning_output_tokens               as reasoning_reported,
    body.effort                                as effort,
    body.tags                                  as tags,
    envelope

from record
