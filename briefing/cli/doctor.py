"""Takes the wish to know what is wrong, gives a line for each thing that was looked at, with its cure.

Next: briefing/cli/words.py.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from briefing.cli.words import note, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from briefing.model.checkup import Finding

DOCTOR_EXAMPLES = "Examples: briefing doctor | briefing doctor --offline | briefing doctor --json | jq .counts"


def doctor(
    *,
    config: Annotated[Path, typer.Option("--config", "-c", help="Your config file.")] = Path("config.yaml"),
    out: Annotated[Path, typer.Option("--out", help="Folder of the edition's files.")] = Path("out"),
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no other machine anything.")] = False,
) -> int:
    """Says everything that can be wrong, a line each, with the cure; changes nothing and sends nothing."""
    from briefing.config.load import check_config, load_config
    from briefing.services.doctor import wrong_config
    from briefing.wiring import make_doctor

    errors = check_config(config)
    if errors:
        _tell(wrong_config(errors), as_json=as_json)
        return 2
    found = _tell(make_doctor(load_config(config), out=out, is_offline=offline).examine(), as_json=as_json)
    return 1 if any(finding.is_trouble for finding in found) else 0


def _tell(findings: Iterable[Finding], *, as_json: bool) -> list[Finding]:
    """Prints each as soon as it is there, or all of them as JSON; gives them."""
    found: list[Finding] = []
    for finding in findings:
        found.append(finding)
        if not as_json:
            cure = f"; {finding.cure}" if finding.cure else ""
            say(f"{finding.state.value:8}  {finding.name}: {finding.message}{cure}")
    counts = Counter(finding.state.value for finding in found)
    if as_json:
        rows = [{"name": f.name, "state": f.state.value, "message": f.message, "cure": f.cure} for f in found]
        say(json.dumps({"findings": rows, "counts": counts}, ensure_ascii=False, indent=2))
    else:
        note(", ".join(f"{state} {number}" for state, number in counts.items()))
    return found
