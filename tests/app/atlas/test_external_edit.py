"""The round trip through another program, which a test plays: what is sent, what comes back, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from pytestqt.qtbot import QtBot

from app.atlas import external_edit
from app.atlas.external_edit import ExternalEdits
from app.atlas.external_exchange import EDITS, OWN, Sent, send, take
from app.atlas.session import AtlasSession
from app.editor import Editor
from core.errors import EditError, MediaError
from core.media.info import Frame
from core.media.layered import PictureLayer, png, read_layered, write_layered
from core.project.atlas_edits import with_atlas
from core.project.atlas_pictures import load_rgba, read_picture
from core.project.project import Media, new_project
from tests import unrolled
from tests.app.equipment import equip, put_away
from tests.unrolled import ATLAS, MARGIN


class Trip:
    """An editor in the atlas view, and the files that were opened in another program."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.session = AtlasSession(editor)
        self.opened: list[Path] = []
        self.edits = ExternalEdits(editor, lambda path: self.opened.append(path) is None)
        editor.state.set("media", "media")
        editor.state.set("view", "atlas")

    @property
    def media(self) -> Media:
        return self.editor.document.project.find_media("media")

    def begin(self, form: external_edit.Form, qtbot: QtBot) -> Path:
        self.edits.begin(self.session, form)
        qtbot.waitUntil(lambda: bool(self.opened))
        return self.opened[-1]

    def came_back(self, qtbot: QtBot, save: object) -> Frame:
        """What the edit shows after a save."""
        assert callable(save)
        before = self.editor.document.undo_stack.count()
        save()
        qtbot.waitUntil(lambda: self.editor.document.undo_stack.count() > before)
        edit = self.media.atlas_edits[-1]
        assert self.editor.document.data is not None
        return read_picture(self.editor.document.data, edit.file)


@pytest.fixture
def trip(
    editor: Editor,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Trip]:
    """With the parameter True the object has pages."""
    monkeypatch.setattr(external_edit, "REST", 60)
    equip(editor)
    unrolled.open_unrolled(editor, tmp_path, pages=getattr(request, "param", False))
    yield Trip(editor)
    put_away(editor)


def painted(path: Path) -> Frame:
    """The file with a block of red."""
    picture = load_rgba(path).copy()
    picture[MARGIN + 4 : MARGIN + 9, MARGIN + 6 : MARGIN + 12] = (255, 0, 0, 255)
    return picture


def block() -> Frame:
    out = np.zeros((ATLAS[1], ATLAS[0]), bool)
    out[MARGIN + 4 : MARGIN + 9, MARGIN + 6 : MARGIN + 12] = True
    return out


def save_beside(path: Path, content: bytes) -> None:
    """As careful programs save: another file takes the old one's place."""
    part = path.with_name("saving.part")
    part.write_bytes(content)
    part.replace(path)


def test_each_save_comes_back_as_the_same_one_edit(trip: Trip, qtbot: QtBot) -> None:
    path = trip.begin("png", qtbot)
    assert np.array_equal(load_rgba(path), unrolled.atlas()) and trip.edits.watching
    first = trip.came_back(qtbot, lambda: path.write_bytes(png(painted(path))))
    assert np.array_equal(first[..., 3] > 0, block()) and (first[block()] == (255, 0, 0, 255)).all()
    again = painted(path)
    again[MARGIN + 15, MARGIN + 15] = (0, 0, 255, 255)
    for save in (lambda: save_beside(path, png(again)),):
        second = trip.came_back(qtbot, save)
    assert (
        second[MARGIN + 15, MARGIN + 15].tolist() == [0, 0, 255, 255] and (second[block()][:, 0] == 255).all()
    )
    assert len(trip.media.atlas_edits) == 1 and trip.editor.document.undo_stack.count() == 2
    third = painted(path)
    third[MARGIN + 1, MARGIN + 1] = (9, 250, 9, 255)
    trip.came_back(qtbot, lambda: save_beside(path, png(third)))  # still watched after the file was replaced
    trip.editor.document.undo_stack.undo()
    trip.editor.document.undo_stack.undo()
    trip.editor.document.undo_stack.undo()
    assert not trip.media.atlas_edits


@pytest.mark.parametrize("trip", [True], indirect=True)
def test_the_page_that_is_shown_goes_out_and_comes_back(trip: Trip, qtbot: QtBot) -> None:
    trip.session.show_page(2, ((0, 5), (6, 11)))
    for form, name in (("png", "part 02.png"), ("ora", "part 02.ora")):
        path = trip.begin(form, qtbot)  # type: ignore[arg-type]
        qtbot.waitUntil(lambda name=name: trip.opened[-1].name.endswith(name))
    whole, page = unrolled.atlas(), trip.opened[0]
    assert (
        load_rgba(page).shape
        == (2 * ATLAS[1], 2 * ATLAS[0], 4)
        == (2 * whole.shape[0], 2 * whole.shape[1], 4)
    )
    found = trip.came_back(qtbot, lambda: page.write_bytes(png(painted(page))))
    (edit,) = trip.media.atlas_edits
    assert edit.page == 2 and found.shape[:2] == (2 * ATLAS[1], 2 * ATLAS[0])
    assert (found[MARGIN + 4 : MARGIN + 9, MARGIN + 6 : MARGIN + 12] == (255, 0, 0, 255)).all()
    assert path.exists()


