"""Identifier types of platforms: which of our identifiers can become one, and how.

Belongs here: the value type and the forms that several platforms share. Does not belong here: what
one platform calls them (adapters/).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from orchestration.lib.exports import values

Form = Callable[[str], str]
HEX32 = r"[0-9a-f]{32}"
HEX64 = r"[0-9a-f]{64}"


@dataclass(frozen=True)
class IdType:
    """One identifier type of a platform.

    Args:
        name: As the platform calls it.
        code: The platform's number for it, where it has one.
        forms: How a clear value of one of our identifier types becomes the platform's; more than
            one where a device id also arrives hashed.
        pattern: What every value of the type looks like; checked once more before a file is written.
        scope: Key of the destination's ``account`` that the identifier's own scope must equal:
            an openid is worth nothing under another appid. Empty where there is no scope.
        is_clear: The file holds the value itself, readable.
    """

    name: str
    forms: Mapping[str, Form]
    pattern: str
    code: int | str | None = None
    scope: str = ""
    is_clear: bool = False

    def accepts(self, value: str) -> bool:
        return re.fullmatch(self.pattern, value) is not None


def chain(*steps: Form) -> Form:
    """The forms one after the other."""

    def run(value: str) -> str:
        for step in steps:
            value = step(value)
        return value

    return run


MOBILE_MD5 = IdType("", {"phone": chain(values.mainland_phone, values.md5)}, HEX32)
MOBILE_SHA256 = IdType("", {"phone": chain(values.mainland_phone, values.sha256)}, HEX64)
OAID = IdType("", {"oaid": values.oaid}, r"[0-9a-z-]{16,64}", is_clear=True)
OAID_MD5 = IdType("", {"oaid": chain(values.oaid, values.md5), "oaid_md5": values.given_md5}, HEX32)
IDFA = IdType("", {"idfa": values.idfa}, r"[0-9A-F-]{36}", is_clear=True)
IDFA_MD5 = IdType("", {"idfa": chain(values.idfa, values.md5)}, HEX32)
IMEI = IdType("", {"imei": values.imei}, r"[0-9a-f]{14,15}", is_clear=True)
IMEI_MD5 = IdType("", {"imei": chain(values.imei, values.md5), "imei_md5": values.given_md5}, HEX32)


def named(base: IdType, name: str, code: int | str | None = None, **changes: Any) -> IdType:
    """``base`` under a platform's own name and number."""
    return replace(base, name=name, code=code, **changes)


def by_name(*types: IdType) -> dict[str, IdType]:
    return {one.name: one for one in types}
