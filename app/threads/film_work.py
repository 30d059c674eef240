"""Work that reads the film's media beside the window, for as long as it takes, and changes the
film by what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from app.threads.long_work import long_work_of
from core.errors import EditError
from core.job import Report
from core.media.pool import SourcePool
from core.render.resolver import Resolver
from core.render.sources import Sources
from core.timeline.model import Clip, Sequence

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
    rests_on: Callable[[Sequence], object] = lambda film: None,
) -> None:
    """Call `work` on a thread with the film's media, then change the film: one undo step.

    Args:
        doing: what the status bar says meanwhile.
        title: of the undo step.
        after: called with what was found once the film is changed.
        change: called on that thread, and on this one when the film was changed meanwhile.
        rests_on: what of the film the finding holds for. When that is another by then, or another film is
            shown, nothing is changed, and a notice says so.

    Raises:
        EditError: without a film, or when other such work is under way.
    """
    document = editor.document
    project, path, data = document.project, document.path, document.data
    before = project.sequence
    if before is None:
        raise EditError("there is no film yet", "Put a clip on the timeline first")
    rested_on = rests_on(before)

    def looked(report: Report) -> tuple[T, Sequence]:
        pool = SourcePool(CACHE)
        resolver = Resolver(project, path, data, pool, strict=True)
        try:
            found = work(resolver, report)
        finally:
            resolver.close()
            pool.close()
        # Hundreds of cuts take long, so the film is changed here, too.
        return found, change(before, found)

    def done(answer: tuple[T, Sequence]) -> None:
        found, changed = answer
        now = document.sequence
        if now is None or now.id != before.id:
            raise EditError("another film is shown by now", "Go back to the film and do it again")
        if rests_on(now) != rested_on:
            raise EditError("the film was changed there meanwhile", "Do it again")
        document.edit_sequence(title, lambda film: changed if film is before else change(film, found))
        after(found)

    long_work_of(editor).run(doing, looked, done)


def uses(ids: Iterable[str], *, places: bool = False) -> Callable[[Sequence], object]:
    """For `rests_on`: what these clips use of their media; with `places` also where they are.
    None for a clip that is gone."""
    wanted = tuple(ids)

    def told(film: Sequence) -> object:
        clips = {clip.id: (where.start, clip) for _, where, clip in film.clips()}
        return [_use(*clips[one], places) if one in clips else None for one in wanted]

    return told


def _use(start: int, clip: Clip, places: bool) -> tuple[object, ...]:
    return clip.content, clip.time_map, clip.duration, start if places else 0
