-- macros: small readings that every source shares.
--
-- in   text as a log wrote it
-- out  a value, or NULL where it cannot be read

-- A count is canonical when writing it again gives the same text: 12 is, 12.0, 1e3 and " 12" are not.
create or replace temp macro count_of(text) as try_cast(text as bigint);

create or replace temp macro is_not_a_count(text) as
    text is not null and coalesce(cast(try_cast(text as bigint) as varchar) <> text, true);

create or replace temp macro larger_count(one, other) as
    case
        when one is null then other
        when other is null then one
        when try_cast(other as bigint) > try_cast(one as bigint) then other
        else one
    end;

-- Unix seconds (with or without a fraction), Unix milliseconds, or ISO 8601; without a zone it is UTC.
create or replace temp macro instant_of(text) as
    case
        when text is null then null
        when try_cast(text as decimal(20, 6)) >= 100000000000
            then make_timestamp(cast(try_cast(text as decimal(20, 6)) * 1000 as bigint))
        when try_cast(text as decimal(20, 6)) is not null
            then make_timestamp(cast(try_cast(text as decimal(20, 6)) * 1000000 as bigint))
        else cast(try_cast(text as timestamptz) as timestamp)
    end;

create or replace temp macro tier_of(text) as
    case lower(text)
        when 'default'   then 'standard'
        when 'standard'  then 'standard'
        when 'flex'      then 'flex'
        when 'priority'  then 'priority'
        when 'fast'      then 'priority'
        when 'batch'     then 'batch'
        when 'scale'     then 'scale'
        when 'ultrafast' then 'ultrafast'
        else 'unknown'
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

create or replace temp macro both_labels(metadata, tags) as
    case
        when tags is null then metadata
        when metadata is null or json_type(tags) <> 'OBJECT' or json_type(metadata) <> 'OBJECT' then tags
        else json_merge_patch(metadata, tags)
    end;

-- Labels as one JSON object; a list of "name:value" tags becomes an object too.
create or replace temp macro tags_of(labels) as
    case
        when labels is null then null
        when json_type(labels) = 'OBJECT' then nullif(cast(labels as varchar), '{}')
        when json_type(labels) = 'ARRAY' and json_array_length(labels) > 0
            then cast(try(to_json(map_from_entries(list_transform(
                list_distinct(cast(labels as varchar[])), lambda tag: struct_pack(
                    k := trim(split_part(tag, ':', 1)),
                    v := case when contains(tag, ':') then trim(substr(tag, instr(tag, ':') + 1)) else 'true' end))))) as varchar)
    end;
