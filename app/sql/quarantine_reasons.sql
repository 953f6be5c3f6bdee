-- quarantine_reasons: why lines were set aside, with one of each to look at.
--
-- in   quarantine, ingest_file
-- out  one row per reason: lines, files, and the first line: its file, number and redacted excerpt

with numbered as (

    select
        quarantine.*,
        ingest_file.path,
        row_number() over (partition by reason order by path, line) as place

    from quarantine

    join ingest_file on ingest_file.file_id = quarantine.file_id

)

select
    reason,
    count(*)                                         as lines,
    count(distinct file_id)                          as files,
    max(case when place = 1 then path end)           as path,
    max(case when place = 1 then line end)           as line,
    max(case when place = 1 then excerpt end)        as excerpt

from numbered

group by reason

order by lines desc, reason
