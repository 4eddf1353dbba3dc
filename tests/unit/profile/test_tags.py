"""The declared tags: readable without a warehouse, complete, and the page says the same."""

from pathlib import Path

import pytest
import yaml

from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.profile.errors import TagError
from orchestration.lib.profile.tags import DECLARATIONS, load_tags
from orchestration.lib.profile.tags_page import PAGE, page

TAGS = load_tags()
GOOD = """{% macro tag_declarations() %}
- tag: member
  column: is_member
  value_type: boolean
  name_en: Member
  name_zh: 会员
  owner: crm
  definition_en: Is one.
  definition_zh: 是会员。
  window: standing
  valid_from: member_since_date
  fresh_as: [crm.members]
{% endmacro %}
"""


def columns_of(model: str) -> dict[str, str]:
    """data_type by column of a mart, from its contract."""
    for path in (PROJECT_DIR / "models" / "marts" / "profile").glob("_*__models.yml"):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            if entry["name"] == model:
                return {column["name"]: column["data_type"] for column in entry["columns"]}
    raise AssertionError(f"no contract of {model}")


def test_the_page_equals_the_declarations():
    assert PAGE.read_text(encoding="utf-8") == page(TAGS), (
        "run: python -m orchestration.lib.profile.tags_page"
    )


def test_every_column_is_in_the_wide_form_and_has_the_type_of_its_tag():
    columns = columns_of("customer_360")
    kinds = {
        "text": ("string",),
        "boolean": ("boolean",),
        "date": ("date",),
        "number": ("bigint", "integer", "decimal(18,2)", "decimal(9,2)"),
    }
    for tag in TAGS.values():
        if tag.column:
            assert columns.get(tag.column) in kinds[tag.value_type], tag.tag
            assert tag.valid_from in columns, tag.tag


def test_names_are_unique_and_numbers_have_units():
    for attribute in ("name_en", "name_zh", "definition_en", "definition_zh"):
        said = [getattr(tag, attribute) for tag in TAGS.values()]
        assert len(said) == len(set(said)), attribute
    for tag in TAGS.values():
        assert (tag.unit is not None) == (tag.value_type == "number"), tag.tag
        if tag.value_type == "text":
            assert tag.allowed_values or tag.values_from, tag.tag


def test_every_tag_of_several_values_is_made():
    model = PROJECT_DIR / "models" / "intermediate" / "profile" / "int_profile__tags_of_many.sql"
    made = model.read_text(encoding="utf-8")
    for tag in TAGS.values():
        assert tag.is_multi_valued == (f"'{tag.tag}' as tag" in made), tag.tag


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("standing", "always"), "tag member: window always is none of"),
        (("boolean", "flag"), "tag member: value_type flag is none of"),
        (("  name_zh: 会员\n", ""), "tag member lacks name_zh"),
        (("- tag: member", "- code: member"), "has no tag"),
        (("owner: crm", "owner: [crm"), "line 8: no YAML"),
        (("{% endmacro %}", ""), "between"),
    ],
)
def test_a_wrong_declaration_is_one_clear_error(tmp_path: Path, change: tuple[str, str], said: str):
    path = tmp_path / DECLARATIONS
    path.parent.mkdir(parents=True)
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(TagError, match=said):
        load_tags(tmp_path)


def test_a_tag_declared_twice_is_refused(tmp_path: Path):
    path = tmp_path / DECLARATIONS
    path.parent.mkdir(parents=True)
    body = GOOD.splitlines(keepends=True)
    path.write_text("".join([body[0], *body[1:-1], *body[1:-1], body[-1]]), encoding="utf-8")
    with pytest.raises(TagError, match="member is declared twice"):
        load_tags(tmp_path)
