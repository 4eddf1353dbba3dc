-- Cleaning, judging and tokenising of one cell of text, as DuckDB macros: the one definition of every
-- rule, used for rows, for seeds and for single values. `full_width`, `half_width`, `ipad` and
-- `opad` are variables of the connection (connection.py); the pads never appear in SQL text.

-- Cleaning -------------------------------------------------------------------------------------

create or replace temp macro yt_half(r) as
    case when strlen(r) = length(r) then r
    else translate(r, getvariable('full_width'), getvariable('half_width')) end;

create or replace temp macro yt_clean(r) as
    trim(yt_half(r), ' ' || chr(9) || chr(10) || chr(13) || chr(160));

-- What channels send for "nothing"; an ad macro that was not filled comes as its own name.
create or replace temp macro yt_is_nothing(c) as
    c in ('', 'null', 'NULL', '\N') or (starts_with(c, '__') and regexp_full_match(c, '__[A-Z0-9_]+__'));

create or replace temp macro yt_is_no_time(c) as
    yt_is_nothing(c) or starts_with(c, '0001-01-01') or starts_with(c, '0000-00-00')
    or c = '1970-01-01 00:00:00';

create or replace temp macro yt_id(r) as
    case when yt_is_nothing(yt_clean(r)) then null else yt_clean(r) end;

-- An id that went through a floating-point number: digits are lost for good.
create or replace temp macro yt_is_float(c) as
    regexp_full_match(c, '[+-]?[0-9]+\.[0-9]*([eE][+-]?[0-9]+)?|[+-]?[0-9]+[eE]([+-][0-9]+|[0-9]{2,})');

-- Casts: null where the text is not a value of the type. DuckDB's own casts also take 0x1f, 1_000 and
-- round 1.5 to 2, so whole numbers must look like one.

create or replace temp macro yt_bigint(r) as
    case when regexp_full_match(r, '-?[0-9]{1,19}') then try_cast(r as bigint)
    when regexp_full_match(yt_clean(r), '[+-]?[0-9]{1,19}(\.0*)?')
        then try_cast(split_part(yt_clean(r), '.', 1) as bigint) end;

create or replace temp macro yt_number(r) as
    case when regexp_full_match(yt_clean(r), '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?')
        then yt_clean(r) end;

create or replace temp macro yt_boolean(r) as
    case lower(yt_clean(r))
        when 'true' then true when '1' then true when 'y' then true when 'yes' then true when 't' then true
        when 'false' then false when '0' then false when 'n' then false when 'no' then false
        when 'f' then false end;

create or replace temp macro yt_date(r) as
    case
        when strlen(r) = 10 and r[5] in ('-', '/') then try_cast(r as date)
        when regexp_full_match(yt_clean(r), '[0-9]{8}') then cast(try_strptime(yt_clean(r), '%Y%m%d') as date)
        when regexp_full_match(yt_clean(r), '[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([ T]00?:00(:00(\.0+)?)?)?')
            then try_cast(replace(yt_clean(r), '/', '-')[:10] as date) end;

-- Timestamps stay as the source wrote them; one that carries its own offset is turned into the
-- declared zone first.
create or replace temp macro yt_timestamp(r, zone) as
    case
        when strlen(r) = 19 and r[5] in ('-', '/') and r[14] = ':' then try_cast(r as timestamp)
        when regexp_full_match(yt_clean(r), '[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?)?')
            then try_cast(yt_clean(r) as timestamp)
        when regexp_full_match(yt_clean(r), '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}(:?[0-9]{2})?)')
            then try_cast(yt_clean(r) as timestamptz) at time zone zone end;

-- JSON: an object where an array belongs is an array of one (platforms do that).
create or replace temp macro yt_json(r) as
    case when (starts_with(r, '[') or starts_with(r, '{')) and json_valid(r) then r end;

