-- 0001_initial: usage without its cost, the files it came from, and the prices it is stamped with.
--
-- in   an empty database
-- out  meta, ingest_file, quarantine, usage_event, model_name, rates
--
-- Times are UTC. NULL in a meter means not reported; 0 means reported as zero.

create table meta (
    key   varchar primary key,
    value varchar not null
);

create table ingest_file (
    file_id         integer primary key,
    path            varchar not null,      -- as the user named it; '-' is standard input
    sources         varchar not null,      -- which sources its records were, comma-separated
    content_bytes   bigint not null,       -- uncompressed
    content_sha256  varchar not null,      -- of the uncompressed bytes
    read_as         varchar not null,      -- what the user declared, and the version that read it
    loaded_at       timestamp not null,
    lines           bigint not null,       -- = events + duplicates + not_usage + quarantined
    events          bigint not null,       -- rows of usage_event that come from it today
    duplicates      bigint not null,
    not_usage       bigint not null,
    quarantined     bigint not null,
    not_usage_why   varchar not null       -- JSON object: reason to count
);

create table quarantine (
    file_id      integer not null,
    line         bigint not null,          -- 1-based; the record's number in a JSON document
    byte_offset  bigint not null,          -- of the line in the uncompressed input
    byte_length  bigint not null,
    reason       varchar not null,
    excerpt      varchar not null          -- keys and numbers; no text
);

create table usage_event (
    event_id                varchar not null,   -- natural key; unique
    rank                    smallint not null,  -- of two records of one id the higher is kept
    event_ts                timestamp not null, -- when it was served: completed, else created
    provider                varchar not null,
    gateway                 varchar,
    model_raw               varchar not null,   -- as logged
    service_tier            varchar not null,   -- the one that served; 'unknown' when nothing says
    service_tier_source     varchar not null,   -- response, file_shape, gateway, declared, none
    region                  varchar not null,   -- 'global' or a processing region
    endpoint                varchar,
    status                  varchar,
    grain                   varchar not null,   -- request, attempt, bucket
    billable                boolean not null,   -- false: a gateway's cache answered
    requests                bigint not null,    -- 0 for an earlier attempt that was billed
    input_tokens            bigint,             -- the whole prompt; decides the context band
    uncached_input_tokens   bigint,
    cache_read_tokens       bigint,
    cache_write_tokens      bigint,             -- at the vendor's default retention
    cache_write_long_tokens bigint,             -- at its extended retention
    output_tokens           bigint,             -- includes reasoning
    web_search_calls        bigint,
    file_search_calls       bigint,
    container_sessions      bigint,
    reasoning_tokens        bigint,             -- of which, within output
    project                 varchar,
    team                    varchar,
    user_id                 varchar,
    api_key                 varchar,            -- its name, or 'key-' and a short hash
    workload                varchar,
    account                 varchar,            -- declared at load
    tags                    varchar,            -- JSON object of labels
    stated_cost_usd         decimal(18, 12),    -- what the source says it cost; never used to price
    flags                   varchar,
    source                  varchar not null,
    file_id                 integer not null,
    line                    bigint not null,
    model                   varchar not null,   -- canonical; as logged when the book has none
    rate_id                 integer not null    -- row of rates, under the book named in meta
);

create table model_name (
    provider  varchar not null,
    model_raw varchar not null,
    model     varchar not null
);
