"""Rounds of finding again after the passes: missing objects are recognised and tracked both ways (VS-ReID, Li et al.
2017).

First every object that a pass found again is tracked back to where it came into sight; what was elsewhere all the
time (core.masks.recognition.alibi) is taken out. Then, a round at a time: all frames where an object is missing are
searched, candidates are linked over the frames (core.masks.recognition.linking), and the most confident path is taken
first: the object's outline on the path's best frame, tracked both ways to where the object is known again or missing
again. Rounds go on until no path passes. The clip is streamed; between two steps everything is in the job's folder
and in a small state, so a killed job goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.arrays import Array32
from core.masks.lookahead import prefetched
from core.masks.memory_frame import coarsened
from core.masks.output import full_size
from core.masks.recognition.alibi import BEYOND, Trace, elsewhere, trace_of
from core.masks.recognition.course import DECLINE
from core.masks.recognition.linking import (
    Candidate,
    Linked,
    best_paths,
    chain,
)
from core.masks.recognition.presence import Watch
from core.masks.recognition.recognise import Area
from core.masks.recognition.states import Extension, Hits, Sighting, State, sizes_of
from core.masks.recognition.surroundings import walked
from core.masks.soften import lifted_contrast
from core.masks.tracker import Tracker
from core.media import matte
from core.media.appearances import as_gaps
from core.media.info import Frame
from core.media.matte import Confidences, Labels, MaskFolder
from core.media.sureness import told

ROUNDS = 3
BEFORE, FARTHEST = 16, 240
"""What was beside a lost object is followed from so many frames before it was lost, over a gap of at most so many."""
WORTH_TELLING = 0.3
"""Score from which a candidate that was not used is told."""


@dataclass
class Rounds:
    """The rounds of a job.

    frames: all that is tracked, ascending. known: frames whose masks are drawn. confidences: of the job as they are
    told, changed here; 0 says missing. picture: a frame of the clip. stream: frames of a range, in its order.
    tracker: one of object k alone that starts from a frame with its mask, and knows nothing but that frame when so
    asked. pool: sees frames ahead (core.masks.lookahead). save: keep the state.
    """

    out: Path
    labels: tuple[int, ...]
    frames: tuple[int, ...]
    known: frozenset[int]
    confidences: Confidences
    soft: bool
    watch: Watch
    picture: Callable[[int], Frame]
    stream: Callable[[range], Iterator[tuple[int, Frame]]]
    tracker: Callable[[int, int, Frame, Labels, bool], Tracker]
    pool: Executor
    save: Callable[[State | None], None]
    state: State | None = None
    seconds: float = 2.0
    _saved: float = field(default_factory=time.monotonic)

    def run(self) -> Iterator[tuple[int, str]]:
        """Do what is left; yields the frame at hand and what is done with it."""
        if self.state is None:
            self._retract()
            self.state = State(queue=self._first())
        state = self.state
        while True:
            while state.queue:
                self.save(state)
                yield from self._extend(state.queue[0])
                state.queue = state.queue[1:]
            if state.hits:
                hits, state.hits = state.hits[0], state.hits[1:]
                yield from self._try(state, hits)
            elif state.searched < 0 and (state.round == 0 or (state.taken and state.round < ROUNDS)):
                state.round, state.taken, state.searched, state.candidates = state.round + 1, False, 0, []
                state.rest = []
                yield from self._search(state)
            elif state.searched >= 0:
                yield from self._search(state)
            else:
                return

    def missing(self, k: int) -> list[int]:
        """The tracked frames, ascending, on which object k has no mask."""
        label = self.labels[k]
        return [frame for frame in self.frames if self.confidences.get(frame, {}).get(label, 0.0) == 0]

    def _first(self) -> list[Extension]:
        """Back from where the passes found an object to where it came into sight."""
        return [
            each
            for seen in self.watch.sightings
            if seen.doubted is None
            for each in self._both_ways(seen.k, seen.frame)
        ]

    def _retract(self) -> None:
        """Take out what the passes took for an object and what turned out to be none. Where only its looks were doubted
        it is looked for again."""
        for seen in self.watch.sightings:
            end = seen.frame if seen.doubted is None else seen.doubted
            for frame in range(seen.frame, end, seen.step):
                if self._has(frame, seen.k):
                    self._erase(frame, seen.k)
        self._take_out([(frame, each.k) for each in self.watch.withdrawn for frame in each.frames])

    def _has(self, frame: int, k: int) -> bool:
        """Whether object k has a mask on a frame that was not drawn."""
        return self.confidences.get(frame, {}).get(self.labels[k], 0) > 0 and frame not in self.known

    def _erase(self, frame: int, k: int) -> None:
        self._write(frame, k, None, np.zeros((1, 1, 1), np.float32), 0.0)

    def _take_out(self, wrong: Sequence[tuple[int, int]]) -> None:
        """Take objects out of frames, (frame, k), on which something else was taken for them: doubles of them. These
        are kept before the first mask goes, so that a job that is killed meanwhile ends the same."""
        masks = MaskFolder(self.out)
        wrong = [(frame, k) for frame, k in wrong if self._has(frame, k)]
        for frame, k in wrong:
            trace = trace_of(frame, masks.labels(frame) == self.labels[k])
            if trace.size:
                self.watch.note_double(k, frame, trace.box)
        self.save(self.state)
        for frame, k in wrong:
            self._erase(frame, k)

    def _both_ways(self, k: int, start: int) -> list[Extension]:
        """The frames on either side of `start` on which object k is missing, up to scene cuts."""
        missing = set(self.missing(k)) - self.known
        found = []
        if start in missing:
            return []
        for step in (-1, 1):
            end = start
            while end + step in missing and not self._cut(end, step):
                end += step
            if end != start or end + step in self.frames:
                found.append(Extension(k, start, end, step))
        return found

    def _extend(self, each: Extension) -> Iterator[tuple[int, str]]:
        """Track until the object is missing again, or to the end of the extension; nothing that was elsewhere."""
        masks = MaskFolder(self.out)
        first = self.picture(each.start)
        own = (masks.labels(each.start) == self.labels[each.k]).astype(np.uint8)
        if not own.any():
            return
        alibi = yield from self._elsewhere(each, first, own)
        if alibi:
            self._refuse(each, alibi)
        if alibi or each.start == each.end:
            return
        tracker = self.tracker(each.k, each.start, first, own, False)
        watch = self._watch_one(each.k, own)
        watch.surroundings = walked(self._approach(each), tracker.grid, self.known)
        ahead = self.stream(range(each.start + each.step, each.end + each.step, each.step))
        with closing(prefetched(self.pool, ahead, tracker)) as coming:
            for now in coming:
                tracker.prefetched = now
                step = watch.step(tracker, now.number, now.frame, each.step)
                if not watch.presences[0].here:
                    self._take_out([(frame, each.k) for left in watch.withdrawn for frame in left.frames])
                    return
                objects, confidence = step.objects, step.confidence[0]
                if not objects.any():
                    continue
                others = masks.labels(now.number)
                others = others * (others != self.labels[each.k])
                self._write(now.number, each.k, now.frame, objects, max(confidence, 1e-4), others)
                yield now.number, f"Following object {self.labels[each.k]} from frame {each.start}"

    def _elsewhere(
        self, each: Extension, first: Frame, own: Labels
    ) -> Generator[tuple[int, str], None, list[Trace]]:
        """Where what an extension starts from was, when that is something else; see core.masks.recognition.alibi."""
        masks, missing = MaskFolder(self.out), set(self.missing(each.k))
        if abs(each.end - each.start) > FARTHEST or self._is_accepted(each.k, each.start):
            return []

        def known(frame: int) -> Trace | None:
            own = masks.labels(frame) == self.labels[each.k]
            return trace_of(frame, own) if frame not in missing and own.any() else None

        tracker = self.tracker(each.k, each.start, first, own, True)
        large = DECLINE * self.watch.presences[each.k].size
        with closing(prefetched(self.pool, self.stream(self._ahead(each)), tracker)) as coming:
            told = elsewhere(tracker, trace_of(each.start, own), coming, known, large)
            while True:
                try:
                    yield next(told), f"Checking frame {each.start} again"
                except StopIteration as done:
                    return list(done.value)

    def _ahead(self, each: Extension) -> range:
        """The frames of an extension, and the next ones on which the object is known."""
        end, missing = each.end, set(self.missing(each.k))
        while (
            abs(end - each.end) < BEYOND
            and end + each.step in self.frames
            and end + each.step not in missing
            and not self._cut(end, each.step)
        ):
            end += each.step
        return range(each.start + each.step, end + each.step, each.step)

    def _refuse(self, each: Extension, track: Sequence[Trace]) -> None:
        """Take out what was found and is not the object, from the frame on that it was found on; it is a double."""
        for one in track[1:]:
            self.watch.note_double(each.k, one.frame, one.box)
        self._take_out([(frame, each.k) for frame in self._found_run(each)])

    def _found_run(self, each: Extension) -> list[int]:
        """The frames that were tracked from where an extension starts in the other direction, the farthest first; none
        when that leads to a mask that was drawn or accepted."""
        missing, frame = set(self.missing(each.k)), each.start
        run: list[int] = []
        while frame in self.frames and frame not in missing:
            if frame in self.known or self._is_accepted(each.k, frame):
                return []
            run.append(frame)
            frame -= each.step
        return run[::-1]

    def _is_accepted(self, k: int, frame: int) -> bool:
        """Whether the user said that object k is where it was found on a frame."""
        verdict = self.watch.verdicts.get((k, frame))
        return verdict is not None and verdict.accept

    def _approach(self, each: Extension) -> Iterator[tuple[int, Frame, Labels]]:
        """The frames from where the object is known beyond the extension, some while before, up to its start, with
        its masks: what is beside it there is known not to be it."""
        masks, step, missing = MaskFolder(self.out), each.step, set(self.missing(each.k)) - self.known
        beyond = each.end + step
        if beyond not in self.frames or abs(beyond - each.start) > FARTHEST or self._cut(each.end, step):
            return
        begin = beyond
        while (
            abs(begin - beyond) < BEFORE
            and begin not in self.known
            and begin + step in self.frames
            and begin + step not in missing
            and not self._cut(begin, step)
        ):
            begin += step
        for number, frame in self.stream(range(begin, each.start - step, -step)):
            own = (masks.labels(number) == self.labels[each.k]).astype(np.uint8)
            yield number, frame, own if number != each.start else np.zeros_like(own)

    def _cut(self, number: int, step: int) -> bool:
        """Whether there is a scene cut between a frame and the next one in a direction."""
        return (number + step if step > 0 else number) in self.watch.cuts

    def _watch_one(self, k: int, own: Labels) -> Watch:
        """A watch of object k alone, which only says when it is missing again."""
        whole = self.watch
        usual = max([whole.presences[k].size, *sizes_of(own, (1,))])
        watch = Watch(whole.recogniser.only(k), whole.outliner, (), searching=False)
        watch.begin(sizes_of(own, (1,)), [usual])
        watch.presences[0].age, watch.presences[0].proved = 0, False
        return watch

    def _search(self, state: State) -> Iterator[tuple[int, str]]:
        """Look through the frames on which objects are missing, then link what was found."""
        missing = {k: set(self.missing(k)) - self.known for k in range(len(self.labels))}
        wanted = sorted(frame for frame in set().union(*missing.values()) if frame >= state.searched)
        for start, end in as_gaps(wanted):
            for number, frame in self.stream(range(start, end + 1)):
                for k in missing:
                    if number in missing[k]:
                        state.candidates += [(k, each) for each in self._candidates(k, number, frame)]
                state.searched = number + 1
                if time.monotonic() - self._saved > self.seconds:
                    self.save(state)
                    self._saved = time.monotonic()
                yield number, f"Looking for lost objects, round {state.round}"
        state.searched = -1
        state.hits = self._hits(state)
        state.candidates = []
        self.save(state)

    def _candidates(self, k: int, number: int, frame: Frame) -> list[Candidate]:
        view = self.watch.recogniser.view(frame)
        found = self.watch.recogniser.candidates(view, k, self._taken(number, view.shape))
        return [
            Candidate(number, each.score, each.box)
            for each in found
            if each.score >= 0.1 and not self.watch.is_double(k, number, each)
        ]

    def _taken(self, number: int, shape: tuple[int, int]) -> Area:
        """Places that the masks of other objects cover."""
        labels = MaskFolder(self.out).labels(number)
        return np.asarray(coarsened((labels > 0).astype(np.float32)[..., None], shape)[..., 0] > 0.5)

    def _hits(self, state: State) -> list[Hits]:
        """The paths of all objects, most confident first; without those of refused candidates."""
        slack = 0.5 / self.watch.recogniser.grid.shape[0]
        found = []
        for k in range(len(self.labels)):
            candidates = [each for owner, each in state.candidates if owner == k]
            for verdict in self.watch.verdicts.values():
                if verdict.k == k and not verdict.accept:
                    refused = chain(candidates, Candidate(verdict.frame, 1.0, verdict.box), slack)
                    candidates = [each for each in candidates if each not in refused]
            found += [Hits(k, path) for path in best_paths(candidates, slack)]
            found += [
                Hits(k, Linked(1.0, (Candidate(verdict.frame, 1.0, verdict.box),)))
                for verdict in self.watch.verdicts.values()
                if verdict.k == k and verdict.accept
            ]
        return sorted(found, key=lambda each: (-each.path.score, each.k, each.path.best.frame))

    def _try(self, state: State, hits: Hits) -> Iterator[tuple[int, str]]:
        """Use a path where the object is still missing and the score is enough."""
        k, best = hits.k, hits.path.best
        accepted = self._is_accepted(k, best.frame)
        if self.confidences.get(best.frame, {}).get(self.labels[k], 0.0) > 0 or best.frame in self.known:
            return
        steady = self.watch.passes(k, [each.score for each in hits.path.candidates])
        if not accepted and not steady:
            state.rest = [*state.rest, hits]
            return
        frame = self.picture(best.frame)
        view = self.watch.recogniser.view(frame)
        labels = MaskFolder(self.out).labels(best.frame)
        taken = self._taken(best.frame, view.shape)
        same = [each for each in self.watch.recogniser.candidates(view, k, taken) if each.box == best.box]
        found = [self.watch.recogniser.within(view, k, best.box)] if accepted else same
        if not found:
            return
        present = np.asarray(labels > 0, np.float32)[..., None]
        seed = self.watch.outliner.outline(
            frame, found[0], k, coarsened(present, self.watch.outliner.grid.shape)
        )
        if float(seed.max()) < 0.5:
            state.rest = [*state.rest, hits]
            return
        self._write(best.frame, k, frame, seed[..., None], max(1e-4, round(0.8 * hits.path.score, 4)), labels)
        self.watch.sightings.append(Sighting(k, best.frame, hits.path.score, best.box, 1, accepted))
        state.taken = True
        state.queue = self._both_ways(k, best.frame)
        yield best.frame, f"Found object {self.labels[k]} again"

    def _write(
        self,
        number: int,
        k: int,
        frame: Frame | None,
        objects: Array32,
        confidence: float,
        others: Labels | None = None,
    ) -> None:
        """Write one object's mask into a frame that keeps those of the others; without a frame, take it out.
        confidence: the score."""
        label = self.labels[k]
        if others is None:
            others = MaskFolder(self.out).labels(number)
            others = others * (others != label)
        soft = np.zeros(others.shape, np.float32)
        if frame is not None:
            mine, mattes = full_size(frame, objects, (label,))
            soft = mattes[0] * ((others == 0) | (mattes[0] < 0.5))
            others = np.where((others == 0) & (mine == label), np.uint8(label), others)
        matte.write_labels(self.out / matte.MASKS / matte.mask_name(number), others)
        if self.soft:
            path = self.out / matte.SOFT / str(label) / matte.mask_name(number)
            matte.write_soft(path, lifted_contrast(soft))
        self.confidences.setdefault(number, {})[label] = told(confidence)
