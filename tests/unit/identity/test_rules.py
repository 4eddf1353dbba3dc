"""Seeds that people edit: every wrong line is one error that names file and line, never a value."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.identity.rules import read_type_rules
from orchestration.lib.identity.seed_files import IdentityRulesError
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.contract import variables_of
from orchestration.lib.landing.reference import prepare_home, write_reference
from orchestration.lib.landing.tokens import Keys

KEYS = Keys(pepper=b"pepper-test", vault_key=b"k" * 32)
TYPES = (PROJECT_DIR / "seeds/identity/identifier_types.csv").read_text(encoding="utf-8")
LINKS = "link,type_a,scope_a,value_a,type_b,scope_b,value_b,author,reason,decided_on\n"
ACCEPTED = "token_a,token_b,author,reason,decided_on\n"
BLOCKED = "identifier_type,value,reason\n"


class Project:
    """A checkout with seeds only, and a home."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "project"
        self.home = Home(root=folder / "home", secrets=folder / "secrets")
        self.seeds = self.path / "seeds" / "identity"
        self.seeds.mkdir(parents=True)
        (self.path / "dbt_project.yml").write_text(
            "vars: {member_program: main, wx_open_platform: main, crm_wx_appid: wx1}\n"
        )
        self.put("identifier_types", TYPES)

    def put(self, seed: str, content: str) -> None:
        (self.seeds / f"{seed}.csv").write_text(content, encoding="utf-8")

    def write(self) -> None:
        write_reference(self.home, KEYS, project_dir=self.path)

    def rows(self, name: str) -> list[dict]:
        return pq.read_table(self.home.raw / "_reference" / f"{name}.parquet").to_pylist()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_connection(KEYS, memory_limit="500MB", threads=1) as opened:
        yield opened


def test_the_types_of_the_project_are_right():
    rules = read_type_rules(PROJECT_DIR, variables_of(PROJECT_DIR))
    assert (rules["oaid"].valid_days, rules["anonymous_id"].valid_days) == (730, 365)
    assert rules["phone"].valid_days is None
    assert rules["member_id"].scope_of(None) == "main" == rules["member_id"].scope_of("main")
    assert rules["phone"].scope_of("anything") is None
    assert rules["tmall_ouid"].needs_scope and rules["tmall_ouid"].scope_of(None) is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "phone,many,3",
            "phone,some,3",
            "line 4: identifier_class 'some' is not one of unique, many",
        ),
        ("phone,many,3", "phone,many,0", "line 4: rank '0' is not a whole number above 0"),
        ("phone,many,3", "phone,many,", "line 4: rank is empty"),
        ("phone,many,3", "phone,many,1.5", "line 4: rank '1.5' is not a whole number"),
        ("phone,many,3,global,3", "phone,many,3,global,-3", "line 4: max_values_per_person '-3'"),
        ("phone,many,3,global", "phone,many,3,planet", "line 4: scope 'planet'"),
        (",30,0.5,true", ",30,none,true", "max_orders_per_day 'none' is not a number above 0"),
        ("true,phone,", "yes,phone,", "line 4: forms_person 'yes' is not one of true, false"),
        (",true,phone,", ",true,digits,", "line 4: normaliser 'digits' is not one of trim, lower"),
        (r"^\+\d{8,15}$", r"^\+(\d{8,15}$", "line 4: pattern is no regular expression"),
        (r"^\+\d{8,15}$", r"(?<=\+)\d", "line 4: pattern is no regular expression"),
        (
            "wx_unionid,unique",
            "member_id,unique",
            "line 3: identifier type 'member_id' is on line 2",
        ),
        ("phone_unverified", "fone_unverified", "'fone_unverified' is about unverified values of"),
        ("lower,,730", "lower,,2 years", "valid_days '2 years' is not a whole number above 0"),
        ("crm_wx_appid", "crm_appid", "default_scope_var 'crm_appid' is no var of dbt_project.yml"),
        (
            "valid_days",
            "valid_for",
            "line 1: the header lacks valid_days and does not know valid_for",
        ),
        (
            "member_id,unique,1,",
            "member_id,unique,1,1,",
            "line 2: 14 cells, but the header names 13",
        ),
    ],
)
def test_a_wrong_type_is_one_error_with_its_line(
    project: Project, old: str, new: str, message: str
):
    assert old in TYPES
    project.put("identifier_types", TYPES.replace(old, new, 1))
    with pytest.raises(IdentityRulesError, match=r"identifier_types\.csv") as caught:
        read_type_rules(project.path, variables_of(project.path))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def link(verdict: str, a: str, b: str, *, author: str = "li", day: str = "2026-05-01") -> str:
    return f"{verdict},{a},{b},{author},seen in the store,{day}\n"


PHONE_A, PHONE_B, PHONE_C = (f"phone,,1390000000{n}" for n in (1, 2, 3))
TOKEN_A = KEYS.token("phone", "+8613900000001")
TOKEN_B = KEYS.token("phone", "+8613900000002")


