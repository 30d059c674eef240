"""Which frames a video stream holds: presentation order, time stamps and key frames, from its packets.

Nothing is decoded. Packets come in decode order; a frame's place in presentation order is final once the stream's
decode time stamp has passed its time stamp, so the first frames can be asked for while a long file is still being
read. Packets that an edit list hides are left out; two packets with one time stamp are one frame.
"""

from __future__ import annotations

import heapq
import re
import threading
from bisect import bisect_left, bisect_right
from pathlib import Path
from typing import Any

from core.errors import MediaError
from core.media.opening import FAILURES, keep_only, not_media, open_container

_PACKED = re.compile(rb"DivX\d+(Build|b)\d+p")
"""What encoders write into the head of MPEG-4 Visual whose frames are packed, as FFmpeg looks for it."""
_HEAD = 1024
"""Bytes of the first packet in which that can be."""
_BEYOND = 8
"""Frames known beyond the one asked for."""


class FrameTable:
    """Grows packet by packet; afterwards read-only. Time stamps are in units of the stream's time base.

    pts: of every frame that is final, rising. orders: place of the frame in decode order. key_pts, key_orders,
    key_dts: the frames that decoding can start from. untimed: the container carries no time stamps at all, so
    frames are counted in decode order from 0. packed: two pictures lie in one packet and none in the next, as DivX
    and XviD write them; time stamps of packets are then only those at which pictures come out.
    """

    def __init__(self) -> None:
        self.pts: list[int] = []
        self.orders: list[int] = []
        self.key_pts: list[int] = []
        self.key_orders: list[int] = []
        self.key_dts: list[int] = []
        self.untimed = False
        self.packed = False
        self.last_duration = 0
        self.packets = 0
        self.bytes = 0
        self.hidden = 0
        """Packets that an edit list hides."""
        self.late = 0
        """Packets whose time stamp is not after those already shown; they show nothing."""
        self._waiting: list[tuple[int, int]] = []

    def add(self, packet: Any) -> None:
        """Take one packet in decode order."""
        order = self.packets
        if not order:
            self.packed = _PACKED.search(bytes(packet)[:_HEAD]) is not None
        self.packets += 1
        self.bytes += packet.size
        if packet.is_discard:
            self.hidden += 1
            return
        pts = packet.pts if packet.pts is not None else packet.dts
        if pts is None or self.untimed:
            self.untimed = True
            pts = order
        dts = packet.dts if packet.dts is not None and not self.untimed else None
        if packet.is_keyframe and (not self.key_pts or pts > self.key_pts[-1]):
            self.key_pts.append(pts)
            self.key_orders.append(order)
            self.key_dts.append(packet.dts if packet.dts is not None else pts)
        heapq.heappush(self._waiting, (pts, order))
        self.last_duration = packet.duration or self.last_duration
        if self.untimed:
            self.settle(None)
        elif dts is not None:
            self.settle(dts)

    def settle(self, before: int | None) -> None:
        """Make every waiting frame final whose time stamp is at most `before`; all of them for None."""
        while self._waiting and (before is None or self._waiting[0][0] <= before):
            pts, order = heapq.heappop(self._waiting)
            if not self.pts or pts > self.pts[-1]:
                self.pts.append(pts)
                self.orders.append(order)
            else:
                self.late += 1

    def number_of(self, pts: int) -> int | None:
        """The frame with exactly this time stamp."""
        place = bisect_left(self.pts, pts)
        return place if place < len(self.pts) and self.pts[place] == pts else None

    def number_at(self, pts: int) -> int:
        """The frame that shows at a time stamp, clamped to the first."""
        return max(0, bisect_right(self.pts, pts) - 1)

    def key_for(self, number: int) -> int:
        """Place in the key lists of the key frame to decode from; -1 for "from the start".

        A leading picture of an open GOP stands before its key frame in time and needs the one before that.
        """
        if self.untimed:
            return -1
        before = (
            bisect_left if self.packed else bisect_right
        )  # a packed key frame may show after the one beside it
        place = before(self.key_pts, self.pts[number]) - 1
        while place >= 0 and self.key_orders[place] > self.orders[number]:
            place -= 1
        return place

    def key_number(self, place: int) -> int:
        """Frame number of key frame `place`; 0 for -1."""
        return self.number_at(self.key_pts[place]) if place >= 0 else 0


class FrameIndex:
    """A FrameTable that fills in a thread of its own; ask and wait only as long as the answer needs."""

    def __init__(self, path: Path, stream_index: int) -> None:
        self._path = path
        self._stream_index = stream_index
        self._table = FrameTable()
        self._condition = threading.Condition()
        self._stop = False
        self._complete = False
        self._failure: MediaError | None = None
        self._thread = threading.Thread(target=self._run, name=f"index {path.name}", daemon=True)
        self._thread.start()

    def wait_for(self, number: int) -> FrameTable:
        """The table as soon as it holds frame `number` and a few more, which show what kind of stream it is.

        Raises:
            IndexError: when the stream has no such frame.
            MediaError: when the file cannot be read.
        """
        self._wait(lambda: len(self._table.pts) > number + _BEYOND)
        if number < 0 or number >= len(self._table.pts):
            raise IndexError(f"{self._path.name} has no frame {number}")
        return self._table

    def wait_time(self, pts: int) -> FrameTable:
        """The table as soon as it knows which frame shows at `pts`."""
        self._wait(lambda: bool(self._table.pts) and self._table.pts[-1] > pts)
        return self._table

    def wait_all(self) -> FrameTable:
        """The whole table. Raises MediaError when the file cannot be read."""
        self._wait(lambda: False)
        return self._table

    @property
    def complete(self) -> bool:
        return self._complete

    def close(self) -> None:
        """Stop reading and end the thread."""
        self._stop = True
        self._thread.join()

    def _wait(self, enough: Any) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self._complete or enough())
            if self._failure is not None:
                raise self._failure
        if not self._table.pts:
            raise not_media(self._path)

    def _run(self) -> None:
        try:
            self._read()
        except MediaError as error:
            self._failure = error
        finally:
            with self._condition:
                self._table.settle(None)
                self._complete = True
                self._condition.notify_all()

    def _read(self) -> None:
        container = open_container(self._path)
        try:
            stream = container.streams[self._stream_index]
            keep_only(container, stream)
            for packet in container.demux(stream):
                if self._stop:
                    return
                if packet.size:
                    self._take(packet)
        except FAILURES:
            return  # a damaged tail: what came before it can be used
        finally:
            container.close()

    def _take(self, packet: Any) -> None:
        if self._table.packets % 64:
            self._table.add(packet)
            return
        with self._condition:
            self._table.add(packet)
            self._condition.notify_all()
