-- Who people are: pure functions of a person's number, so every file agrees without a join.
-- Variables: people (count).

-- A fraction in [0, 1) that depends on a row and a purpose only.
create macro fraction(row_no, purpose) as (hash(row_no, purpose) >> 11)::double / 9007199254740992;

create macro picked(row_no, purpose, size) as (hash(row_no, purpose) % size)::bigint;

-- Squaring makes few people do much: the busiest fifth has 43 % of the rows. The straight part keeps
-- the first of them from more orders than a person makes, which the rules would take for a till's.
create macro person_of(row_no, purpose) as
    1 + floor(
        getvariable('people')
        * (0.05 * fraction(row_no, purpose) + 0.95 * fraction(row_no, purpose) ** 2)
    )::bigint;

create macro has(person, what, percent) as hash(person, what) % 100 < percent;

create macro phone_of(person) as (13000000000 + (person * 7919) % 6999999999)::varchar;

-- One phone in ten is written with its country code, one in ten with spaces.
create macro phone_written(person, row_no) as
    case hash(row_no, 'phone') % 10
        when 0 then '+86' || phone_of(person)
        when 1 then
            concat_ws(' ', left(phone_of(person), 3), phone_of(person)[4:7], phone_of(person)[8:])
        else phone_of(person)
    end;

create macro is_member(person) as has(person, 'member', 60);

create macro uses_miniprogram(person) as has(person, 'miniprogram', 50);

create macro buys_on_tmall(person) as has(person, 'tmall', 30);

create macro member_id_of(person) as 'M' || lpad(person::varchar, 9, '0');

create macro card_of(person) as '8800' || lpad(person::varchar, 9, '0');

create macro unionid_of(person) as
    case when has(person, 'unionid', 80) then 'oU' || left(md5('unionid' || person), 26) end;

create macro openid_of(person) as 'oM' || left(md5('openid' || person), 26);

create macro ouid_of(person) as 'AAE' || left(md5('ouid' || person), 20);

create macro anonymous_of(person) as left(md5('anonymous' || person), 24);

-- One device in fifty is shared by two neighbours.
create macro device_of(person) as
    md5('device' || case when hash(person // 2, 'shared') % 50 = 0 then person // 2 * 2 else person end);

create macro price_of(product) as 500 + picked(product, 'price', 30000);