def test_links_become_tokens(project: Project):
    lines = [
        link("must", "phone,,139 0000 0001", "member_id,,M1"),
        link("cannot", f"phone,,token:{TOKEN_B}", "wx_openid,wx9,oA"),
        link("must", "member_id,main,M1", "phone,,+86 13900000001"),
    ]
    project.put("manual_links", LINKS + lines[0] + "\n" + "".join(lines[1:]))
    project.put("accepted_links", ACCEPTED + f"{TOKEN_A},token:{TOKEN_B},li,same,2026-05-02\n")
    project.write()
    found = [
        (row["link"], row["token_a"], row["type_a"], row["token_b"], row["type_b"], row["line"])
        for row in project.rows("manual_links")
    ]
    member, openid = KEYS.token("member_id:main", "M1"), KEYS.token("wx_openid:wx9", "oA")
    assert found == [
        ("must", TOKEN_A, "phone", member, "member_id", 2),
        ("cannot", TOKEN_B, "phone", openid, "wx_openid", 4),
    ]
    [accepted] = project.rows("accepted_links")
    assert (accepted["token_a"], accepted["token_b"], accepted["line"]) == (TOKEN_A, TOKEN_B, 2)
    assert str(accepted["decided_on"]) == "2026-05-02"
    kept = b"".join(path.read_bytes() for path in project.home.root.rglob("*.parquet"))
    assert b"3900000001" not in kept


def test_without_lines_every_list_is_an_empty_file(project: Project):
    project.write()
    for name in ("blocked_identifiers", "manual_links", "accepted_links"):
        assert project.rows(name) == []


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([link("maybe", PHONE_A, PHONE_B)], "line 2: link 'maybe' is not one of must, cannot"),
        ([link("must", "fax,,139", PHONE_B)], "line 2: type_a 'fax' is not in identifier_types"),
        ([link("must", PHONE_A, "distinct_id,,x")], "line 2: type_b 'distinct_id' never links"),
        ([link("must", PHONE_A, "phone_unverified,,1")], "has no values of its own; write phone"),
        ([link("must", PHONE_A, "phone,,138****0001")], "line 2: the value is masked, not a valid"),
        (
            [link("must", PHONE_A, "phone,,0139")],
            "line 2: the value is malformed, not a valid phone",
        ),
        ([link("must", PHONE_A, "phone,,token:12")], "line 2: value_b is no token"),
        ([link("must", PHONE_A, "phone,,")], "line 2: value_b is empty"),
        ([link("must", PHONE_A, "tmall_ouid,,AA")], "line 2: scope_b is empty, but values of"),
        ([link("must", PHONE_A, "phone,,+8613900000001")], "line 2: links a value with itself"),
        ([link("must", PHONE_A, PHONE_B, author="")], "line 2: author is empty"),
        ([link("must", PHONE_A, PHONE_B, day="1 May")], "line 2: decided_on '1 May' is not a day"),
        (
            [link("must", PHONE_A, PHONE_B), link("cannot", PHONE_B, PHONE_A)],
            "line 3: says 'cannot' of the pair of which line 2 says 'must'",
        ),
        (
            [
                link("cannot", PHONE_A, PHONE_C),
                link("must", PHONE_A, PHONE_B),
                link("must", PHONE_C, PHONE_B),
            ],
            "line 2: says 'cannot' of two values that the 'must' of lines 3 and 4 joins",
        ),
    ],
)
def test_a_wrong_link_is_one_error_with_its_line(project: Project, lines: list[str], message: str):
    project.put("manual_links", LINKS + "".join(lines))
    with pytest.raises(IdentityRulesError, match=r"manual_links\.csv") as caught:
        prepare_home(project.home, [], KEYS, project_dir=project.path)
    assert message in str(caught.value)
    assert not re.search(r"\d{8}|\*", str(caught.value).replace(str(project.path), ""))
    assert not project.home.raw.exists()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("13900000001,{b},li,x,2026-05-01", "line 2: token_a is no token"),
        ("{a},{a},li,x,2026-05-01", "line 2: links a value with itself"),
        ("{a},{b},li,,2026-05-01", "line 2: reason is empty"),
        ("{a},{b},li,x,2026-05-01", "line 2: accepts a pair of which line 2 of manual_links.csv"),
    ],
)
def test_a_wrong_accepted_link_is_one_error(project: Project, line: str, message: str):
    project.put("manual_links", LINKS + link("cannot", PHONE_B, PHONE_A))
    project.put("accepted_links", ACCEPTED + line.format(a=TOKEN_A, b=TOKEN_B) + "\n")
    with pytest.raises(IdentityRulesError, match=r"accepted_links\.csv") as caught:
        project.write()
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("fax,139,spam", "line 2: identifier_type 'fax' is not in identifier_types.csv"),
        ("phone,139****0001,spam", "line 2: the value is masked, not a valid phone"),
        ("phone,13900000001,", "line 2: reason is empty"),
        ("phone,,spam", "line 2: value is empty"),
        ("phone,13900000001", "line 2: 2 cells, but the header names 3 columns"),
    ],
)
def test_a_wrong_blocked_value_is_one_error(project: Project, line: str, message: str):
    project.put("blocked_identifiers", BLOCKED + line + "\n")
    with pytest.raises(IdentityRulesError, match=r"blocked_identifiers\.csv") as caught:
        project.write()
    assert message in str(caught.value)
    assert not project.home.raw.exists()


def test_a_list_is_written_again_only_if_a_seed_changed(project: Project):
    project.write()
    path = project.home.raw / "_reference" / "manual_links.parquet"
    before = path.stat().st_mtime_ns
    project.write()
    assert path.stat().st_mtime_ns == before
    project.put("manual_links", LINKS + link("must", PHONE_A, PHONE_B))
    project.write()
    assert len(project.rows("manual_links")) == 1