create or replace temp macro yt_json_array(r) as
    case when starts_with(trim(r), '[') and json_valid(r) then r
    when starts_with(trim(r), '{') and json_valid(r) then '[' || r || ']' end;

-- Clear personal values in free text -----------------------------------------------------------

create or replace temp macro yt_has_clear_value(r) as
    (strlen(r) >= 11 and regexp_matches(r,
        '(^|[^0-9０-９])(\+?86[ -]?|00?86[ -]?)?[1１][3-9３-９][0-9０-９][ -]?[0-9０-９]{4}[ -]?[0-9０-９]{4}($|[^0-9０-９])'))
    or (contains(r, '@') and regexp_matches(r, '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}'));

create or replace temp macro yt_guarded(r, column_name) as
    case when contains(r, chr(0)) then error('yutang:nul')
    when yt_has_clear_value(r) then error('yutang:clear:' || column_name)
    else r end;

create or replace temp macro yt_without_nul(r, column_name) as
    case when contains(r, chr(0)) then error('yutang:nul') else r end;

-- Identifiers ----------------------------------------------------------------------------------

-- E.164 where the text is plausibly a phone, else the text as it is: yt_status then says what it is.
-- `1-4155552671` is country code and number; a mainland mobile never has its first dash there.
create or replace temp macro yt_phone_digits(c) as
    regexp_replace(c, '[\s()（）.-]', '', 'g');

create or replace temp macro yt_phone(c) as
    case
        when regexp_full_match(c, '(00)?(1|[2-9][0-9]{0,2})-[0-9]{4,14}') and not regexp_full_match(c, '(00)?86-.*')
            then '+' || regexp_replace(replace(c, '-', ''), '^00', '')
        when regexp_full_match(yt_phone_digits(c), '(\+?86|0086)?1[3-9][0-9]{9}')
            then '+86' || right(yt_phone_digits(c), 11)
        when regexp_full_match(yt_phone_digits(c), '(\+|00)[1-9][0-9]{7,14}')
            and not regexp_full_match(yt_phone_digits(c), '(\+|00)86.*')
            then '+' || regexp_replace(yt_phone_digits(c), '^(\+|00)', '')
        else c end;

create or replace temp macro yt_normalised(r, normaliser) as
    case normaliser when 'phone' then yt_phone(yt_clean(r)) when 'lower' then lower(yt_clean(r))
    when 'upper' then upper(yt_clean(r)) else yt_clean(r) end;

create or replace temp macro yt_is_placeholder(n) as
    regexp_full_match(lower(n), 'null|none|unknown|undefined|anonymous|nan|-1|[0-]+')
    or (strlen(n) >= 7 and n[1] between '0' and '9' and replace(n, n[1], '') = '');

create or replace temp macro yt_is_phone_placeholder(c) as
    regexp_full_match(regexp_replace(c, '[\s()（）.-]', '', 'g'), '(\+?86)?(10086|10010|10000|400[0-9]{7})');

-- Texts of devices that have no id, hashed (published by an ad platform), and an id of all ones or so.
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

create or replace temp macro yt_status(n, normaliser, scope, pattern) as
    case
        when contains(n, '*') then 'masked'
        when regexp_full_match(n, '\$.+\$|~.+~') then 'encrypted'
        when normaliser = 'phone' and regexp_full_match(regexp_replace(n, '\s', '', 'g'), '(\+?86-?)?1[0-9]{10}-[0-9]{3,4}') then 'virtual'
        when yt_is_placeholder(n) then 'placeholder'
        when normaliser = 'phone' and yt_is_phone_placeholder(n) then 'placeholder'
        when scope = 'device' and yt_is_bad_device(n) then 'placeholder'
        when strlen(n) > 512 or (pattern <> '' and not regexp_matches(n, pattern)) then 'malformed'
        else 'valid' end;

create or replace temp macro yt_token(namespace, n) as
    sha256(getvariable('opad') || unhex(sha256(getvariable('ipad') || encode(namespace || ':' || n))));
