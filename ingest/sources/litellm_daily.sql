-- litellm_daily: the LiteLLM proxy's Daily* tables and the usage export of its dashboard, as JSON or CSV.
--
-- recognised:
--   has date
--   has api_requests
--   has successful_requests
--   has prompt_tokens
-- formats: json csv
-- wrapped: no
-- reads:
--   date                   VARCHAR
--   tag                    VARCHAR
--   request_id             VARCHAR
--   organization_id        VARCHAR
--   end_user_id            VARCHAR
--   agent_id               VARCHAR
--   team_id                VARCHAR
--   user_id                VARCHAR
--   user_email             VARCHAR
--   entity_id              VARCHAR
--   entity_alias           VARCHAR
--   api_key                VARCHAR
--   key_alias              VARCHAR
--   model                  VARCHAR
--   custom_llm_provider    VARCHAR
--   mcp_namespaced_tool_name VARCHAR
--   endpoint               VARCHAR
--   prompt_tokens          VARCHAR
--   completion_tokens      VARCHAR
--   cache_read_input_tokens VARCHAR
--   cache_creation_input_tokens VARCHAR
--   spend                  VARCHAR
--   flat_cost              VARCHAR
--   ptu_flat_cost          VARCHAR
--   api_requests           VARCHAR
--   successful_requests    VARCHAR
--   failed_requests        VARCHAR
-- key: the table's kind with its unique columns; a day that is exported again replaces itself
-- counts: prompt_tokens includes cache reads and writes for every provider
-- tier: not told
-- traps:
--   One request is counted in the tables of users, teams, organisations, end users and agents alike, and in
--   that of tags once per tag: each table, and each tag, is a series of its own and never added.
--   A row of the dashboard's export does not say of what its entities are: load the export of one kind only.
--   spend is after the operator's discounts and margins.
--   A flat cost of provisioned capacity is a row of money without tokens.
--   A row may have spend and no tokens: speech, images, tool calls.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with told as (

    select
        body,
        envelope,
        case
            when body.entity_id is not null then concat_ws(',', 'export by entity',
                case when body.api_key is not null then 'api_key' end,
                case when coalesce(body.user_id, body.user_email) is not null then 'user' end,
                case when body.model is not null then 'model' end)
            when coalesce(body.tag, body.request_id) is not null then concat('by tag ', label_of(body.tag))
            when body.organization_id is not null then 'by organisation'
            when body.end_user_id is not null then 'by end user'
            when body.agent_id is not null then 'by agent'
            when body.team_id is not null then 'by team'
            when body.user_id is not null or body.api_key is not null then 'by user'
            else 'over all'
        end                                                      as kind,
        coalesce(try_cast(body.prompt_tokens as bigint), 0) = 0
        and coalesce(try_cast(body.completion_tokens as bigint), 0) = 0 as is_empty,
        coalesce(try_cast(body.spend as double), 0) <> 0         as has_spend,
        coalesce(try_cast(body.ptu_flat_cost as double), try_cast(body.flat_cost as double), 0) > 0 as has_flat_cost

    from record

),

weighed as (

    select
        *,
        is_empty and not has_spend and has_flat_cost             as is_flat_cost

    from told

)

select
    concat_ws('|', 'litellm_daily', kind, left(body.date, 10),
        coalesce(body.entity_id, label_of(body.tag), body.organization_id, body.end_user_id, body.agent_id, body.team_id, body.user_id),
        key_hash(body.api_key), coalesce(body.user_id, body.user_email), body.model, body.custom_llm_provider,
        body.mcp_namespaced_tool_name, body.endpoint)     as event_id,
    15                                                    as rank,
    left(body.date, 10)                                   as time,
    coalesce(nullif(body.custom_llm_provider, ''), vendor_of_model(body.model), 'litellm') as provider,
    'litellm'                                             as gateway,
    body.model                                            as model_raw,
    endpoint_of(body.endpoint)                            as endpoint,
    case
        when is_flat_cost then 'adjustment'
        else 'bucket'
    end                                                   as grain,
    case when not is_flat_cost then 'litellm_daily 1d ' || kind end as series,
    0                                                     as pull,
    case
        when is_flat_cost then 0
        else try_cast(body.api_requests as bigint)
    end                                                   as requests,
    case
        when is_empty and not has_spend and not has_flat_cost then case
            when try_cast(body.failed_requests as bigint) > 0 then 'failed requests without tokens'
            else 'no tokens and no spend'
        end
    end                                                   as not_usage,
    body.prompt_tokens                                    as input_reported,
    nullif(body.cache_read_input_tokens, '')              as cache_read_reported,
    nullif(body.cache_creation_input_tokens, '')          as cache_write_reported,
    body.completion_tokens                                as output_reported,
    case
        when is_empty and has_spend
            then cast('{"calls": ' || coalesce(try_cast(body.api_requests as bigint), 1) || '}' as json)
    end                                                   as other_units,
    coalesce(body.team_id, body.organization_id)          as team,
    coalesce(body.user_email, body.end_user_id, body.user_id) as user_id,
    body.api_key                                          as api_key,
    body.key_alias                                        as api_key_name,
    case
        when body.entity_id is not null then to_json(struct_pack(entity := coalesce(body.entity_alias, body.entity_id)))
        when body.tag is not null then to_json([body.tag])
        when body.agent_id is not null then to_json(struct_pack(agent := body.agent_id))
    end                                                   as tags,
    case
        when is_flat_cost then coalesce(body.ptu_flat_cost, body.flat_cost)
        else body.spend
    end                                                   as stated_cost,
    envelope

from weighed
