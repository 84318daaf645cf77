"""Takes a briefing's services, gives everything readers and strangers may ask for as one application.

Next: briefing/web/reader_pages.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefing.services.preferences import offer_of
from briefing.web.archive_pages import ArchivePages
from briefing.web.preference_pages import PreferencePages
from briefing.web.reader_pages import ReaderPages, reader_app
from briefing.web.signup_pages import MailQueue, SignUpPages
from briefing.web.visitors import Stationer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.applications import Starlette
    from starlette.routing import BaseRoute

    from briefing.model.settings import Config
    from briefing.render.templates import Templates
    from briefing.services.archive import PastEditions
    from briefing.services.signup import SignUp
    from briefing.services.subscribe import ReaderList

#: What `subscribers: signup` says when anybody may ask.
OPEN = "open"


def reader_site(
    config: Config,
    *,
    templates: Templates,
    readers: ReaderList,
    sign_up: SignUp,
    past: PastEditions,
    routes: Iterable[BaseRoute] = (),
) -> Starlette:
    """Leaving, choosing, asking and agreeing, and past editions, as the config says who may.

    Args:
        config: of the briefing.
        templates: with the catalogues of the languages that pages speak.
        readers: the list.
        sign_up: asks who wants the briefing.
        past: editions that were sent.
        routes: whatever else is answered.
    """
    name, web = config.briefing.name, config.web
    stationer = Stationer(name=name, look=config.look, templates=templates, language=config.briefing.language)
    offer = offer_of(config, frames=tuple(language for language, _ in templates.catalogues))
    queue, is_open = MailQueue(), config.signup == OPEN
    pages = ReaderPages(
        stationer=stationer,
        readers=readers,
        sign_up=sign_up,
        queue=queue,
        editions=past.links.public_list if past.links.is_public else None,
        trusted_proxy=web.trusted_proxy,
    )
    asking = SignUpPages(
        stationer=stationer,
        sign_up=sign_up,
        offer=offer,
        is_open=is_open,
        trusted_proxy=web.trusted_proxy,
        queue=queue,
    )
    choosing = PreferencePages(
        stationer=stationer, readers=readers, offer=offer, by=config.sections.by, is_open=is_open
    )
    archive = ArchivePages(name=name, look=config.look, templates=templates, past=past)
    return reader_app(pages, asking.routes, choosing.routes, archive.routes, routes)
