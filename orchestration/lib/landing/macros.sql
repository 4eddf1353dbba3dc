-- Cleaning, judging and tokenising of one cell of text, as DuckDB macros: the one definition of every
-- rule, used for rows, for seeds and for single values. `full_width`, `half_width`, `ipad` and
-- `opad` are variables of the connection (connection.py); the pads never appear in SQL text.

-- A macro's text is put in wherever it is called, so every argument stands in its body as seldom as
-- can be: what a load costs for a few hundred rows is the planning of this SQL.

-- Cleaning -------------------------------------------------------------------------------------

create or replace temp macro yt_half(r) as
    case when strlen(r) = length(r) then r
    else translate(r, getvariable('full_width'), getvariable('half_width')) end;

create or replace temp macro yt_clean(r) as
    trim(yt_half(r), ' ' || chr(9) || chr(10) || chr(13) || chr(160));

-- What channels send for "nothing"; an ad macro that was not filled comes as its own name.
create or replace temp macro yt_is_nothing(c) as
    regexp_full_match(c, '|null|NULL|\\N|__[A-Z0-9_]+__');

create or replace temp macro yt_is_no_time(c) as
    regexp_full_match(c, '|null|NULL|\\N|__[A-Z0-9_]+__|(0000-00-00|0001-01-01)( .*)?|1970-01-01 00:00:00');

create or replace temp macro yt_is_no_moment(v) as
    v < timestamp '1000-01-01 00:00:00' or v = timestamp '1970-01-01 00:00:00';

-- Casts: null where the text is not a value of the type (or nothing). The first branch is for the
-- common case and cheap; the second cleans the text first. DuckDB's own casts also take 0x1f and
-- 1_000 and round 1.5 to 2, so a whole number must come out as the text that went in.

-- Ids: a text that went through a floating-point number (1.86e18, 2e+18, 123.0) has lost digits for
-- good; without a point the mantissa has one digit, as 848123e90 is a hexadecimal id. An id of several
-- lines is a quote that was not closed.
create or replace temp macro yt_id_of(c) as
    case
        when contains(c, chr(0)) then error('yutang:nul')
        when not contains(c, chr(10)) and not regexp_full_match(c,
            '|null|NULL|\\N|__[A-Z0-9_]+__|[+-]?[0-9]+\.[0-9]*([eE][+-]?[0-9]+)?|[+-]?[0-9][eE][+-]?[0-9]{1,3}')
            then c end;

create or replace temp macro yt_id(r) as
    case when regexp_full_match(r, '[A-MO-Za-mo-z][!-~]*|[0-9][0-9A-DF-Za-df-z_:/-]*') then r
    when r is not null then yt_id_of(yt_clean(r)) end;

create or replace temp macro yt_bigint(r) as
    case when cast(try_cast(r as bigint) as varchar) = r then try_cast(r as bigint)
    when r is not null
        then try_cast(regexp_extract(yt_clean(r), '^([+-]?[0-9]{1,19})(\.0*)?$', 1) as bigint) end;

create or replace temp macro yt_number(r) as
    regexp_extract(yt_clean(r), '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$');

create or replace temp macro yt_boolean_of(c) as
    case when c in ('true', '1', 'y', 'yes', 't') then true
    when c in ('false', '0', 'n', 'no', 'f') then false end;

create or replace temp macro yt_boolean(r) as
    case when r = 'true' then true when r = 'false' then false
    when r is not null then yt_boolean_of(lower(yt_clean(r))) end;

create or replace temp macro yt_date(r) as
    case
        when strlen(r) = 10 then coalesce(try_cast(r as date), try_cast(yt_clean(r) as date))
        when r is not null then try_cast(regexp_replace(
            regexp_extract(yt_clean(r),
                '^[0-9]{4}[-/]?[0-9]{1,2}[-/]?[0-9]{1,2}([ T]0?0:00(:00(\.0+)?)?)?$'),
            '^([0-9]{4})[-/]?([0-9]{1,2})[-/]?([0-9]{1,2}).*$', '\1-\2-\3') as date) end;

-- Timestamps stay as the source wrote them; one that carries its own offset is turned into the
-- declared zone first.
create or replace temp macro yt_timestamp_of(c, zone) as
    coalesce(
        try_cast(regexp_extract(c,
            '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?)?$')
            as timestamp),
        try_cast(regexp_extract(c,
            '^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$')
            as timestamptz) at time zone zone);

create or replace temp macro yt_timestamp(r, zone) as
    case when strlen(r) = 19 and r like '____-__-__ __:__:__' then try_cast(r as timestamp)
    when r is not null then yt_timestamp_of(yt_clean(r), zone) end;

-- Some APIs send times as text in old fields and as epoch milliseconds in new ones, in one column:
-- 13 digits are milliseconds, ten are seconds, 0 and the year 1 are no time.
create or replace temp macro yt_epoch(n, zone) as
    case when n = 0 then timestamp '1970-01-01 00:00:00'
    else make_timestamp(n * (case when n between 1 and 9999999999 then 1000000 else 1000 end))
        at time zone 'UTC' at time zone zone end;

create or replace temp macro yt_timestamp_or_epoch(r, zone) as
    case when regexp_full_match(r, '[0-9]{10}|[0-9]{13}|0|-[0-9]{13,14}')
        then yt_epoch(try_cast(r as bigint), zone)
    else yt_timestamp(r, zone) end;

