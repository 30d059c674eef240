"""Which channels of a recording are heard, by command."""

from __future__ import annotations

import pytest

from app.actions.registry import perform
from app.editor import Editor
from core.project.project import new_project
from core.time import FrameRate, TimeRange
from core.timeline import edits
from core.timeline.model import Clip, Effect, MediaUse, Sequence, Track

RATE = FrameRate(25)


@pytest.fixture
def voices(editor: Editor) -> Editor:
    """Two selected sounds and a picture."""
    second = RATE.time_of(25)

    def clip(name: str) -> Clip:
        return Clip(name, name, MediaUse(name, TimeRange(0, second)), second)

    tracks = (
        Track("a1", "audio", "A1", (clip("one"), clip("two"))),
        Track("v1", "video", "V1", (clip("picture"),)),
    )
    film = Sequence("film", "Film", 64, 48, RATE, tracks=tracks)
    editor.document.reset(new_project().with_sequence(film), None, None)
    editor.state.set("selection", frozenset({"one", "two", "picture"}))
    return editor


def effects(editor: Editor, clip_id: str) -> tuple[Effect, ...]:
    assert editor.document.sequence is not None
    return editor.document.sequence.find(clip_id)[2].effects


@pytest.mark.parametrize(
    ("name", "values"),
    [("left", (0, 1)), ("right", (1, 0)), ("mono", (0.5, 0.5)), ("swapped", (1, 1)), ("stereo", (0, 0))],
)
def test_every_way_is_one_effect_of_each_sound(
    voices: Editor, name: str, values: tuple[float, float]
) -> None:
    perform(voices, "channels.swapped")
    steps = voices.document.undo_stack.count()
    perform(voices, f"channels.{name}")
    for clip_id in ("one", "two"):
        (channels,) = effects(voices, clip_id)
        assert (channels.params["left"], channels.params["right"]) == values
    assert not effects(voices, "picture")
    assert voices.document.undo_stack.count() <= steps + 1


def test_balance_stays(voices: Editor) -> None:
    perform(voices, "effects.add_channels")
    (channels,) = effects(voices, "one")
    voices.document.edit_sequence("Balance", edits.set_effect_param, "one", channels.id, "balance", -0.5)
    perform(voices, "channels.mono")
    assert effects(voices, "one")[0].params["balance"] == -0.5


def test_a_picture_alone_has_no_channels(voices: Editor) -> None:
    voices.state.set("selection", frozenset({"picture"}))
    perform(voices, "channels.left")
    assert voices.notify.waiting[0].message == "no sound is selected"
    assert not effects(voices, "picture")
