"""Work that reads the film's media beside the window, for as long as it takes, and changes the film by what it found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from app.long_work import Report, long_work_of
from core.media.pool import SourcePool
from core.render.resolver import Resolver
from core.render.sources import Sources
from core.timeline.model import Sequence

if TYPE_CHECKING:
    from app.editor import Editor

T = TypeVar("T")
CACHE = 16 * 2**20


def change_film(
    editor: Editor,
    doing: str,
    title: str,
    work: Callable[[Sources, Report], T],
    change: Callable[[Sequence, T], Sequence],
    after: Callable[[T], None] = lambda found: None,
) -> None:
    """Call `work` on a thread with the film's media, then change the film: one undo step.

    Args:
        doing: what the status bar says meanwhile. title: of the undo step.
        after: called with what was found once the film is changed.

    Raises:
        EditError: when other such work is under way.
    """
    document = editor.document
    project, path, data = document.project, document.path, document.data

    def looked(report: Report) -> T:
        pool = SourcePool(CACHE)
        resolver = Resolver(project, path, data, pool, strict=True)
        try:
            return work(resolver, report)
        finally:
            resolver.close()
            pool.close()

    def done(found: T) -> None:
        document.edit_sequence(title, change, found)
        after(found)

    long_work_of(editor).run(doing, looked, done)
