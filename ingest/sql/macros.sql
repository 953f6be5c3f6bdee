-- macros: small readings that every source shares.
--
-- in   text as a log wrote it
-- out  a value, or NULL where it cannot be read

-- A count is canonical when writing it again gives the same text: 12 is, 12.0, 1e3 and " 12" are not.
create or replace temp macro count_of(text) as try_cast(text as bigint);

-- Some formats write every number as a float: 10.0 is 10, and 1e3 is 1000. Other text is left alone.
create or replace temp macro whole(text) as
    case
        -- Nearly all are plain numbers, or such with '.0' behind them; the rest takes longer.
        when text is null or cast(try_cast(text as bigint) as varchar) = text then text
        when ends_with(text, '.0') and cast(try_cast(left(text, -2) as bigint) as varchar) = left(text, -2)
            then left(text, -2)
        when not regexp_full_match(text, '-?[0-9]+(\.0*)?([eE][+]?[0-9]{1,2})?') then text
        else coalesce(cast(try_cast(try_cast(text as decimal(38, 6)) as bigint) as varchar), text)
    end;

create or replace temp macro is_not_a_count(text) as
    text is not null and coalesce(cast(try_cast(text as bigint) as varchar) <> text, true);

create or replace temp macro larger_count(one, other) as
    case
        when one is null then other
        when other is null then one
        when try_cast(other as bigint) > try_cast(one as bigint) then other
        else one
    end;

-- Unix seconds (with or without a fraction), milliseconds, microseconds or nanoseconds, or ISO 8601;
-- without a zone it is UTC. A double holds today's microseconds exactly.
create or replace temp macro instant_of(text, number) as
    case
        when number >= 0 and number < 100000000000 then make_timestamp(cast(number * 1000000 as bigint))
        when number >= 0 and number < 100000000000000 then make_timestamp(cast(number * 1000 as bigint))
        when number >= 100000000000000 and number < 100000000000000000 then make_timestamp(cast(number as bigint))
        when number >= 100000000000000000 and number < 9000000000000000000
            then cast(make_timestamp_ns(try_cast(text as bigint)) as timestamp)
        else cast(try_cast(text as timestamptz) as timestamp)
    end;

-- The usual words come first: lower() is only asked of the others.
create or replace temp macro tier_of(text) as
    case
        when text is null      then 'unknown'
        when text = 'default'  then 'standard'
        when text = 'standard' then 'standard'
        else case lower(text)
            when 'default'   then 'standard'
            when 'standard'  then 'standard'
            when 'flex'      then 'flex'
            when 'priority'  then 'priority'
            when 'fast'      then 'priority'
            when 'batch'     then 'batch'
            when 'scale'     then 'scale'
            when 'ultrafast' then 'ultrafast'
            else 'unknown'
        end
    end;

-- Keys are kept as the first twelve digits of their SHA-256, whether a log wrote the key or its hash.
create or replace temp macro key_hash(text) as
    case
        when text is null or text = '' then null
        when regexp_full_match(text, '[0-9a-f]{64}') then 'key-' || left(text, 12)
        else 'key-' || left(sha256(text), 12)
    end;

-- A processing region shows in the host that was called.
create or replace temp macro region_of(url) as
    coalesce(nullif(regexp_extract(url, '^https?://([a-z]{2})\.api\.openai\.com', 1), ''), 'global');

-- Tool calls of a response: counted by the provider, else from what it put out. Opening a page
-- that was found is not a search.
create or replace temp macro web_searches_of(counted, output) as
    case
        when counted is not null then counted
        when output is not null then cast(nullif(len(list_filter(output, lambda item:
            item."type" = 'web_search_call' and coalesce(item."action"."type", 'search') = 'search')), 0) as varchar)
    end;

create or replace temp macro file_searches_of(output) as
    case
        when output is not null
            then cast(nullif(len(list_filter(output, lambda item: item."type" = 'file_search_call')), 0) as varchar)
    end;

-- Cache writes at the extended retention: as detailed, else all of them if that was asked for.
create or replace temp macro long_writes_of(details, ttl, writes) as
    case
        when details is not null then details.ttl_12h_tokens
        when ttl = '12h' then writes
    end;

-- "name:value" tags as an object; the values of a name that comes twice are listed.
create or replace temp macro object_of_tags(tags) as
    to_json(map_from_entries(list_transform(
        list_sort(list_distinct(list_transform(tags, lambda tag: trim(split_part(tag, ':', 1))))),
        lambda name: struct_pack(
            k := name,
            v := array_to_string(list_sort(list_distinct(list_transform(
                list_filter(tags, lambda tag: trim(split_part(tag, ':', 1)) = name),
                lambda tag: case when contains(tag, ':') then trim(substr(tag, instr(tag, ':') + 1)) else 'true' end
            ))), ', ')))));

create or replace temp macro object_of(labels) as
    case json_type(labels)
        when 'OBJECT' then labels
        when 'ARRAY'  then object_of_tags(list_filter(cast(labels as varchar[]), lambda tag: tag is not null))
    end;

-- Labels as one JSON object, from an object, a list of tags, or either written as text.
create or replace temp macro labels_of(labels) as
    case left(cast(labels as varchar), 1)
        when '{' then labels
        when '[' then object_of(labels)
        when '"' then object_of(try_cast(labels ->> '$' as json))
    end;

-- Of a label that both objects have, the second is kept.
create or replace temp macro both_labels(one, other) as
    case
        when other is null then one
        when one is null   then other
        else json_merge_patch(one, other)
    end;

-- A label as it may be stored: not empty, and without a key that somebody put there.
create or replace temp macro label_of(text) as
    case
        when contains(text, 'sk-') or contains(text, 'AIza') or contains(text, 'earer ')
            then regexp_replace(regexp_replace(text,
                '(^|[^A-Za-z0-9])(sk-|AIza)[A-Za-z0-9_-]{16,}', '\1\2...', 'g'),
                '([Bb]earer )[A-Za-z0-9._~+/=-]{16,}', '\1...', 'g')
        else nullif(text, '')
    end;

-- Reasoning effort as a log writes it: a word, or the object that holds one. Other text is none.
create or replace temp macro effort_word(text) as
    case text
        when 'none'    then text
        when 'minimal' then text
        when 'low'     then text
        when 'medium'  then text
        when 'high'    then text
        when 'xhigh'   then text
        when 'max'     then text
        else case
            when regexp_full_match(lower(text), 'extra_?high')      then 'xhigh'
            when regexp_full_match(lower(text), '[a-z0-9_-]{1,20}') then lower(text)
        end
    end;

create or replace temp macro effort_in(text) as
    case
        when starts_with(text, '{') then try(json_extract_string(text, '$.effort'))
        else text
    end;

-- The same of a request that was logged beside its answer.
create or replace temp macro asked_effort(request) as
    coalesce(
        request.reasoning_effort,
        json_extract_string(request.reasoning, '$.effort'),
        json_extract_string(request.output_config, '$.effort'));

-- What requests of a session share. A long id is kept as the first digits of its hash.
create or replace temp macro session_of(text) as
    case
        when length(text) > 200 then 'session-' || left(sha256(text), 12)
        else label_of(text)
    end;
