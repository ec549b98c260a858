"""Descriptions in both languages, and fields that are columns: one line of a type serves schema and record alike."""

from functools import cache
from typing import Any, ClassVar, Self, cast

import strawberry
from strawberry.types import get_object_definition

from resolvers.view import View

COLUMN = "column"


def both(zh: str, en: str) -> str:
    """`中文 / English`, as every description reads."""
    return f"{zh} / {en}"


def column(zh: str, en: str, *, of: str | None = None, name: str | None = None) -> Any:
    """A field whose value is the row's attribute of the same name, or `of` another; `name` renames it outside."""
    return strawberry.field(description=both(zh, en), metadata={COLUMN: of or ""}, name=name)


def field(zh: str, en: str) -> Any:
    """A field computed by the method below it."""
    return strawberry.field(description=both(zh, en))


def argument(zh: str, en: str, *, name: str | None = None) -> Any:
    """The description of an argument or input field; `name` renames it outside."""
    return strawberry.argument(description=both(zh, en), name=name)


def given(zh: str, en: str, *, default: Any = strawberry.UNSET) -> Any:
    """An input field."""
    return strawberry.field(description=both(zh, en), default=default)


def several(zh: str, en: str) -> Any:
    """An input field that is a list, empty by default."""
    return strawberry.field(description=both(zh, en), default_factory=list)


@cache
def _columns(kind: type[Any]) -> tuple[tuple[str, str], ...]:
    definition = get_object_definition(kind, strict=True)
    return tuple(
        (field.python_name, field.metadata[COLUMN] or field.python_name)
        for field in definition.fields
        if COLUMN in field.metadata
    )


class Mapped:
    """A type that wraps a row seen by a view: its column fields are plain attributes, copied once."""

    kinds: ClassVar[dict[str, "type[Mapped]"]] = {}

    def __init_subclass__(cls) -> None:
        """Known by name, for types that refer to each other in circles."""
        super().__init_subclass__()
        Mapped.kinds[cls.__name__] = cls

    @classmethod
    def of(cls, row: Any, view: View, **more: Any) -> Self:
        """The row as this type."""
        values = {name: getattr(row, source) for name, source in _columns(cast("Any", cls))}
        make: Any = cls
        made: Self = make(row=row, view=view, **values, **more)
        return made

    @classmethod
    def maybe(cls, row: Any | None, view: View) -> Self | None:
        """The row as this type, or nothing."""
        return None if row is None else cls.of(row, view)

    @classmethod
    def all(cls, rows: Any, view: View) -> list[Self]:
        """Every row as this type."""
        return [cls.of(row, view) for row in rows]


def kind(name: str) -> type[Mapped]:
    """A type by its GraphQL name."""
    return Mapped.kinds[name]
