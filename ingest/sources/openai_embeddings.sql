-- openai_embeddings: embeddings bodies, of OpenAI and what is compatible with it.
--
-- recognised:
--   object = list
--   has model
--   has usage
-- formats: json
-- wrapped: yes
-- identified: by row
-- reads:
--   object                 VARCHAR
--   model                  VARCHAR
--   usage                  STRUCT(prompt_tokens VARCHAR, total_tokens VARCHAR)
-- key: none: a body has no id, so the content of the file and the line tell records apart
-- counts: prompt_tokens is all there is
-- tier: not stated; unknown
-- traps:
--   A body says neither when nor under which id it was made. The time is a label beside it, or what load --date says.
--   The same bodies in another file are other requests: nothing tells them apart.
--   Azure's bodies look the same; the host that was called, where the log has it, says which it is.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

select
    'row'                                                  as event_id,
    40                                                     as rank,
    'openai'                                               as provider,
    body.model                                             as model_raw,
    'embeddings'                                           as endpoint,
    case when body.usage is null then 'no usage block' end as problem,
    body.usage.prompt_tokens                               as input_reported,
    '0'                                                    as output_reported,
    body.usage.total_tokens                                as total_reported,
    envelope

from record
