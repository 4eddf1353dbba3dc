"""`yutang flow`: people by stage on two days, as a matrix or as JSON."""

import json
from datetime import date

from rich.table import Table

from orchestration.commands.terminal import console
from orchestration.lib.home import Home
from orchestration.lib.lifecycle.flows import NONE, STAGES, FlowError, StageFlow, read_flow

_WORDS = {
    "en": {
        "title": "{kind}: {from_date} (rows) to {to_date} (columns), people",
        "total": "total",
        "sum": "{people_from:,} on {from_date} + {new_people:,} new = {people_to:,} on {to_date}",
        NONE: "none yet",
    },
    "zh": {
        "title": "{kind}：{from_date}（行）到 {to_date}（列），人数",
        "total": "合计",
        "sum": "{from_date} 共 {people_from:,} 人 + 新增 {new_people:,} 人 = {to_date} 共 {people_to:,} 人",
        NONE: "尚无阶段",
        "lifecycle": "生命周期",
        "lifecycle_4": "生命周期（四态）",
        "aipl": "AIPL",
        "introduction": "引入期",
        "growth": "成长期",
        "maturity": "成熟期",
        "dormant": "休眠",
        "churned": "流失",
        "new": "新客",
        "active": "活跃",
        "aware": "认知",
        "interest": "兴趣",
        "purchase": "购买",
        "loyal": "忠诚",
    },
}


def show(kind: str, *, from_date: date, to_date: date, as_json: bool, language: str) -> None:
    """Print the flow between two days.

    Raises:
        FlowError: If it cannot be told, or there is no such language.
    """
    if language not in _WORDS:
        raise FlowError(f"there is no language '{language}'; there is: {', '.join(_WORDS)}")
    flow = read_flow(Home.from_environment(), kind, from_date=from_date, to_date=to_date)
    if as_json:
        print(json.dumps(flow.as_json(), indent=2))
        return
    _print_matrix(flow, _WORDS[language])


def _print_matrix(flow: StageFlow, words: dict[str, str]) -> None:
    figures = {**flow.as_json(), "kind": words.get(flow.kind, flow.kind)}
    stages = STAGES[flow.kind]
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    for stage in (*stages, "total"):
        table.add_column(words.get(stage, stage), justify="right")
    for source in (NONE, *stages):
        row = [flow.people.get((source, target), 0) for target in stages]
        table.add_row(words.get(source, source), *(f"{n:,}" for n in (*row, sum(row))))
    ends = [sum(flow.people.get((s, target), 0) for s in (NONE, *stages)) for target in stages]
    table.add_row(words["total"], *(f"{n:,}" for n in (*ends, flow.people_to)), style="bold")
    out = console()
    out.print(words["title"].format(**figures), markup=False, style="bold")
    out.print(table)
    out.print(words["sum"].format(**figures), markup=False)
