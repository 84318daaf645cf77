"""Takes a reader and a view, gives the page around their mail, and each part of the mail byte for byte.

Next: briefing/web/as_seen.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from briefing.errors import BriefingError
from briefing.model.lines import edition_fields
from briefing.web.as_seen import CHOICES, View, as_seen
from briefing.web.frame import SANDBOX, framed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from briefing.model.subscriber import Subscriber
    from briefing.services.proofs import Proof, ProofDesk
    from briefing.web.preview import Backstage

#: Gmail cuts a mail whose HTML is longer, in bytes, and shows a link to the rest.
CLIP_BYTES = 102_400


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPages:
    """Serves `/` and `/part/…`."""

    backstage: Backstage

    async def show(self, request: Request) -> Response:
        """The page around the mail."""
        return await run_in_threadpool(self._page, request.query_params.get("as", ""), View.of(request.query_params))

    async def part(self, request: Request) -> Response:
        """A part of the mail: html as the view shows it, text, headers, source, eml or json."""
        asked = request.query_params
        return await run_in_threadpool(self._part, request.path_params["name"], asked.get("as", ""), View.of(asked))

    async def choose(self, _: Request, fields: Mapping[str, str]) -> Response:
        """Goes on as the reader whose id or address was given; an address never stands in ours."""
        return await run_in_threadpool(self._choose, fields.get("reader", "").strip())

    async def send(self, _: Request, fields: Mapping[str, str]) -> Response:
        """Sends what is looked at to somebody who may see it."""
        return await run_in_threadpool(self._send, fields)

    def _page(self, reader_id: str, view: View, *, told: str = "", wrong: str = "", **found: Any) -> Response:
        proofs = self.backstage.rehearsal.scene.proofs
        if proofs is None:
            return self._waiting()
        reader = proofs.reader(reader_id) if reader_id else None
        if reader_id and reader is None:
            wrong = wrong or "There is no such reader any more; below stands the edition of those who chose nothing."
        try:
            proof = proofs.proof(reader)
        except BriefingError as error:
            return self._without_mail(wrong or str(error))
        return framed(
            "preview",
            self.backstage,
            here="/",
            heading=proof.subject or "No edition today",
            status=404 if reader_id and reader is None else 200,
            wrong=wrong,
            told=told,
            **_shown(proofs, proof, reader, view),
            **({"matches": ()} | found),
        )

    def _waiting(self) -> Response:
        """Before the first edition: the last one that was sent, when there is one."""
        archive = self.backstage.archive()
        last = archive.list_editions("default", limit=1) if archive else ()
        broken = bool(self.backstage.rehearsal.scene.faults)
        heading = "No edition yet" if broken else "The edition is being made"
        return framed("preview_wait", self.backstage, here="/", heading=heading, last=last, wrong="")

    def _without_mail(self, wrong: str) -> Response:
        return framed("preview_wait", self.backstage, here="/", heading="No mail", status=500, last=(), wrong=wrong)

    def _part(self, name: str, reader_id: str, view: View) -> Response:
        proofs = self.backstage.rehearsal.scene.proofs
        reader = proofs.reader(reader_id) if proofs and reader_id else None
        if proofs is None or (reader_id and reader is None):
            return _no_part()
        try:
            proof = proofs.proof(reader)
        except BriefingError as error:
            return PlainTextResponse(str(error), status_code=500, headers=SANDBOX)
        html = proof.html
        if not view.is_exact or proof.pictures:
            html = as_seen(html.decode(), view, proof.pictures).encode()
        found = {
            "html": ("text/html", html),
            "text": ("text/plain", proof.text),
            "headers": ("text/plain", proof.headers),
            "source": ("text/plain", proof.message),
            "eml": ("message/rfc822", proof.message),
        }
        if name == "json":
            told = json.dumps(edition_fields(proof.edition), ensure_ascii=False, indent=1).encode()
            return Response(told, media_type="application/json", headers=SANDBOX)
        if name not in found:
            return _no_part()
        kind, content = found[name]
        return Response(content, media_type=f"{kind}; charset=utf-8", headers=SANDBOX)

    def _choose(self, text: str) -> Response:
        proofs = self.backstage.rehearsal.scene.proofs
        if proofs is None or not text:
            return RedirectResponse("/", status_code=303)
        found = proofs.find_readers(text)
        exact = [reader for reader in found if text.lower() in {reader.id.lower(), reader.email.lower()}]
        if len(exact or found) == 1:
            (reader,) = exact or found
            return RedirectResponse("/?" + urlencode({"as": reader.id}), status_code=303)
        wrong = "" if found else "Nobody has that in their id, address or name."
        return self._page("", View(), matches=found, wrong=wrong)

    def _send(self, fields: Mapping[str, str]) -> Response:
        proofs, reader_id = self.backstage.rehearsal.scene.proofs, fields.get("as", "")
        if proofs is None:
            return self._waiting()
        reader = proofs.reader(reader_id) if reader_id else None
        try:
            destination = proofs.send(fields.get("address", ""), reader=reader)
        except BriefingError as error:
            return self._page(reader_id, View(), wrong=f"Not sent: {error}.")
        return self._page(reader_id, View(), told=f"One copy went to {destination}; the ledger is untouched.")


def _shown(proofs: ProofDesk, proof: Proof, reader: Subscriber | None, view: View) -> dict[str, Any]:
    """What the page says of a mail."""
    base = {"as": reader.id} if reader else {}
    return {
        "proof": proof,
        "reader": reader,
        "segment": proofs.segment(reader),
        "view": view,
        "choices": _choices(view, base),
        "query": urlencode(base | {name: getattr(view, name) for name in ("scheme", "images", "style")}),
        "base": urlencode(base),
        "clip": CLIP_BYTES,
        "text": _seen_as_text(proof, view),
        "reasons": proofs.reasons(reader),
        "config": proofs.config,
        "offered": proofs.find_readers(""),
    }


def _seen_as_text(proof: Proof, view: View) -> str:
    """What is shown in place of the HTML, when that was asked for."""
    if view.show == "html":
        return ""
    shown = {"text": proof.text, "headers": proof.headers, "source": proof.message}[view.show]
    return shown.decode("utf-8", "replace").replace("\r\n", "\n")


def _choices(view: View, base: Mapping[str, str]) -> dict[str, list[tuple[str, bool, str]]]:
    """For each choice: the name, whether it is the one in use, and where it leads."""
    now = {name: getattr(view, name) for name in CHOICES}
    return {
        name: [(each, each == now[name], "/?" + urlencode({**base, **now, name: each})) for each in known]
        for name, known in CHOICES.items()
    }


def _no_part() -> Response:
    return PlainTextResponse("There is no such file; the preview is at /", status_code=404)
