"""Takes what a key of the config means, gives the field that checks it and tells an editor and the docs about it.

Next: briefing/config/schema.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

if TYPE_CHECKING:
    from collections.abc import Sequence


def key(
    description: str, *, usual: Any = None, default: Any = None, examples: Sequence[Any] = (), **limits: Any
) -> Any:
    """A key that may be left out.

    Args:
        description: one sentence for the person who wonders what to write; what leaving it out means, if `usual`
            cannot say it.
        usual: what leaving it out means, as it would be written. `briefing.model.settings` has the same; a test
            compares them.
        default: what the schema fills in; None is filled in later, from the settings.
        examples: what could stand there; the first is shown where something else does.
        limits: of pydantic, such as ge and pattern.
    """
    extra = {} if usual is None else {"default": usual}
    return Field(default, description=description, examples=[*examples] or None, json_schema_extra=extra, **limits)


def needed(description: str, *, examples: Sequence[Any] = (), **limits: Any) -> Any:
    """A key that must be there."""
    return Field(description=description, examples=[*examples] or None, **limits)


def part(model: type, description: str) -> Any:
    """A mapping of keys that may be left out as a whole."""
    return Field(default_factory=model, description=description)
