"""Say which objects are in the picture while they are tracked, and find the missing ones again on the spot.

An object is missing when next to nothing is left of it, when its mask shows something else, such as what hides it
(core.masks.recognition.content) or what it left behind (core.masks.recognition.course and remains), when its places
look like something else soon after it was found, when it was found and is never well seen, or something else is much
more like it, when its mask lies all over the picture (scattered), and after a scene cut. A missing object has no mask
and does not enter the memory; every frame is searched for it (recognise), and a candidate whose scores add up is
tracked again (cusum). After VS-ReID (Li et al. 2017), with the search also inside the first pass.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import cv2
import msgspec
import numpy as np

from core.arrays import Array32
from core.masks.memory_frame import MemoryFrame, Strays, coarsened, latest, strayed
from core.masks.recognition.content import strangeness
from core.masks.recognition.course import DECLINE, onward
from core.masks.recognition.cusum import FEWEST, REMEMBERED, adds_up
from core.masks.recognition.doubles import LOOKS, Double, doubles_left, doubles_of, followed
from core.masks.recognition.linking import OVERLAP, Place, beside, overlap, place_of
from core.masks.recognition.outline import Outliner
from core.masks.recognition.recognise import Area, Found, Recogniser
from core.masks.recognition.remains import UNSURE, after, goes_on, gone_on, is_remains
from core.masks.recognition.scattered import extended
from core.masks.recognition.states import DRAWN, Notes, Presence, Sighting, Verdict, Withdrawn, frames_back
from core.masks.recognition.surroundings import Surroundings, around
from core.masks.recognition.view import View
from core.masks.recognition.whose import lost_beside, outdone, owner, without_kin
from core.masks.tracker import Step, Tracker
from core.media.info import Frame

GONE = 0.03
"""An object with less than this part of its usual size is missing."""
RESIDUE, DISTRUST = 0.15, 0.25
"""So is one with less than this part of it (in a gap that was searched, DECLINE) whose confidence is below this."""
STRANGE, FOREIGN = 0.4, 0.9
"""So is one of whose mask at least this part is more like the rest of the key frames
(core.masks.recognition.content), when that part less the likeness of its places, in the light of all that was learned
since, is at least this."""
BESIDE = 0.7
"""So is one of whose mask at least this part lies on what was seen beside it (core.masks.recognition.surroundings)."""
GRACE = 3
"""Frames on which nothing may be left of an object that is still carried on: a flash, a blink of the picture."""
ACCEPT = 0.5
"""Score that is asked of a candidate that is used; more where look-alikes score well."""
LEARN_EVERY = 8
YOUNG = 4
"""Frames after it was found on which an object must still look like itself."""


@dataclass
class Watch:
    """Steps a tracker and decides who is there.

    cuts: first frames of shots. verdicts: by object and frame. searching: missing objects are looked for, and those
    that are there are learned from. doubles: where they were, by frame.
    """

    recogniser: Recogniser
    outliner: Outliner
    cuts: Container[int]
    verdicts: Mapping[tuple[int, int], Verdict] = field(default_factory=dict)
    presences: list[Presence] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    doubles: dict[int, list[Double]] = field(default_factory=dict)
    withdrawn: list[Withdrawn] = field(default_factory=list)
    searching: bool = True
    surroundings: Surroundings | None = None

    def begin(self, sizes: Sequence[float], usual: Sequence[float]) -> None:
        """Start a pass from a known frame.

        Args:
            sizes: the part of that frame that each object covers. usual: and where it is largest.
        """
        self.presences = [
            Presence(size > 0, size if size > 0 else most) for size, most in zip(sizes, usual, strict=True)
        ]
        self.surroundings = None

    def step(self, tracker: Tracker, number: int, frame: Frame, forward: int = 1) -> Step:
        """Track the next frame; probabilities and confidence of who is missing are 0."""
        if (number if forward > 0 else number + 1) in self.cuts:
            for presence in self.presences:
                presence.here, presence.trail, presence.doubles = False, [], []
        before = tracker.history[-1:]
        step = self._tracked(tracker, number, frame)
        self._look_beside(tracker, before)
        step = self._without_leaks(tracker, step, number)
        seen = functools.cache(partial(self.recogniser.view, frame))
        strays = strayed(latest(tracker.history, number), len(self.presences))
        strange = [*strays[0], *self._strange(tracker, step, number, seen)]
        refuted = self._refuted(step, number, forward, strays, seen)
        collapsed = self._collapsed(step, strange, number) + refuted
        here = [presence.here for presence in self.presences]
        young = [k for k, presence in enumerate(self.presences) if here[k] and presence.age <= YOUNG]
        learns = self.searching and any(here) and number % LEARN_EVERY == 0
        declining = self._declining(step) if self.searching else []
        if young or learns or declining or (self.searching and not all(here)):
            view = seen()
            coarse = coarsened(step.objects, view.shape)
            for k in declining:
                self._note_doubles(k, view, coarse, place_of(step.objects[..., k]), number)
            self._doubt(view, coarse, young, number)
            if learns:
                self._learn(view, coarse, step, number)
            if self.searching:
                step = self._search(tracker, self._without_missing(step), number, frame, view, forward)
        for k, presence in enumerate(self.presences):
            presence.age += 1
            if presence.here and k not in collapsed:
                presence.place = place_of(step.objects[..., k])
                presence.size += 0.05 * (float(step.objects[..., k].mean()) - presence.size)
        still = [k for k in collapsed if self.presences[k].age > 1]
        return self._without_missing(step).without(still)

    def accepts(self, k: int) -> float:
        """The score from which a candidate of object k is used: halfway from the best look-alike to certainty."""
        return max(ACCEPT, (1 + self.recogniser.usual[k].rival) / 2)

    def passes(self, k: int, scores: Sequence[float]) -> bool:
        """Whether a candidate of object k with these scores on frames in a row is used."""
        return adds_up(scores, self.accepts(k))

    def find(self, view: View, k: int, taken: Area, number: int) -> list[Found]:
        """Candidates of object k, without those that follow a refused one; an accepted one is the only one."""
        verdict = self.verdicts.get((k, number))
        found = self.recogniser.candidates(view, k, taken, lost_beside(self.recogniser, self.presences, k))
        presence = self.presences[k]
        slack = 0.5 / view.shape[0]
        if verdict is not None and not verdict.accept:
            presence.refused = verdict.box
        if presence.refused is not None:
            lead = presence.refused
            near = [each for each in found if overlap(each.box, lead, slack) > 0.3]
            presence.refused = near[0].box if near else None
            found = [each for each in found if overlap(each.box, lead, slack) <= 0.3]
        presence.doubles, found = followed(presence.doubles, number, found)
        self.doubles.setdefault(number, []).extend(presence.doubles)
        return found

    def is_double(self, k: int, number: int, found: Found) -> bool:
        """Whether a candidate on a frame where object k was missing is one of its doubles."""
        return any(each.explains(found) for each in self.doubles.get(number, ()) if each.k == k)

    def note_double(self, k: int, number: int, box: Place) -> None:
        """What is in a box of a frame is surely not object k, whatever it looks like."""
        self.doubles.setdefault(number, []).append(Double(k, number, 1.0, box))

    def notes(self) -> Notes:
        return Notes(self.presences, self.recogniser.usual, self.sightings, self.doubles, self.withdrawn)

    def _tracked(self, tracker: Tracker, number: int, frame: Frame) -> Step:
        """What the tracker says of those that are here."""
        missing = [k for k, presence in enumerate(self.presences) if not presence.here]
        if len(missing) < len(self.presences) and tracker.history:
            return tracker.step(number, frame, missing)
        tracker.history = []
        grid, count = tracker.grid, len(self.presences)
        return Step(np.zeros((grid.height, grid.width, count), np.float32), (0.0,) * count)

    def _look_beside(self, tracker: Tracker, before: Sequence[MemoryFrame]) -> None:
        """Follow what is beside the objects from the frame before to the latest one."""
        if not before or not tracker.history or not any(presence.here for presence in self.presences):
            self.surroundings = None
            return
        drawn = before[0].number in {key.number for key in tracker.keys}
        beside = self.surroundings or around(before[0], drawn)
        self.surroundings = beside.moved(before[0], tracker.history[-1])

    def _without_leaks(self, tracker: Tracker, step: Step, number: int) -> Step:
        """Without the parts of masks that lie on what was seen beside them; nor are they remembered as the object."""
        now = latest(tracker.history, number)
        if now is None or self.surroundings is None:
            return step
        masks = self.surroundings.without_leaks(now, tracker.keys, [each.here for each in self.presences])
        tracker.history[-1] = replace(now, masks=masks)
        return replace(step, objects=masks)

    def _without_missing(self, step: Step) -> Step:
        return step.without([k for k, presence in enumerate(self.presences) if not presence.here])

    def _declining(self, step: Step) -> list[int]:
        """Objects of which not much is left; those of the others that are here have no doubles."""
        left, found = step.objects.mean(axis=(0, 1)), []
        for k, presence in enumerate(self.presences):
            if presence.here and left[k] < DECLINE * presence.size:
                found.append(k)
            elif presence.here:
                presence.doubles = []
        return found

    def _note_doubles(self, k: int, view: View, coarse: Array32, place: Place, number: int) -> None:
        """Follow the doubles of an object that goes out of sight; more are noted while it surely is where its mask is.
        Another object is none: it goes as well, and this one may come back where it was.

        Args:
            coarse: the masks, (rows, columns, K) of the view. place: the box around this one.
        """
        presence, covered = self.presences[k], coarse.max(axis=2) > 0.5
        around = np.asarray(cv2.dilate(covered.astype(np.uint8), np.ones((5, 5), np.uint8)), bool)
        presence.doubles, rest = followed(
            presence.doubles, number, self.recogniser.candidates(view, k, around)
        )
        if presence.gone == 0 and self.recogniser.likeness(view, k, coarse[..., k]) > LOOKS:
            presence.doubles = [*presence.doubles, *doubles_of(k, number, rest, place)]
        self.doubles.setdefault(number, []).extend(presence.doubles)

    def _strange(self, tracker: Tracker, step: Step, number: int, view: Callable[[], View]) -> list[int]:
        """Objects whose masks show something else."""
        now = latest(tracker.history, number)
        found = []
        for k, presence in enumerate(self.presences):
            if now is None or not presence.here:
                continue
            if self.surroundings is not None and self.surroundings.share(now, tracker.keys, k) >= BESIDE:
                found.append(k)
                continue
            strange = strangeness(now, tracker.keys, k)
            if strange >= STRANGE:
                places = coarsened(step.objects[..., k : k + 1], view().shape)[..., 0]
                if strange - self.recogniser.likeness(view(), k, places) >= FOREIGN:
                    found.append(k)
        return found

    def _collapsed(self, step: Step, strange: Container[int], number: int) -> list[int]:
        """Objects of which next to nothing is left, or that are under something else, or of which the tracker makes
        something elsewhere after nothing was left; after a few such frames they count as missing."""
        found, residue = [], RESIDUE if self.searching else DECLINE
        for k, presence in enumerate(self.presences):
            objects, size = step.objects[..., k], float(step.objects[..., k].mean())
            little = size < GONE * presence.size or float(objects.max()) < 0.3
            unsure = size < residue * presence.size and step.confidence[k] < DISTRUST
            elsewhere = presence.gone > 0 and not beside(place_of(objects), presence.place)
            if presence.here and (little or unsure or elsewhere or k in strange):
                found.append(k)
                presence.gone += 1
            else:
                presence.gone = 0
            if presence.gone >= GRACE:
                if k in strange and presence.age <= YOUNG + GRACE:
                    self._refute(k, number)
                presence.lose()
        return found

    def _refuted(
        self, step: Step, number: int, forward: int, strays: Strays, seen: Callable[[], View]
    ) -> list[int]:
        """Objects of which nothing is seen but what they left behind, or that were found a while ago and never well
        seen since; they count as missing, and what was seen as something else."""
        left, ways = strays
        found = []
        for k, presence in enumerate(self.presences):
            if not presence.here:
                continue
            objects = step.objects[..., k]
            presence.course = onward(presence.course, number, objects, presence.size)
            if presence.course.seen is not None:
                presence.went = gone_on(presence.went, ways[k])
            presence.unlike = self._unlike(step, k, seen)
            remains = is_remains(presence.unlike) and not goes_on(presence.went, ways[k])
            stayed, wrong = (k in left and presence.gone > 0) or remains, presence.course.left_behind
            if stayed:
                wrong = frames_back(number, len(presence.unlike) if remains else 1, forward)
            presence.extent = extended(presence.extent, objects, presence.size)
            if presence.extent.is_elsewhere:
                wrong = frames_back(number, presence.extent.scattered, forward)
            if presence.is_unproved(float(objects.mean()), step.confidence[k]):
                wrong = frames_back(number, presence.age + 1, forward)
            if wrong:
                self.withdrawn.append(Withdrawn(k, wrong))
                places = coarsened(objects[..., None], seen().shape)[..., 0] > 0.5
                self._give_up(k, number, places, stayed, seen())
                found.append(k)
        return found

    def _unlike(self, step: Step, k: int, seen: Callable[[], View]) -> tuple[float, ...]:
        """On how many frames in a row, up to this one, object k went out of sight and did not look like itself."""
        presence, objects = self.presences[k], step.objects[..., k]
        size = float(objects.mean())
        if size >= DECLINE * presence.size or size < GONE * presence.size or step.confidence[k] >= UNSURE:
            return ()
        places = coarsened(objects[..., None], seen().shape)[..., 0]
        return after(presence.unlike, self.recogniser.likeness(seen(), k, places))

    def _give_up(self, k: int, number: int, places: Area, stayed: bool, view: View) -> None:
        """Object k is missing, and its places (rows, columns) show something else. stayed: as it went on."""
        presence = self.presences[k]
        presence.lose()
        if stayed:
            alike = self.recogniser.likeness(view, k, places)
            presence.doubles = [*presence.doubles, *doubles_left(k, number, alike, places)]
        self.recogniser.reject(view, places)

    def _doubt(self, view: View, coarse: Array32, young: Sequence[int], number: int) -> None:
        """An object that was just found must go on looking like itself."""
        for k in young:
            places, presence = coarse[..., k] > 0.5, self.presences[k]
            unlike = not places.any() or self.recogniser.likeness(view, k, places) < 0.15
            presence.doubts = presence.doubts + 1 if unlike else 0
            if presence.doubts >= 2:
                self._refute(k, number)
                presence.lose()

    def _refute(self, k: int, number: int) -> None:
        """What was found last is not the object, unless the user said so."""
        latest = max((i for i, each in enumerate(self.sightings) if each.k == k), default=-1)
        if latest >= 0 and not self.sightings[latest].accepted:
            self.sightings[latest] = msgspec.structs.replace(self.sightings[latest], doubted=number)

    def _learn(self, view: View, coarse: Array32, step: Step, number: int) -> None:
        sure = []
        for k, presence in enumerate(self.presences):
            places = coarse[..., k] > 0.5
            large = float(step.objects[..., k].mean()) > 0.5 * presence.size
            steady = presence.here and presence.age > YOUNG and step.confidence[k] > 0.4
            again = presence.here and YOUNG < presence.age < DRAWN
            if again and outdone(self.recogniser, self.presences, view, k, coarse, self.accepts(k)):
                if presence.was_never_it:
                    self._refute(k, number)
                self._give_up(k, number, places, False, view)
            elif steady and large and places.any() and self.recogniser.likeness(view, k, places) > 0.1:
                self.recogniser.measure(view, k, places, self.recogniser.beside(k, coarse > 0.5))
                sure.append(k)
        self.recogniser.learn(view, coarse, sure)

    def _search(
        self, tracker: Tracker, step: Step, number: int, frame: Frame, view: View, forward: int
    ) -> Step:
        """Look for the missing objects, and go on tracking those that are found, most confident first."""
        coarse = coarsened(step.objects, view.shape)
        chosen = [
            (score, owner(self.recogniser, self.presences, view, k, found), found)
            for k, presence in enumerate(self.presences)
            if not presence.here
            for score, found in self._choice(k, view, self._taken(coarse), number)
        ]
        for score, k, found in sorted(chosen, key=lambda each: (-each[0], each[1])):
            taken = self._taken(coarsened(step.objects, view.shape))
            if taken[found.places].mean() > 0.5 or self.presences[k].here:
                continue
            step = self._take(tracker, step, number, frame, k, found)
            if self.presences[k].here:
                accepted = (k, number) in self.verdicts
                self.sightings.append(Sighting(k, number, round(score, 4), found.box, forward, accepted))
        return step

    def _taken(self, coarse: Array32) -> Area:
        """Places of the objects that are here."""
        return np.asarray(coarse.max(axis=2, initial=0) > 0.5)

    def _choice(self, k: int, view: View, taken: Area, number: int) -> list[tuple[float, Found]]:
        """The candidate that object k is tracked from now on, if there is one, with its score."""
        verdict, presence = self.verdicts.get((k, number)), self.presences[k]
        if verdict is not None and verdict.accept:
            return [(1.0, self.recogniser.within(view, k, verdict.box))]
        found = without_kin(self.recogniser, self.presences, view, k, self.find(view, k, taken, number))
        best = self._follow(presence, found, view)
        if best is not None and self.passes(k, presence.trail):
            return [(float(np.mean(presence.trail[-FEWEST:])), best)]
        return []

    def _follow(self, presence: Presence, found: Sequence[Found], view: View) -> Found | None:
        """Lead the trail on to the candidate that continues it, or begin one at the best."""
        if not found:
            presence.trail = []
            return None
        slack = 1.0 / view.shape[0]
        linked = [each for each in found if overlap(each.box, presence.box, slack) > OVERLAP]
        if not presence.trail or not linked or linked[0].score < 0.7 * found[0].score:
            presence.trail, linked = [], list(found)
        presence.trail = [*presence.trail, linked[0].score][-REMEMBERED:]
        presence.box = linked[0].box
        return linked[0]

    def _take(self, tracker: Tracker, step: Step, number: int, frame: Frame, k: int, found: Found) -> Step:
        """Begin to track a found object: its mask is the only memory beside the key masks."""
        seed = self.outliner.outline(frame, found, k, step.objects)
        if float(seed.max()) < 0.5:
            return step
        objects = step.objects.copy()
        objects[..., k] = seed
        confidence = list(step.confidence)
        confidence[k] = round(min(1.0, found.score) * 0.8, 4)
        self.presences[k].found((k, number) in self.verdicts)
        tracker.restart(number, frame, objects)
        self.surroundings = None
        return replace(step, objects=objects, confidence=tuple(confidence))
