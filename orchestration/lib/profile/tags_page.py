"""docs/reference/tags.md, made from the declarations: ``python -m orchestration.lib.profile.tags_page``.

Belongs here: the page of the tags in English and Chinese. Does not belong here: reading declarations.
"""

from collections.abc import Mapping

from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.profile.tags import DECLARATIONS, Tag, load_tags

PAGE = PROJECT_DIR / "docs" / "reference" / "tags.md"
_HEAD = f"""# Tags (标签)

Made from [{DECLARATIONS}](../../{DECLARATIONS}) by
`python -m orchestration.lib.profile.tags_page`; do not edit by hand. The same as a table:
`profile.tag_catalogue`. Values: `profile.customer_tags` (one row per person, tag and value) and
`profile.customer_360` (the column named below; a tag without one may hold several values at once
and is in the long form only).

- No row in `customer_tags` means: does not hold, or is not known. A false yes-or-no tag and a 0 are
  not written.
- Windows: *none* (an attribute), *standing* (true now), *history* (everything up to the as-of day),
  *rolling* (the last days; how many is a var of `dbt_project.yml`).
- Every run makes all tags anew. They are as fresh as the newest delivery of the entities under
  *fresh as*; `orders`, `touches` and `messages` stand for those of all channels.

本页由标签声明生成。`customer_tags` 中没有记录表示不成立或未知；否与 0 不写入。
窗口：none 属性，standing 当前状态，history 截至截止日的全部历史，rolling 最近若干天。
每次运行重新计算全部标签。

| tag | name · 名称 | definition · 定义 | values | column | window | fresh as | owner |
|---|---|---|---|---|---|---|---|
"""


def page(tags: Mapping[str, Tag]) -> str:
    """The whole page as Markdown."""
    return _HEAD + "".join(f"{_row(tag)}\n" for tag in tags.values())


def _row(tag: Tag) -> str:
    if tag.allowed_values:
        values = ", ".join(f"`{value}`" for value in tag.allowed_values)
    elif tag.values_from:
        values = "text" if tag.values_from == "open" else f"from `{tag.values_from}`"
    else:
        values = {"boolean": "yes", "number": f"number of {tag.unit}"}.get(
            tag.value_type, tag.value_type
        )
    cells = [
        f"`{tag.tag}`",
        f"{tag.name_en} · {tag.name_zh}",
        f"{tag.definition_en} {tag.definition_zh}",
        values,
        f"`{tag.column}`" if tag.column else "several",
        tag.window,
        ", ".join(tag.fresh_as),
        tag.owner,
    ]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(load_tags()), encoding="utf-8")
