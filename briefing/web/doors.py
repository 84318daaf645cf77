"""Takes the services, gives what `briefing serve` answers beside the readers' pages: /api and /admin.

Next: briefing/web/guard.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefing.render.words import words_in
from briefing.services.wrong_keys import WrongKeys
from briefing.web.admin import AdminPages
from briefing.web.api import Api, mount_api
from briefing.web.guard import Lock
from briefing.web.pages import Stationery

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.routing import BaseRoute

    from briefing.model.settings import Config
    from briefing.ports import Clock, RequestLog
    from briefing.render.templates import Templates
    from briefing.services.bounces import BounceDesk
    from briefing.services.desk import Desk
    from briefing.services.personal import PersonalRecords


def operator_routes(
    config: Config,
    *,
    templates: Templates,
    clock: Clock,
    desk: Desk,
    personal: PersonalRecords,
    requests: RequestLog,
    bounces: BounceDesk | None = None,
    resend: Callable[[str], str] | None = None,
) -> list[BaseRoute]:
    """Routes for an application; none when the config has no `web: api_key`.

    Args:
        config: of the briefing.
        templates: for their words; the pages are in English whatever the briefing speaks.
        clock: dates the forms.
        desk: does what is asked.
        requests: where wrong keys are counted.
        personal: gives out or forgets what is kept about somebody.
        bounces: acts on what mail providers report.
        resend: sends today's edition to the reader with this id again, and says in a line how that went.
    """
    wrong_keys = WrongKeys(requests=requests, clock=clock)
    lock = Lock(wrong_keys=wrong_keys, key=config.web.api_key or "", trusted_proxy=config.web.trusted_proxy)
    api = Api(desk=desk, personal=personal, clock=clock, bounces=bounces)
    stationery = Stationery(name=config.briefing.name, look=config.look, words=words_in("en", templates))
    admin = AdminPages(stationery=stationery, desk=desk, clock=clock, lock=lock, resend=resend)
    return [*mount_api(api, lock), *admin.routes]
