"""Small pieces of SQL text: quoting of names and literals that come from contracts and paths."""


def name(identifier: str) -> str:
    """A quoted identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A quoted text literal. For paths and contract values; personal values are never literals."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: list[str]) -> str:
    """A list literal of texts."""
    return "[" + ", ".join(text(value) for value in values) + "]"
