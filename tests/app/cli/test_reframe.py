"""laminar reframe: an upright film of a wide clip."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.cli.main import main
from core.media.matte import write_labels
from core.media.probe import probe
from core.media.reader import open_source
from tests.app.cli.answers import answer
from tests.app.film import FRAMES, HEIGHT, WIDTH
from tests.core.media.test_shake import filmed


def labels_at(left: int) -> np.ndarray:
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[20:40, left : left + 10] = 1
    return labels


def test_the_command_writes_an_upright_film_of_the_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lefts = np.linspace(4, 80, FRAMES).astype(int)
    (tmp_path / "masks").mkdir()
    pictures = []
    for n, left in enumerate(lefts):
        labels = labels_at(int(left))
        write_labels(tmp_path / "masks" / f"{n:05d}.png", labels)
        pictures.append(40 + 200 * labels)
    clip, out = filmed(tmp_path / "walk.mkv", pictures), tmp_path / "upright.mkv"
    asked = ["reframe", str(clip), "--masks", str(tmp_path / "masks"), "-o", str(out), "--json"]
    assert main([*asked, "--size", "36x64"]) == 0
    said = answer(capsys)
    assert (said["outputs"], said["frames"], said["size"]) == ([str(out)], FRAMES, [36, 64])
    assert (probe(out).video.width, probe(out).video.height) == (36, 64)  # type: ignore[union-attr]
    source = open_source(out)
    for n in range(0, FRAMES, 7):
        assert np.count_nonzero((source.frame(n)[..., 0] > 140).any(0)) >= 9, "the object is whole"
    source.close()
    assert main([*asked, "--size", "36x65"]) == 2
    assert "36x65 is no size of a film" in capsys.readouterr().err
    assert main([*asked, "--object", "2"]) == 2
    assert "the object is not seen in walk" in capsys.readouterr().err
    assert main(["reframe", str(clip), "--masks", str(tmp_path / "none"), "-o", str(out)]) == 2
