"""Takes what a page of the preview shows, gives it in the frame that all of them share: name, ways, faults, progress.

Next: briefing/web/proof_pages.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from briefing.model.settings import Look
from briefing.web.pages import page

if TYPE_CHECKING:
    from starlette.responses import Response

    from briefing.services.rehearsal import Scene
    from briefing.web.preview import Backstage

#: The pages, in the order they stand in.
WAYS = (("/", "Edition"), ("/topics", "Topics"), ("/sources", "Sources"), ("/archive", "Archive"), ("/runs", "Runs"))
#: What the stages are called while they run.
_STAGES = {
    "config": "reading the config",
    "collect": "reading the sources",
    "language": "telling languages",
    "vectors": "comparing articles",
    "duplicates": "finding copies",
    "stories": "finding stories",
    "file": "filing stories",
    "edition": "arranging the edition",
    "generate": "having summaries written",
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    # Without any referrer a browser says "Origin: null" of our own forms (Fetch §3.2), as it does of a stranger's.
    "Referrer-Policy": "same-origin",
}
#: The mail is strangers' text: it may show itself and load nothing.
SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def framed(
    template: str, backstage: Backstage, *, here: str, heading: str, status: int = 200, **values: Any
) -> Response:
    """Fills `pages/<template>.html.j2`, which extends `preview_frame.html.j2`; every value is escaped."""
    scene: Scene = backstage.rehearsal.scene
    answer = page(
        template,
        status=status,
        look=scene.proofs.config.look if scene.proofs else Look(),
        name=scene.proofs.config.briefing.name if scene.proofs else "Preview",
        ways=[way for way in WAYS if backstage.tuning or way[0] != "/topics"],
        can_edit=backstage.tuning is not None,
        here=here,
        heading=heading,
        scene=scene,
        stage=_STAGES.get(scene.stage, scene.stage),
        token=backstage.token,
        **values,
    )
    answer.headers.update(_HEADERS)
    return answer
