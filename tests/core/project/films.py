"""Projects for the tests of saving and loading."""

from __future__ import annotations

import random
from typing import Any

import msgspec
from msgspec.structs import replace

from core.media.info import AudioInfo, MediaInfo, VideoInfo
from core.project.atlas_kinds import AtlasEdit
from core.project.project import (
    KeyMask,
    LayerChoice,
    LayerSet,
    Media,
    Project,
    TrackedObject,
    TrackedRange,
    Verdict,
)
from core.time import FrameRate, TimeRange
from core.timeline.effects import new_effect
from core.timeline.model import (
    Clip,
    Gap,
    Key,
    Keys,
    Marker,
    MatteUse,
    MediaUse,
    Sequence,
    Solid,
    Title,
    Track,
    Transition,
)
from core.timeline.time_map import Curve, CurvePoint, Linear

RATE = FrameRate(30000, 1001)
FRAME = RATE.frame_ticks
KEY = "0123456789abcdef0123456789abcdef"


def info(name: str = "a", duration: int = 300 * FRAME) -> MediaInfo:
    video = VideoInfo("h264", 640, 360, 640, 360, RATE, frames=300)
    return MediaInfo("video", "mp4", duration, 12345, f"print-{name}", video, AudioInfo("aac", 48000, 2))


def media(media_id: str = "m1", path: str = "media/a.mp4") -> Media:
    return Media(
        media_id,
        path.rsplit("/", 1)[-1],
        path,
        info(media_id),
        objects=(TrackedObject(1, "Bear", "#e6475a"), TrackedObject(2, "Bird", "#3fa7ff", visible=False)),
        key_masks=(KeyMask(0, f"{media_id}-0-aa.png"), KeyMask(12, f"{media_id}-12-bb.png")),
        track=TrackedRange(KEY, 0, 99),
        proxy=KEY[::-1],
        verdicts=(Verdict(1, 40, (10, 20, 30, 40), True),),
        layers=LayerSet(KEY[::-1], 5, 60, (LayerChoice(2, "Bird"), LayerChoice(1, "Bear", False, "soften"))),
        atlas="5" * 32,
        atlas_edits=(
            AtlasEdit("e1", 1, "paint", "Moustache", opacity=0.5, blend="multiply", file=f"{'b' * 32}.png"),
            AtlasEdit("e2", 0, "text", "Sign", numbers={"x": 12.5, "size": 30.0}, texts={"text": "Grüße"}),
        ),
    )


def clip(number: int, media_id: str = "m1", frames: int = 20) -> Clip:
    return Clip(
        f"c{number}",
        f"Clip {number}",
        MediaUse(media_id, TimeRange(0, 300 * FRAME)),
        frames * FRAME,
        Linear(number * FRAME, 1, 2),
    )


def rich_clip() -> Clip:
    grey = replace(
        new_effect("colour", MatteUse(1, invert=True, grow=2, feather=3.5), saturation=0.0), id="e1"
    )
    blur = replace(new_effect("blur", radius=Keys((Key(3, 1.0, "hold"),))), id="e2")
    return Clip(
        "rich",
        "Rich",
        MediaUse("m1", TimeRange(0, 300 * FRAME)),
        40 * FRAME,
        Curve((CurvePoint(0, 0), CurvePoint(10 * FRAME, 30 * FRAME), CurvePoint(40 * FRAME, 31 * FRAME))),
        link="pair",
        x=Keys((Key(0, -20.0), Key(5 * FRAME, 35.5, "smooth"))),
        opacity=0.5,
        blend="screen",
        effects=(grey, blur),
        transition=Transition(before=FRAME, after=2 * FRAME),
    )


def film(clips: int = 3) -> Project:
    picture = Track(
        "v1",
        "video",
        "V1",
        (clip(0), Gap(7 * FRAME), rich_clip(), *(clip(number) for number in range(1, clips))),
    )
    words = Track(
        "v2",
        "video",
        "V2",
        (
            Clip("t", "Title", Title("Grüße\n✂", colour="#ffcc00"), 30 * FRAME),
            Clip("s", "Black", Solid(), FRAME),
        ),
        muted=True,
    )
    sound = Track(
        "a1", "audio", "A1", (Clip("a", "Sound", MediaUse("m2"), 50 * FRAME, gain=-6.0),), locked=True
    )
    sequence = Sequence(
        "seq",
        "Film",
        1280,
        720,
        RATE,
        tracks=(sound, picture, words),
        markers=(Marker("k", 5 * FRAME, "here"),),
        in_point=FRAME,
        out_point=9 * FRAME,
    )
    other = Sequence("seq2", "Other", tracks=())
    return Project(
        "p1",
        "My Film",
        media=(media(), media("m2", "media/b.mov")),
        sequences=(sequence, other),
        active="seq",
    )


def raw_film(project: Project | None = None) -> dict[str, Any]:
    """A film as decoded JSON."""
    raw: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(project or film()))
    return raw


def edited(project: Project, seed: int) -> Project:
    """One random edit of the kinds that the window makes."""
    chance = random.Random(seed)
    sequence = project.sequences[0]
    at = chance.randrange(len(sequence.tracks))
    track = sequence.tracks[at]
    items = list(track.items)
    kind = chance.randrange(7)
    if kind == 0 or not items:
        items.insert(chance.randint(0, len(items)), clip(seed + 1000))
    elif kind == 1:
        items.pop(chance.randrange(len(items)))
    elif kind == 2:
        index = chance.randrange(len(items))
        items[index] = replace(items[index], duration=items[index].duration + FRAME)
    elif kind == 3:
        items[chance.randrange(len(items))] = Gap(FRAME * (seed + 1))
    elif kind == 4:
        return project.with_media(media(f"n{seed % 5}", f"media/n{seed}.mp4"))
    elif kind == 5:
        tracks = (*sequence.tracks, Track(f"t{seed}", "video"))
        return project.with_sequence(replace(sequence, tracks=tracks, out_point=None))
    else:
        chance.shuffle(items)
    tracks = (*sequence.tracks[:at], replace(track, items=tuple(items)), *sequence.tracks[at + 1 :])
    return project.with_sequence(replace(sequence, tracks=tracks))