-- JSON: an object where an array belongs is an array of one (platforms do that).
create or replace temp macro yt_json(r) as
    case when regexp_matches(r, '^\s*[\[{]') and json_valid(r) then r end;

create or replace temp macro yt_json_array(r) as
    case when regexp_matches(r, '^\s*\[') and json_valid(r) then r
    when regexp_matches(r, '^\s*\{') and json_valid(r) then '[' || r || ']' end;

-- Clear personal values in free text -----------------------------------------------------------

create or replace temp macro yt_has_clear_value(r) as
    (strlen(r) >= 11 and regexp_matches(r,
        '(^|[^0-9０-９])(\+?86[ -]?|00?86[ -]?)?[1１][3-9３-９][0-9０-９][ -]?[0-9０-９]{4}[ -]?[0-9０-９]{4}($|[^0-9０-９])'))
    or (contains(r, '@') and regexp_matches(r, '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}'));

create or replace temp macro yt_guarded(r, column_name) as
    case when contains(r, chr(0)) then error('yutang:nul')
    when yt_has_clear_value(r) then error('yutang:clear:' || column_name)
    else r end;

-- Identifiers ----------------------------------------------------------------------------------

-- A phone is normalised in two steps (its digits, then the number), so that each text stands once.
-- E.164 where it is plausibly a phone, else the text as it is: yt_status then says what it is.
-- `1-4155552671` is country code and number; a mainland mobile never has its first dash there.
create or replace temp macro yt_digits(c) as
    regexp_replace(c, '[\s()（）.-]', '', 'g');

create or replace temp macro yt_phone(c, digits) as
    case
        when regexp_full_match(digits, '(\+?86|0086)?1[3-9][0-9]{9}')
            and not regexp_full_match(c, '(00)?1-[0-9]+') then '+86' || right(digits, 11)
        when regexp_full_match(c, '(00)?(1|[2-7][0-9]{0,2}|8[0-57-9][0-9]?|9[0-9]{0,2})-[0-9]{4,14}')
            or regexp_full_match(digits, '(\+|00)([1-79]|8[0-57-9])[0-9]{6,13}')
            then '+' || regexp_replace(digits, '^(\+|00)', '')
        else c end;

create or replace temp macro yt_normalised(c, digits, normaliser) as
    case normaliser when 'phone' then yt_phone(c, digits) when 'lower' then lower(c)
    when 'upper' then upper(c) else c end;

-- Texts that name nobody: words for "none", zeros, one digit over and over, service numbers, and
-- what devices without an id send (the hashes are published by an ad platform).
create or replace temp macro yt_is_placeholder(n) as
    regexp_full_match(n, '(?i)null|none|unknown|undefined|anonymous|nan|-1|[0-]+')
    or regexp_full_match(n, '1{7,}|2{7,}|3{7,}|4{7,}|5{7,}|6{7,}|7{7,}|8{7,}|9{7,}');

create or replace temp macro yt_is_service_number(digits) as
    regexp_full_match(digits, '(\+?86)?(10086|10010|10000|400[0-9]{7})');

create or replace temp macro yt_is_bad_device(n) as
    lower(n) in (
        'd41d8cd98f00b204e9800998ecf8427e', 'e3f5536a141811db40efd6400f1d0a4e',
        '5284047f4ffb4e04824a2fd1d1f0cd62', '37a6259cc0c1dae299a7866489dff0bd',
        '6c3e226b4d4795d518ab341b0824ec29', 'dd4b21e9ef71e1291183a46b913ae6f2',
        '1e4a1b03d1b6cd8a174a826f76e009f4', '9f89c84a559f573636a47ff8daed0d33',
        '3a6bff0799c7389f522f3847c33a468f', 'ad921d60486366258809553a3db49a4a',
        'cfcd208495d565ef66e7dff9f98764da', '4b997118e2db4480b95d28cc741b3917',
        '020000000000', '1234567890abcdef'
    );

create or replace temp macro yt_status(n, digits, normaliser, scope, pattern) as
    case
        when contains(n, '*') then 'masked'
        when regexp_full_match(n, '\$.+\$|~.+~') then 'encrypted'
        when normaliser = 'phone' and regexp_full_match(n, '\s*(\+?86-?)?1[0-9]{10}\s*-\s*[0-9]{3,4}\s*')
            then 'virtual'
        when yt_is_placeholder(n) then 'placeholder'
        when normaliser = 'phone' and yt_is_service_number(digits) then 'placeholder'
        when scope = 'device' and yt_is_bad_device(n) then 'placeholder'
        when normaliser = 'phone' and starts_with(n, '+86')
            and not regexp_full_match(n, '\+861[3-9][0-9]{9}') then 'malformed'
        when strlen(n) > 512 or (pattern <> '' and not regexp_matches(n, pattern)) then 'malformed'
        else 'valid' end;

-- A brand's name as it stands in a token's message; null for nothing.
create or replace temp macro yt_brand(r) as
    case when not yt_is_nothing(yt_clean(r)) then translate(yt_clean(r), '/:', '--') end;

-- The texts of a phone that platforms hash: a mainland number as 11 digits, with 86 and with +86;
-- another number with and without its plus.
create or replace temp macro yt_phone_forms(n) as
    case when starts_with(n, '+86') then [substr(n, 4), substr(n, 2), n] else [substr(n, 2), n] end;

create or replace temp macro yt_token(namespace, n) as
    sha256(getvariable('opad') || unhex(sha256(getvariable('ipad') || encode(namespace || ':' || n))));
