"""Damaged and hostile project files: each ends in a clear error, or in a project that the program can work with."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.errors import ProjectError
from core.project.atlas_edits import is_edit_file
from core.project.bounds import MAX_TIME
from core.project.file import load, save
from core.project.names import is_mask_name, is_result_key
from core.project.project import Project
from core.project.trust import Trust, outside
from core.timeline.effects import effect_values
from core.timeline.model import MediaUse, value_at
from tests.core.project.films import FRAME, film, raw_film

SECONDS = 2.0
HOSTILE: tuple[Any, ...] = (
    None, True, 0, -1, 1, 2**31, 2**63, -(2**63), 10**30, -(10**30), 0.5, 1e308, -1e308, "", "x", "../../etc/passwd",
    "/etc/passwd", "C:\\Windows", "\\\\host\\share\\a.mp4", "a\0b", "%s%n", "\ud7ff", "x" * 100_000, [], {}, [[]],
    [None] * 1000, {"type": "clip"}, {"type": "gap", "duration": -5}, {"type": "gap", "duration": 10**18},
    {"type": "title", "text": "t", "font": "/etc/passwd"}, {"num": 0, "den": 0}, {"num": 1, "den": 10**40},
    {"type": "curve", "points": []}, {"type": "linear", "start": 10**40, "num": 10**40, "den": 1},
)  # fmt: skip


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON tree."""
    found: list[tuple[Any, Any]] = []
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in list(inside):
        found.append((value, key))
        if isinstance(child, dict | list):
            found += places(child)
    return found


def mutate(raw: dict[str, Any], chance: random.Random) -> None:
    """One change somewhere in the tree."""
    container, key = chance.choice(places(raw))
    kind = chance.randrange(6)
    if kind == 0:
        del container[key]
    elif kind == 1 and isinstance(container, list):
        container.insert(key, container[key])
    elif kind == 2 and isinstance(container[key], int):
        container[key] *= chance.choice((-1, 2, 10**6, 10**15))
    elif kind == 3 and isinstance(container[key], list):
        container[key] *= chance.choice((0, 2, 50))
    elif kind == 4:
        other, there = chance.choice(places(raw))
        container[key] = msgspec.json.decode(msgspec.json.encode(other[there]))
    else:
        container[key] = chance.choice(HOSTILE)


def damaged_tree(seed: int) -> bytes:
    chance = random.Random(seed)
    raw = raw_film()
    for _ in range(chance.choice((1, 1, 1, 3, 10))):
        mutate(raw, chance)
    return msgspec.json.encode(raw)


def damaged_bytes(seed: int) -> bytes:
    chance = random.Random(seed)
    data = bytearray(msgspec.json.encode(film()))
    kind = seed % 4
    if kind == 0:
        return bytes(data[: chance.randrange(len(data))])
    if kind == 1:
        for _ in range(chance.choice((1, 5, 50))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(data)
    if kind == 2:
        at = chance.randrange(len(data))
        data[at : at + chance.randrange(200)] = chance.randbytes(chance.randrange(200))
        return bytes(data)
    digits = [at for at, byte in enumerate(data) if chr(byte).isdigit()]
    for at in chance.sample(digits, 5):
        data[at] = ord(chance.choice("0123456789-.e"))
    return bytes(data)


def by_hand() -> dict[str, bytes]:
    whole = msgspec.json.encode(film()).decode()

    def items(text: str) -> bytes:
        raw = raw_film()
        raw["sequences"][0]["tracks"][1]["items"] = "HERE"
        return msgspec.json.encode(raw).replace(b'"HERE"', text.encode())

    return {
        "empty": b"",
        "spaces": b" " * 1000,
        "null": b"null",
        "nul bytes": b"\0" * 5000,
        "byte order mark": b"\xef\xbb\xbf" + whole.encode(),
        "utf-16": whole.encode("utf-16"),
        "latin-1": whole.encode("latin-1", "ignore"),
        "two projects": whole.encode() * 2,
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(200),
        "deep lists": b'{"media":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        "deep objects": b'{"media":[' + b'{"info":' * 50_000 + b"1" + b"}" * 50_000 + b"]}",
        "nan": whole.replace('"opacity":0.5', '"opacity":NaN').encode(),
        "infinity": whole.replace('"opacity":0.5', '"opacity":1e999').encode(),
        "long number": whole.replace('"opacity":0.5', '"opacity":' + "9" * 50_000).encode(),
        "long integer": whole.replace('"schema":1', '"schema":' + "9" * 50_000).encode(),
        "many gaps": items("[" + ",".join(['{"type":"gap","duration":1}'] * 200_000) + "]"),
        "many broken clips": items("[" + ",".join(['{"type":"clip"}'] * 50_000) + "]"),
        "endless gaps": items("[" + ",".join([f'{{"type":"gap","duration":{MAX_TIME}}}'] * 1000) + "]"),
        "schema 2^70": whole.replace('"schema":1', f'"schema":{2**70}').encode(),
        "schema -1": whole.replace('"schema":1', '"schema":-1').encode(),
    }


def walk(project: Project, path: Path, trust: Trust) -> None:
    """Use the project as the window does: no exception, no number out of hand, no name that leaves its folder."""
    ids = {media.id for media in project.media}
    for media in project.media:
        assert media.missing or not outside(path, media)
        assert all(is_mask_name(mask.file) for mask in media.key_masks)
        assert media.track is None or is_result_key(media.track.key)
        assert all(is_edit_file(edit.file) for edit in media.atlas_edits if edit.file)
    for sequence in project.sequences:
        assert 0 <= sequence.duration <= MAX_TIME and sequence.frame_count >= 0
        clips = [clip for _, _, clip in sequence.clips()]
        assert len({clip.id for clip in clips}) == len(clips)
        for clip in clips:
            assert not isinstance(clip.content, MediaUse) or clip.content.media_id in ids
            assert abs(clip.source_range.start) < 2**80
            for name in ("x", "y", "scale", "rotation", "opacity", "gain"):
                assert abs(value_at(getattr(clip, name), FRAME)) < 1e6
            for effect in clip.effects:
                effect_values(effect, FRAME)
    again = path.with_name("again.laminar")
    again.unlink(missing_ok=True)  # nobody overwrites what says that it is of a newer version
    save(project, again, keep=0, trust=trust)
    assert load(again, trust=trust).project == project


def survives(data: bytes, tmp_path: Path) -> str:
    """How loading ended: "error", "notice" or "clean"."""
    path = tmp_path / "damaged.laminar"
    path.write_bytes(data)
    trust = Trust(tmp_path / "nobody.json")
    start = time.thread_time()
    try:
        loaded = load(path, trust=trust)
    except ProjectError as error:
        assert "damaged.laminar" in error.message and error.hint
        return "error"
    finally:
        assert time.thread_time() - start < SECONDS
    walk(loaded.project, path, trust)
    assert all(len(notice) < 500 for notice in loaded.warnings)
    return "notice" if loaded.warnings else "clean"


@pytest.mark.parametrize("make", [damaged_tree, damaged_bytes])
def test_300_damaged_projects_end_well(make: Callable[[int], bytes], tmp_path: Path) -> None:
    ends = [survives(make(seed), tmp_path) for seed in range(150)]
    assert ends.count("notice") > 3
    assert ends.count("error") > 20 if make is damaged_bytes else ends.count("notice") > 50


@pytest.mark.parametrize("name", sorted(by_hand()))
def test_projects_made_to_harm(name: str, tmp_path: Path) -> None:
    end = survives(by_hand()[name], tmp_path)
    assert end in ("error", "notice") or name == "many gaps"
