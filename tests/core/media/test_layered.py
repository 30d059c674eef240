"""OpenRaster out and in, and files that are made to harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import MediaError
from core.media import layered
from core.media.info import Frame
from core.media.layered import MIMETYPE, MOST_PARTS, PictureLayer, flattened, png, read_layered, write_layered

SIZE = (40, 30)


def noise(seed: int) -> Frame:
    return np.random.default_rng(seed).integers(0, 256, (SIZE[1], SIZE[0], 4), np.uint8)


def written(path: Path) -> tuple[PictureLayer, ...]:
    layers = (
        PictureLayer("Below", noise(1)),
        PictureLayer("Above <&>", noise(2), 0.5),
        PictureLayer("Hidden", noise(3), 1, False),
    )
    write_layered(path, layers)
    return layers


def changed(path: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The same file with other parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_layers_come_back_as_they_went(tmp_path: Path) -> None:
    layers = written(tmp_path / "a.ora")
    back = read_layered(tmp_path / "a.ora", SIZE)
    assert [layer.name for layer in back.layers] == [layer.name for layer in layers]
    for mine, theirs in zip(layers, back.layers, strict=True):
        assert np.array_equal(mine.pixels, theirs.pixels)
        assert (mine.opacity, mine.visible, theirs.plain) == (theirs.opacity, theirs.visible, True)
    assert back.merged is not None and np.array_equal(back.merged, flattened(layers))


def test_the_file_is_what_the_format_asks_for(tmp_path: Path) -> None:
    written(tmp_path / "a.ora")
    with zipfile.ZipFile(tmp_path / "a.ora") as archive:
        first = archive.infolist()[0]
        assert first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED
        assert archive.read("mimetype") == MIMETYPE
        names = set(archive.namelist())
        assert {"stack.xml", "mergedimage.png", "Thumbnails/thumbnail.png"} < names
        assert b'version="0.0.5"' in archive.read("stack.xml")


def test_a_layer_that_was_cropped_or_moved_lies_where_it_says(tmp_path: Path) -> None:
    written(tmp_path / "a.ora")
    part = noise(9)[:10, :12]

    def crop(parts: dict[str, bytes]) -> None:
        parts["data/layer1.png"] = png(np.ascontiguousarray(part))
        text = parts["stack.xml"].replace(
            b'src="data/layer1.png" x="0" y="0"', b'src="data/layer1.png" x="35" y="-4"'
        )
        parts["stack.xml"] = text

    back = read_layered(changed(tmp_path / "a.ora", crop), SIZE)
    pixels = back.layers[1].pixels
    assert np.array_equal(pixels[:6, 35:], part[4:, :5]) and not pixels[6:].any() and not pixels[:, :35].any()


def test_flattening_is_over() -> None:
    red = np.zeros((1, 1, 4), np.uint8)
    red[:] = (255, 0, 0, 255)
    blue = np.zeros((1, 1, 4), np.uint8)
    blue[:] = (0, 0, 255, 128)
    assert flattened([PictureLayer("", red), PictureLayer("", blue)])[0, 0].tolist() == [127, 0, 128, 255]
    assert flattened([PictureLayer("", blue)])[0, 0].tolist() == [0, 0, 255, 128]
    assert flattened([PictureLayer("", red, visible=False)])[0, 0, 3] == 0


def test_another_size_is_told_with_both(tmp_path: Path) -> None:
    written(tmp_path / "a.ora")
    with pytest.raises(MediaError, match=r"40 x 30 pixels, the atlas is 41 x 30"):
        read_layered(tmp_path / "a.ora", (41, 30))


def huge_png() -> bytes:
    out = io.BytesIO()
    Image.new("1", (3000, 3000)).save(out, "PNG")
    return out.getvalue()


HARM: dict[str, Callable[[dict[str, bytes]], object]] = {
    "no list": lambda parts: parts.pop("stack.xml"),
    "no picture": lambda parts: parts.pop("data/layer0.png"),
    "damaged list": lambda parts: parts.update({"stack.xml": b"<image w="}),
    "no layers": lambda parts: parts.update({"stack.xml": b'<image w="40" h="30"/>'}),
    "laughs": lambda parts: parts.update(
        {"stack.xml": b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + parts["stack.xml"].split(b"?>")[-1]}
    ),
    "long list": lambda parts: parts.update({"stack.xml": parts["stack.xml"] + b" " * 2**21}),
    "many parts": lambda parts: parts.update({f"p{n}": b"" for n in range(MOST_PARTS)}),
    "bomb": lambda parts: parts.update({"data/more.png": bytes(6 * 2**20)}),
    "large layer": lambda parts: parts.update({"data/layer0.png": huge_png()}),
    "text as layer": lambda parts: parts.update({"data/layer0.png": b"not a picture"}),
    "merged of another size": lambda parts: parts.update({"mergedimage.png": png(noise(1)[:5])}),
    "one picture many times": lambda parts: parts.update(
        {"stack.xml": parts["stack.xml"].replace(b"</stack>", b'<layer src="data/layer0.png" />' * 9000 + b"</stack>")}
    ),
    "leaves the file": lambda parts: parts.update(
        {"stack.xml": parts["stack.xml"].replace(b"data/layer0.png", b"../../../etc/passwd")}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HARM))
def test_files_made_to_harm_are_refused_with_a_cure(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layered, "MOST_BYTES", 4 * 2**20)  # so that the test needs no more than that
    written(tmp_path / "a.ora")
    with pytest.raises(MediaError) as told:
        read_layered(changed(tmp_path / "a.ora", HARM[name]), SIZE)
    assert "a.ora" in told.value.message and told.value.hint


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"PK\3\4 no", png(noise(1))):
        (tmp_path / "a.ora").write_bytes(content)
        with pytest.raises(MediaError, match="cannot be read as OpenRaster"):
            read_layered(tmp_path / "a.ora", SIZE)


@pytest.mark.parametrize(("size", "small"), [((1024, 512), (256, 128)), ((60, 40), (60, 40))])
def test_its_small_picture_has_the_shape_of_the_large_one(
    size: tuple[int, int], small: tuple[int, int], tmp_path: Path
) -> None:
    path = tmp_path / "a.ora"
    write_layered(path, [PictureLayer("Paint", np.zeros((size[1], size[0], 4), np.uint8))])
    with zipfile.ZipFile(path) as archive, Image.open(archive.open("Thumbnails/thumbnail.png")) as thumbnail:
        assert thumbnail.size == small
