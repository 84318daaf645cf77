"""Takes what became of each source and file, gives one report per name that readers see, and the list of problems.

Next: briefing/collect/collector.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefing.model.edition import Problem, SourceReport, SourceState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from briefing.model.article import Article


@dataclass(slots=True)
class _Account:
    articles: int = 0
    earlier: int = 0
    since: datetime | None = None
    errors: list[str] = field(default_factory=list)


class Reports:
    """Keeps the accounts of one run; names that turn out equal share one."""

    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}
        self.problems: list[Problem] = []

    def gave(self, name: str, articles: int) -> None:
        """The source was read and gave so many articles, perhaps none."""
        self._account(name).articles += articles

    def gave_each(self, articles: Iterable[Article], *, otherwise: str) -> None:
        """Saved articles count for their own outlets; those that name none for `otherwise`."""
        for article in articles:
            self.gave(article.source or otherwise, 1)

    def failed(self, name: str, reason: str, *, articles: int = 0, since: datetime | None = None) -> None:
        """The source could not be read; it gave so many articles earlier, which do not make it a read one."""
        self.failed_file(Problem(stage="collect", source=name, message=reason), name)
        account = self._account(name)
        account.earlier += articles
        account.since = min(filter(None, (account.since, since)), default=None)

    def noticed(self, name: str, notice: str) -> None:
        """The source was read, and its owner should know something; readers need not, so it is no source's problem."""
        self.problems.append(Problem(stage="collect", message=f"{name} {notice}"))

    def failed_file(self, problem: Problem, name: str) -> None:
        """One of the source's files could not be read."""
        self.problems.append(problem)
        message = f"{problem.file} {problem.message}" if problem.file else problem.message
        self._account(name).errors.append(message)

    def merged(self) -> tuple[SourceReport, ...]:
        """One report per name, in the order the names first came up; any article at all makes a source a read one."""
        return tuple(_report(name, account) for name, account in self._accounts.items())

    def _account(self, name: str) -> _Account:
        return self._accounts.setdefault(name, _Account())


def _report(name: str, account: _Account) -> SourceReport:
    state = SourceState.READ if account.articles else SourceState.FAILED if account.errors else SourceState.EMPTY
    more = f" (and {len(account.errors) - 1} more)" if len(account.errors) > 1 else ""
    error = account.errors[0] + more if account.errors else None
    return SourceReport(
        name=name, state=state, articles=account.articles + account.earlier, error=error, since=account.since
    )
