"""Time as an integer count of ticks, 705,600,000 a second.

That number divides evenly by 24000/1001 to 120 frames a second and by 44.1 and 48 kHz, so a frame or a sample
of any usual rate lasts a whole number of ticks: sums never drift and values compare with ==. Ranges are
half-open: a range holds its start and not its end.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import msgspec

TICKS_PER_SECOND = 705_600_000


class FrameRate(msgspec.Struct, frozen=True, order=False, gc=False):
    """Frames a second as an exact ratio, such as 30000/1001.

    Raises:
        ValueError: when either number is not positive (also when decoded from a file).
    """

    num: int
    den: int = 1

    def __post_init__(self) -> None:
        if self.num <= 0 or self.den <= 0:
            raise ValueError(f"a frame rate is positive, not {self.num}/{self.den}")

    @property
    def fps(self) -> float:
        """Frames a second, rounded to a double."""
        return self.num / self.den

    @property
    def frame_ticks(self) -> int:
        """Ticks one frame lasts, exact for the usual rates, else rounded up."""
        return self.time_of(1)

    def time_of(self, frame: int) -> int:
        """Ticks at which frame number `frame` starts (the first tick that belongs to it)."""
        return -(-frame * TICKS_PER_SECOND * self.den // self.num)

    def frame_at(self, ticks: int) -> int:
        """Number of the frame that shows at `ticks`; `frame_at(time_of(n)) == n`."""
        return ticks * self.num // (TICKS_PER_SECOND * self.den)

    def frames_before(self, ticks: int) -> int:
        """How many frames start in 0 to `ticks`, half-open: the number of the first frame at or after `ticks`."""
        return self.frame_at(ticks - 1) + 1

    def snap(self, ticks: int) -> int:
        """The frame start nearest to `ticks`."""
        below = self.time_of(self.frame_at(ticks))
        above = self.time_of(self.frame_at(ticks) + 1)
        return above if above - ticks < ticks - below else below

    @classmethod
    def from_fraction(cls, value: Fraction) -> FrameRate:
        """The rate of so many frames a second. Raises ValueError when that is not positive."""
        return cls(value.numerator, value.denominator)

    @classmethod
    def from_text(cls, text: str) -> FrameRate:
        """Read "25", "29.97", "23.976" or "30000/1001".

        Raises:
            ValueError: when the text is no positive rate.
        """
        known = {"23.976": (24000, 1001), "23.98": (24000, 1001), "29.97": (30000, 1001), "59.94": (60000, 1001),
                 "119.88": (120000, 1001)}  # fmt: skip
        if text in known:
            return cls(*known[text])
        return cls.from_fraction(Fraction(text).limit_denominator(1001))

    def __str__(self) -> str:
        return str(self.num) if self.den == 1 else f"{self.fps:.3f}".rstrip("0").rstrip(".")


class TimeRange(msgspec.Struct, frozen=True, gc=False):
    """A half-open stretch of time: `start` to `start + duration`, in ticks.

    Raises:
        ValueError: when the duration is negative.
    """

    start: int
    duration: int

    def __post_init__(self) -> None:
        if self.duration < 0:
            raise ValueError("a range does not end before it starts")

    @classmethod
    def between(cls, start: int, end: int) -> TimeRange:
        """From `start` to `end`, half-open. Raises ValueError when the end comes first."""
        return cls(start, end - start)

    @property
    def end(self) -> int:
        """The first tick after the range."""
        return self.start + self.duration

    def __contains__(self, ticks: int) -> bool:
        return self.start <= ticks < self.end

    def nearest(self, ticks: int) -> int:
        """The moment inside that is nearest to `ticks`; of an empty range the last before its start."""
        return min(max(ticks, self.start), self.end - 1)

    def covers(self, other: TimeRange) -> bool:
        """Whether all of `other` lies inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: TimeRange) -> bool:
        """Whether the two share a tick; ranges that touch do not."""
        return self.start < other.end and other.start < self.end

    def intersection(self, other: TimeRange) -> TimeRange:
        """The shared part; an empty range at the later start when there is none."""
        start = max(self.start, other.start)
        return TimeRange(start, max(0, min(self.end, other.end) - start))

    def shifted(self, by: int) -> TimeRange:
        """The range `by` ticks later (negative: earlier)."""
        return TimeRange(self.start + by, self.duration)


def seconds(ticks: int) -> float:
    """Ticks as seconds, rounded to a double: for people and for encoders, not to calculate on."""
    return ticks / TICKS_PER_SECOND


def from_seconds(value: float | Fraction) -> int:
    """The tick nearest to a time in seconds."""
    return round(Fraction(value) * TICKS_PER_SECOND)


def rescale(value: int, time_base: Fraction) -> int:
    """A timestamp counted in `time_base` seconds as ticks (floored)."""
    scaled = time_base * TICKS_PER_SECOND
    return value * scaled.numerator // scaled.denominator


def reduced(num: int, den: int) -> tuple[int, int]:
    """A ratio in lowest terms with a positive denominator.

    Raises:
        ValueError: when `den` is zero.
    """
    if den == 0:
        raise ValueError("a ratio needs a denominator other than 0")
    sign = -1 if den < 0 else 1
    common = gcd(num, den) or 1
    return sign * num // common, sign * den // common


def timecode(ticks: int, rate: FrameRate) -> str:
    """HH:MM:SS:FF (non-drop), counted in whole frames of `rate`; negative times carry a minus."""
    frames = rate.frame_at(abs(ticks))
    nominal = max(1, round(rate.fps))
    total, frame = divmod(frames, nominal)
    minutes, second = divmod(total, 60)
    hours, minute = divmod(minutes, 60)
    return f"{'-' if ticks < 0 else ''}{hours:02}:{minute:02}:{second:02}:{frame:02}"


def from_timecode(text: str, rate: FrameRate) -> int:
    """Ticks of "[[HH:]MM:]SS:FF", of a plain frame count "123", or of seconds "12.5".

    Raises:
        ValueError: when the text is none of these.
    """
    text = text.strip()
    sign = -1 if text.startswith("-") else 1
    text = text.lstrip("+-").replace(";", ":")
    if "." in text and ":" not in text:
        return sign * rate.snap(from_seconds(Fraction(text)))
    parts = [int(part) for part in text.split(":")]
    if len(parts) > 4:
        raise ValueError(f"not a timecode: {text}")
    hours, minute, second, frame = [0] * (4 - len(parts)) + parts
    nominal = max(1, round(rate.fps))
    return sign * rate.time_of(((hours * 60 + minute) * 60 + second) * nominal + frame)
