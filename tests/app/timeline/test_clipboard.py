"""Copies of linked clips."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace
from PySide6.QtGui import QGuiApplication

from app.editor import Editor
from app.timeline.clipboard import (
    Clipping,
    from_clipboard,
    looks_pasted,
    pasted,
    pieces,
    put_on_clipboard,
)
from core.errors import EditError
from core.timeline import edits
from tests.core.timeline.films import FRAME, cut_film, drawn, faults, out_of_step


def test_a_linked_pair_is_pasted_in_with_its_sound_and_later_clips_wait() -> None:
    film = cut_film(("A", 10, 30), ("B", 20, 50))
    copied = pieces(film, frozenset({"A-V1", "A-A1"}))
    after = pasted(film, copied, 20 * FRAME, insert=True)
    assert drawn(after, "V1") == "A[0:20]10:30 A[20:40]10:30 B[40:70]20:50" == drawn(after, "A1")
    links = {clip.link for _, where, clip in after.clips() if where.start == 20 * FRAME}
    assert len(links) == 1 and links != {film.find("A-V1")[2].link}
    assert not faults(after) and not out_of_step(after)


def test_effects_are_pasted_without_the_clip() -> None:
    film = cut_film(("A", 10, 30), ("B", 20, 50))
    film = edits.set_clip(
        edits.add_effect(film, "A-V1", "blur", radius=9.0), "A-V1", scale=0.5, blend="screen"
    )
    film = edits.set_clip(film, "A-A1", gain=-6.0)
    copied = pieces(film, frozenset({"A-V1", "A-A1"}))
    after = looks_pasted(film, copied, ["B-V1", "B-A1"])
    given, picture, sound = (after.find(name)[2] for name in ("A-V1", "B-V1", "B-A1"))
    assert (picture.scale, picture.blend, sound.gain) == (0.5, "screen", -6.0)
    assert [(each.kind, each.params) for each in picture.effects] == [("blur", {"radius": 9.0})]
    assert picture.effects[0].id != given.effects[0].id
    kept = replace(picture, scale=1.0, blend="normal", effects=())
    assert kept == film.find("B-V1")[2]
    with pytest.raises(EditError, match="no clip to take the look from"):
        looks_pasted(film, (), ["B-V1"])


def test_what_was_copied_here_is_not_read_from_its_text(
    editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = cut_film(("A", 10, 30))
    clipping = Clipping(pieces(film, frozenset({"A-V1"})))
    put_on_clipboard(clipping)
    reads = list[object]()
    monkeypatch.setattr(msgspec.json, "decode", lambda *given, **more: reads.append(given))
    assert from_clipboard() is clipping and not reads
    monkeypatch.undo()
    QGuiApplication.clipboard().setText(msgspec.json.encode(Clipping(clipping.pieces[:0])).decode())
    assert from_clipboard() == Clipping()
