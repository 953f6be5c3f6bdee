-- 0007_evaluation: what models made of the user's own tasks.
--
-- in   a database of 0006
-- out  evaluation, one row per run of a task; empty text where the file does not say

create table evaluation (
    workload       varchar not null,  -- empty: stands for every workload
    task           varchar not null,
    model          varchar not null,
    effort         varchar not null,
    run            integer not null,  -- 1 where a task was run once
    passed         boolean not null,
    score          decimal(7, 6),     -- 0 to 1
    attempts       integer,
    input_tokens   bigint,            -- of the whole task, as all that follows
    output_tokens  bigint,
    turns          integer,
    cost_pico      bigint,
    file           varchar not null,  -- it was imported from
    imported_at    timestamp not null,
    primary key (workload, task, model, effort, run)
);
