-- codex_exec: events of codex exec --json.
--
-- recognised:
--   codex = turn
-- formats: json
-- wrapped: no
-- reads:
--   codex                      VARCHAR
--   id                         VARCHAR
--   began                      VARCHAR
--   session                    VARCHAR
--   model                      VARCHAR
--   timestamp                  VARCHAR
--   time                       VARCHAR
--   ts                         VARCHAR
--   input_tokens               VARCHAR
--   cached_input_tokens        VARCHAR
--   cache_write_input_tokens   VARCHAR
--   output_tokens              VARCHAR
--   reasoning_output_tokens    VARCHAR
--   problem                    VARCHAR
-- key: the thread and its cumulative counters, as in the thread's rollout
-- counts: the difference of cumulative counters; input includes cached and written tokens, output includes reasoning
-- tier: a ChatGPT plan pays no tier: standard
-- traps:
--   A turn's usage is what the thread used since it began, not what the turn used.
--   A turn is several requests, so what is told is neither a request's size nor its model: without a
--   model beside it a turn has no price. The rollouts of the same threads know both; prefer them.
--   Where both are loaded, a turn gives way to its last request in a rollout, unless the rollout has
--   usage records: then load one of the two.
--   There is no time: a turn is dated by a label beside it, else by the moment in the thread's id.
--   A resumed run counts on from the run before it, so keep the runs of a thread in one file.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

select
    body.id                                    as event_id,
    12                                         as rank,
    coalesce(body.timestamp, body.time, body.ts, body.began) as time,
    'openai'                                   as provider,
    body.model                                 as model_raw,
    'standard'                                 as tier_fixed,
    'notional'                                 as tier_fixed_by,
    'notional'                                 as billing,
    'responses'                                as endpoint,
    body.problem                               as problem,
    body.input_tokens                          as input_reported,
    body.cached_input_tokens                   as cache_read_reported,
    body.cache_write_input_tokens              as cache_write_reported,
    body.output_tokens                         as output_reported,
    body.reasoning_output_tokens               as reasoning_reported,
    case
        when body.session is not null then to_json(struct_pack("session" := body.session))
    end                                        as tags,
    envelope

from record
