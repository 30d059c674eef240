"""A clip that goes along with an object of another clip: seen in rendered frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from core.errors import EditError
from core.render.compositor import render_straight
from core.render.following import followed, tagged
from core.render.framing import kept_in_frame
from core.render.object_positions import seen
from core.render.pixels import Floats
from core.time import TimeRange
from core.timeline.model import Clip, Gap, Keys, MediaUse, Pin, Sequence, Track, value_at
from core.timeline.time_map import Curve, CurvePoint, Linear
from tests.core.render.fakes import RATE, TICK, FakeSource, FakeSources, flat

WIDTH, HEIGHT, FRAMES = 160, 90, 60
SIGN = (16, 8)


def middle(frame: int) -> tuple[float, float]:
    """The object goes to the right, down and up again."""
    return 30 + 1.5 * frame, 45 + 15 * np.sin(frame / 15)


def side(frame: int) -> float:
    """It doubles its size on the way."""
    return 12 * 2 ** (frame / (FRAMES - 1))


def mask(frame: int) -> Floats:
    (x, y), half = middle(frame), side(frame) / 2
    rows, columns = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    return ((np.abs(columns - x) < half) & (np.abs(rows - y) < half)).astype(np.float32)


def street(frame: int) -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), 40, np.uint8)


def sources() -> FakeSources:
    sign = flat(0, 255, 0, size=SIGN)
    return FakeSources({"street": FakeSource(street, FRAMES), "sign": FakeSource(lambda n: sign, FRAMES)})


def clip(name: str, frames: int = FRAMES, **fields: Any) -> Clip:
    return Clip(name, name, MediaUse(name, TimeRange(0, FRAMES * TICK)), frames * TICK, **fields)


def film(sign: Clip, after: int = 0, **leader: Any) -> Sequence:
    """The sign lies over the street, small, and comes `after` frames later."""
    sign = replace(sign, scale=SIGN[0] / WIDTH)
    gap = (Gap(after * TICK),) if after else ()
    tracks = (
        Track("v1", "video", "V1", (clip("street", **leader),)),
        Track("v2", "video", "V2", (*gap, sign)),
    )
    return Sequence("s", "Film", WIDTH, HEIGHT, RATE, tracks=tracks)


def follow(sequence: Sequence, time: int = 0, cuts: tuple[int, ...] = (), **options: Any) -> Sequence:
    leader = sequence.find("street")[2]
    where = seen(leader, FakeSource(street, FRAMES), mask, cuts, samples=25)
    return followed(sequence, "sign", "street", where, time, **options)


def sign_at(sequence: Sequence, frame: int) -> tuple[np.ndarray, int]:
    """Middle (x, y) and area of the sign in a rendered frame."""
    picture = render_straight(sequence, RATE.time_of(frame), sources())
    rows, columns = np.nonzero(picture[..., 1] > 150)
    return np.array([columns.mean() + 0.5, rows.mean() + 0.5]), len(rows)


def test_the_sign_keeps_its_place_beside_the_object() -> None:
    after = follow(film(clip("sign", x=-30.0, y=-20.0)), RATE.time_of(20))
    beside = sign_at(after, 20)[0] - middle(20)
    assert np.abs(sign_at(after, 20)[0] - (80 - 30, 45 - 20)).max() <= 1, "where it lies there it stays"
    for frame in (5, 12, 30, 45, 54):
        assert np.abs(sign_at(after, frame)[0] - middle(frame) - beside).max() <= 1.5
    x = after.find("sign")[2].x
    assert isinstance(x, Keys) and len(x.keys) < 15, "straight ways need few keyframes"


def test_it_grows_with_the_object_and_so_does_the_distance() -> None:
    after = follow(film(clip("sign", x=-50.0, y=20.0)), grow=True)
    first, last = sign_at(after, 0), sign_at(after, FRAMES - 1)
    assert last[1] / first[1] == pytest.approx(side(FRAMES - 1) ** 2 / side(0) ** 2, rel=0.2)
    below = [place[0][1] - middle(frame)[1] for frame, place in ((0, first), (FRAMES - 1, last))]
    assert below[1] / below[0] == pytest.approx(2, abs=0.3)


def test_a_clip_that_is_moved_turned_and_enlarged_leads_as_it_is_seen() -> None:
    after = follow(film(clip("sign"), x=10.0, scale=0.5, rotation=90.0))
    first, last = sign_at(after, 0)[0], sign_at(after, FRAMES - 1)[0]
    across, down = np.subtract(middle(FRAMES - 1), middle(0)) * 0.5
    assert last - first == pytest.approx([-down, across], abs=2)


def test_a_sign_that_comes_later_or_plays_backwards_is_where_the_object_is_then() -> None:
    for sign in (clip("sign", 30), clip("sign", 30, time_map=Linear(29 * TICK, -1, 1))):
        after = follow(film(sign, after=20), RATE.time_of(25))
        beside = sign_at(after, 25)[0] - middle(25)
        assert np.abs(sign_at(after, 45)[0] - middle(45) - beside).max() <= 1.5


@pytest.mark.parametrize("cuts", [(), (20,)])
@pytest.mark.parametrize(
    "shows",
    [
        Linear(5 * TICK, 0, 1),
        Curve((CurvePoint(0, 0), CurvePoint(30 * TICK, 29 * TICK), CurvePoint(60 * TICK, 9 * TICK))),
        Curve((CurvePoint(0, 29 * TICK), CurvePoint(10 * TICK, 9 * TICK), CurvePoint(60 * TICK, 39 * TICK))),
    ],
)
def test_a_sign_that_stands_still_or_goes_to_and_fro_gets_a_place_for_each_moment_once(
    shows: Linear | Curve, cuts: tuple[int, ...]
) -> None:
    sign = follow(film(clip("sign", time_map=shows)), cuts=cuts).find("sign")[2]
    assert [round(part, 1) for part in (value_at(sign.x, shows.at(0)), value_at(sign.y, shows.at(0)))] == [
        0,
        0,
    ]


def test_over_a_cut_it_jumps_with_the_object() -> None:
    after = follow(film(clip("sign")), cuts=(30,))
    x = after.find("sign")[2].x
    assert isinstance(x, Keys)
    assert [key.easing for key in x.keys if key.time == 29 * TICK] == ["hold"]


def test_the_nearest_frame_that_shows_both_counts_when_the_playhead_is_elsewhere() -> None:
    inside, outside = (follow(film(clip("sign", 30), after=20), RATE.time_of(n)) for n in (20, 3))
    assert inside == outside


def test_a_pinned_sign_lets_go_of_the_scene() -> None:
    assert follow(film(clip("sign", pin=Pin("m", 3)))).find("sign")[2].pin is None


def test_without_an_object_or_a_shared_time_it_says_so() -> None:
    apart = film(clip("sign", 30), after=80)
    with pytest.raises(EditError, match="not seen while sign is there"):
        follow(apart)
    unseen = seen(clip("street"), FakeSource(street, FRAMES), lambda n: np.zeros((HEIGHT, WIDTH), np.float32))
    with pytest.raises(EditError, match="not seen in street"):
        followed(film(clip("sign")), "sign", "street", unseen, 0)


def test_whoever_keeps_in_frame_can_be_followed_too() -> None:
    before = film(clip("sign"))
    where = seen(before.find("street")[2], FakeSource(street, FRAMES), mask, samples=25)
    closer = kept_in_frame(replace(before, width=60), "street", where)
    after = followed(closer, "sign", "street", where, 0)
    x = after.find("sign")[2].x
    assert isinstance(x, Keys)
    spread = max(key.value for key in x.keys) - min(key.value for key in x.keys)
    assert spread < 60, "the picture moves against the object, so the sign moves little"


def test_a_tag_lies_above_the_object_on_a_free_track_for_as_long_as_its_clip() -> None:
    before = film(clip("sign", 10), after=25)  # the track above is busy for a while
    where = seen(before.find("street")[2], FakeSource(street, FRAMES), mask, samples=25)
    tag = Clip("tag", "Tag", MediaUse("sign", TimeRange(0, FRAMES * TICK)), TICK, scale=SIGN[0] / WIDTH)
    after = tagged(before, tag, "street", where, RATE.time_of(20), height=SIGN[1])
    track, span, _ = after.find("tag")
    assert span == after.find("street")[1]
    assert [one.id for one in after.tracks].index(track.id) > [one.id for one in after.tracks].index("v2")
    for frame in (3, 20, 45):
        x, y = sign_at(replace(after, tracks=(after.track("v1"), track)), frame)[0]
        assert abs(x - middle(frame)[0]) < 2
        assert middle(frame)[1] - side(20) / 2 - 1.6 * SIGN[1] < y < middle(frame)[1] - side(frame) / 2


def test_a_tag_is_away_while_the_object_is() -> None:
    def hidden(frame: int) -> Floats:
        return mask(frame) * (not 25 <= frame < 45 and frame != 10)

    before = film(clip("sign", 1), after=70)
    where = seen(before.find("street")[2], FakeSource(street, FRAMES), hidden, samples=25)
    tag = Clip("tag", "Tag", MediaUse("sign", TimeRange(0, FRAMES * TICK)), TICK, scale=SIGN[0] / WIDTH)
    opacity = tagged(before, tag, "street", where, 0, height=SIGN[1]).find("tag")[2].opacity
    assert isinstance(opacity, Keys)
    seen_at = [opacity.at(RATE.time_of(frame)) for frame in (0, 10, 24, 29, 32, 38, 41, 45, 59)]
    assert seen_at == [1, 1, 1, 1, 0, 0, 1, 1, 1], (
        "for a frame it stays, as for some moments before and after"
    )


def test_limbs_that_swing_do_not_shake_the_sign() -> None:
    def swinging(frame: int) -> Floats:
        out = np.zeros((HEIGHT, WIDTH), np.float32)
        out[30:50, 40 : 70 + 8 * (frame % 2)] = 1  # its right side goes to and fro with each frame
        return out

    before = film(clip("sign"))
    where = seen(before.find("street")[2], FakeSource(street, FRAMES), swinging, samples=25)
    after = followed(before, "sign", "street", where, RATE.time_of(30))
    x = after.find("sign")[2].x
    middles = [value_at(x, RATE.time_of(frame)) for frame in range(5, FRAMES - 5)]
    assert np.ptp(middles) < 0.8, "its middle moves by 4 pixels"
