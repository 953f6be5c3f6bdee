-- 0004_pull_mark: how far tables and objects elsewhere were read.
--
-- in   a database of 0003
-- out  pull_mark, fetched_object

create table pull_mark (
    host           varchar not null,   -- with its port when that is not the usual one
    database_name  varchar not null,
    table_name     varchar not null,
    latest         timestamp not null, -- time of the latest row that was loaded; UTC
    primary key (host, database_name, table_name)
);

create table fetched_object (
    url      varchar primary key, -- without credentials and query string
    size     bigint not null,     -- in bytes, as its store states it
    tag      varchar not null,    -- ETag, generation or date: changes with the content
    file_id  integer not null     -- what it was loaded as
);
