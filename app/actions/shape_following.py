"""Commands that let the shape of an effect go along with what it holds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.actions.effects import only_picture, tell_followed
from app.actions.limits import MENU
from app.actions.registry import Action, tr
from app.threads.film_work import change_film
from app.timeline.chosen import has_selection, sequence_of
from core.errors import EditError
from core.render.shape_following import effect_with_shape, following, trace_shape
from core.timeline.model import Sequence

if TYPE_CHECKING:
    from app.editor import Editor

TITLE = "Make the shape follow"


def follow(editor: Editor, ways: tuple[int, ...] = (1, -1), effect_id: str = "") -> None:
    """Follow what the shape of the selected clip's effect holds at the playhead, beside the window, then move the shape
    along: one undo step.

    Args:
        ways: 1 forwards, -1 backwards, to the clip's ends. effect_id: of the clip's effects with a shape the last,
            unless one is named.
    """
    film, time = sequence_of(editor), editor.state.playhead
    clip_id = only_picture(editor, "Select the one whose shape should go along")
    _, where, clip = film.find(clip_id)
    effect = effect_with_shape(clip, effect_id)
    if time not in where:
        raise EditError(
            f"{clip.name} is not at the playhead",
            "Go to a frame on which the shape holds what is to be followed",
        )
    picture = editor.document.project.picture_size(film, clip)

    def rests_on(now: Sequence) -> object:
        return now.find(clip_id)[1:] if any(one.id == clip_id for _, _, one in now.clips()) else None

    change_film(
        editor,
        tr("Following what the shape holds"),
        tr(TITLE),
        lambda sources, report: trace_shape(film, clip_id, effect.id, time, picture, sources, report, ways),
        lambda sequence, found: following(sequence, clip_id, effect.id, picture, found),
        lambda found: tell_followed(
            editor,
            found,
            tr("What the shape holds was lost at {0}"),
            tr("Put the shape right there, and follow it on from there"),
        ),
        rests_on,
    )


ACTIONS = (
    Action("effects.follow_shape", "&Make the shape follow", follow, (), MENU, has_selection, separator=True,
           help="The shape of the clip's last effect goes along with what it holds at the playhead"),
    Action("effects.follow_shape_on", "Follow o&n from here", partial(follow, ways=(1,)), (), MENU, has_selection,
           help="The same from the playhead to the clip's end; what comes before it stays"),
    Action("effects.follow_shape_back", "Follow bac&k from here", partial(follow, ways=(-1,)), (), MENU, has_selection,
           help="The same from the playhead back to the clip's beginning; what comes after it stays"),
)  # fmt: skip
