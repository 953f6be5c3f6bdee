-- bare_parse: what a load reads, read by nothing but DuckDB.
--
-- in   $path  a log as log_lines writes it
-- out  the fields of each line, flat

select
    id,
    "object",
    status,
    model,
    service_tier,
    to_timestamp(created_at)                              as event_ts,
    "usage".input_tokens                                  as input_tokens,
    "usage".input_tokens_details.cached_tokens            as cached_tokens,
    "usage".input_tokens_details.cache_write_tokens       as cache_write_tokens,
    "usage".output_tokens                                 as output_tokens,
    "usage".output_tokens_details.reasoning_tokens        as reasoning_tokens,
    "usage".total_tokens                                  as total_tokens,
    metadata.team,
    metadata.project,
    metadata."user",
    metadata.workload

from read_json(
    $path,
    format = 'newline_delimited',
    ignore_errors = true,
    columns = {
        id: 'VARCHAR',
        "object": 'VARCHAR',
        created_at: 'BIGINT',
        status: 'VARCHAR',
        model: 'VARCHAR',
        service_tier: 'VARCHAR',
        "usage": 'STRUCT(
            input_tokens BIGINT,
            input_tokens_details STRUCT(cached_tokens BIGINT, cache_write_tokens BIGINT),
            output_tokens BIGINT,
            output_tokens_details STRUCT(reasoning_tokens BIGINT),
            total_tokens BIGINT)',
        metadata: 'STRUCT(team VARCHAR, project VARCHAR, "user" VARCHAR, workload VARCHAR)'
    }
)
