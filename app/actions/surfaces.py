"""Commands that lay a clip on a surface seen below it, between four corners."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.actions.effects import only_picture, tell_followed
from app.actions.registry import Action, tr
from app.threads.film_work import change_film
from app.timeline.chosen import has_selection, sequence_of
from core.errors import EditError
from core.render.corner_pin import pin_of
from core.render.surfaces import below, laid, trace
from core.timeline.model import Sequence

if TYPE_CHECKING:
    from app.editor import Editor

TITLE = "Follow the surface"


def follow(editor: Editor, ways: tuple[int, ...] = (1, -1)) -> None:
    """Follow what lies between the corners of the selected clip at the playhead, beside the
    window, then move the corners along: one undo step.

    Args:
        ways: 1 forwards, -1 backwards, to the clip's ends.
    """
    film, time = sequence_of(editor), editor.state.playhead
    clip_id = only_picture(editor, "Select the one that lies on the surface")
    _, where, clip = film.find(clip_id)
    if pin_of(clip) is None:
        raise EditError(
            f"{clip.name} has no corner pin",
            "Add one (Clip › Frame › On a surface), and drag its corners onto the surface",
        )
    if time not in where:
        raise EditError(f"{clip.name} is not at the playhead", "Go to a frame on which its corners are right")

    def rests_on(now: Sequence) -> object:
        if not any(one.id == clip_id for _, _, one in now.clips()):
            return None
        return below(now, clip_id).tracks, now.find(clip_id)[1:]

    change_film(
        editor,
        tr("Following the surface"),
        tr(TITLE),
        lambda sources, report: trace(film, clip_id, time, sources, report, ways),
        lambda sequence, found: laid(sequence, clip_id, found),
        lambda found: tell_followed(
            editor,
            found,
            tr("The surface was lost at {0}"),
            tr("Put the corners right there, and follow it on from there"),
        ),
        rests_on,
    )


ACTIONS = (
    Action("effects.follow_surface", TITLE, follow, (), "Clip/Frame/On a surface", has_selection,
           help="The corners of the selected clip's corner pin go along with what is seen between them below it"),
    Action("effects.follow_surface_on", "Follow it on from here", partial(follow, ways=(1,)), (),
           "Clip/Frame/On a surface",
           has_selection, help="The same from the playhead to the clip's end; what comes before it stays"),
    Action("effects.follow_surface_back", "Follow it back from here", partial(follow, ways=(-1,)), (),
           "Clip/Frame/On a surface",
           has_selection, help="The same from the playhead back to the clip's beginning; what comes after it stays"),
)  # fmt: skip
