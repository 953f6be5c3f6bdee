-- 0003_provider_cost: what the provider says it charged, beside what was computed and never mixed.
--
-- in   a database of 0002
-- out  provider_cost
--
-- Rows of one cost_key are of one pull, and add up. Rows of two series overlap and are never added.

create table provider_cost (
    cost_key        varchar not null,         -- width, start and every value it was grouped by
    provider        varchar not null,
    series          varchar not null,         -- source, width and grouping
    bucket_start    timestamp not null,
    bucket_end      timestamp not null,
    amount          decimal(38, 18) not null, -- as stated, in its currency
    currency        varchar not null,
    line_item       varchar,                  -- as printed; NULL where it was not grouped by
    parsed          boolean not null,         -- whether the line item was understood
    service_tier    varchar,                  -- as the line item says; NULL where it names none
    model           varchar,                  -- as the line item says
    modality        varchar,                  -- text, image, audio
    meter           varchar,                  -- as in the price table, or another in its own words
    long_context    boolean,
    quantity        decimal(38, 18),
    quantity_unit   varchar,
    project_id      varchar,
    organization_id varchar,
    user_id         varchar,
    api_key_id      varchar,
    observed_at     timestamp not null,       -- when it was pulled, else when its file was written
    source          varchar not null,
    file_id         integer not null,
    line            bigint not null
);