def test_an_overlay_comes_back_with_its_softness(trip: Trip, qtbot: QtBot) -> None:
    path = trip.begin("overlay", qtbot)
    assert not load_rgba(path).any()
    soft = np.zeros((ATLAS[1], ATLAS[0], 4), np.uint8)
    soft[5:9, 5:9] = (10, 20, 30, 77)
    assert np.array_equal(trip.came_back(qtbot, lambda: path.write_bytes(png(soft))), soft)


def test_a_new_layer_comes_back_as_it_is(trip: Trip, qtbot: QtBot) -> None:
    path = trip.begin("ora", qtbot)
    back = read_layered(path, ATLAS)
    assert [layer.name for layer in back.layers] == ["Atlas", EDITS, OWN]
    ink = np.zeros((ATLAS[1], ATLAS[0], 4), np.uint8)
    ink[6:12, 6:12] = (200, 100, 50, 120)
    layers = [*back.layers[:2], replace_pixels(back.layers[2], ink)]
    assert np.array_equal(trip.came_back(qtbot, lambda: write_layered(path, layers)), ink)


def replace_pixels(layer: PictureLayer, pixels: Frame) -> PictureLayer:
    return PictureLayer(layer.name, pixels, layer.opacity, layer.visible, layer.plain)


def test_painting_on_the_sent_layers_themselves_comes_back_as_the_difference(tmp_path: Path) -> None:
    bare = unrolled.atlas()
    sent = Sent("ora", tmp_path / "a.ora", bare, bare)
    send(sent)
    back = read_layered(sent.path, ATLAS)
    changed = bare.copy()
    changed[block()] = (1, 200, 2, 255)
    write_layered(sent.path, [replace_pixels(back.layers[0], changed), *back.layers[1:]])
    edit = take(sent)
    assert np.array_equal(edit[..., 3] > 0, block()) and (edit[block()] == (1, 200, 2, 255)).all()


def test_a_file_that_does_not_fit_changes_nothing(trip: Trip, qtbot: QtBot) -> None:
    path = trip.begin("png", qtbot)
    told = trip.editor.notify.waiting
    path.write_bytes(png(np.zeros((5, 6, 4), np.uint8)))
    qtbot.waitUntil(lambda: bool(told))
    assert "came back as 6 x 5 pixels, the atlas is 40 x 32" in told[0].message and "cropping" in told[0].hint
    assert not trip.media.atlas_edits
    trip.came_back(
        qtbot, lambda: path.write_bytes(png(np.where(block()[..., None], np.uint8(255), unrolled.atlas())))
    )


def test_half_a_file_is_looked_at_again(trip: Trip, qtbot: QtBot) -> None:
    path = trip.begin("png", qtbot)
    whole = png(painted(path))
    path.write_bytes(whole[: len(whole) // 2])
    qtbot.wait(150)
    assert not trip.editor.notify.waiting and not trip.media.atlas_edits
    trip.came_back(qtbot, lambda: path.write_bytes(whole))


def test_an_overlay_that_lost_its_transparency_is_refused(tmp_path: Path) -> None:
    bare = unrolled.atlas()
    sent = Sent("overlay", tmp_path / "a.png", bare, bare)
    send(sent)
    Image.fromarray(bare[..., :3]).save(sent.path)
    with pytest.raises(MediaError, match="without transparency"):
        take(sent)
    sent.path.unlink()
    with pytest.raises(MediaError, match="not there any more"):
        take(sent)


def test_an_atlas_that_lost_its_alpha_still_comes_back_as_what_changed(tmp_path: Path) -> None:
    bare = unrolled.atlas()
    sent = Sent("png", tmp_path / "a.png", bare, bare)
    send(sent)
    flat = painted(sent.path)[..., :3]
    Image.fromarray(flat).save(sent.path)
    edit = take(sent)
    known = bare[..., 3] == 255
    assert np.array_equal((edit[..., 3] > 0) & known, block())


def test_nothing_goes_out_without_an_atlas_and_nothing_is_watched_after_the_end(
    trip: Trip, qtbot: QtBot
) -> None:
    path = trip.begin("png", qtbot)
    trip.edits.end_all()
    assert not trip.edits.watching
    path.write_bytes(png(painted(path)))
    qtbot.wait(200)
    assert not trip.media.atlas_edits
    trip.editor.document.edit("None", with_atlas, "media", "")
    with pytest.raises(EditError, match="no atlas"):
        trip.edits.begin(trip.session, "png")


def test_edits_below_are_sent_too_and_only_the_new_comes_back(trip: Trip, qtbot: QtBot) -> None:
    trip.session.add("fill", numbers={"tolerance": 255.0}, texts={"colour": "#808080"})
    path = trip.begin("png", qtbot)
    assert (load_rgba(path)[MARGIN:-MARGIN, MARGIN:-MARGIN, :3] == 128).all()
    edit = trip.came_back(qtbot, lambda: path.write_bytes(png(painted(path))))
    assert np.array_equal(edit[..., 3] > 0, block()) and len(trip.media.atlas_edits) == 2
    assert replace(trip.media.atlas_edits[1], file="").name == "From another program"


def test_another_project_watches_none_of_the_files(trip: Trip, qtbot: QtBot) -> None:
    trip.begin("png", qtbot)
    assert trip.edits.watching
    trip.editor.document.reset(new_project(), None, None)
    assert not trip.edits.watching
