"""Candidates linked over frames."""

from __future__ import annotations

import pytest

from core.masks.recognition.linking import Candidate, best_paths, chain, overlap


def walk(first: int, last: int, score: float, x: float = 0.1, step: float = 0.01) -> list[Candidate]:
    return [Candidate(n, score, (x + step * (n - first), 0.2, 0.2, 0.3)) for n in range(first, last + 1)]


def test_overlap_of_boxes() -> None:
    assert overlap((0, 0, 0.2, 0.2), (0, 0, 0.2, 0.2)) == pytest.approx(1)
    assert overlap((0, 0, 0.2, 0.2), (0.1, 0, 0.2, 0.2)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 0.2, 0.2), (0.3, 0, 0.2, 0.2)) == 0
    assert overlap((0, 0, 0.2, 0.2), (0.21, 0, 0.2, 0.2), 0.02) > 0


def test_paths_are_linked_rescored_by_their_mean_and_sorted() -> None:
    good, bad = walk(3, 8, 0.8), walk(4, 12, 0.4, x=0.7)
    blink = [Candidate(20, 0.9, (0.5, 0.5, 0.1, 0.1))]
    paths = best_paths([*bad, *blink, *good])
    assert [path.candidates for path in paths] == [tuple(good), tuple(blink), tuple(bad)]
    assert [path.score for path in paths] == [0.8, 0.9, 0.4]
    assert paths[0].best == good[0]


def test_what_overlaps_a_path_is_suppressed() -> None:
    good, double = walk(0, 5, 0.8), walk(0, 5, 0.5, x=0.12)
    assert [path.candidates for path in best_paths([*good, *double])] == [tuple(good)]


def test_nothing_is_linked_over_a_cut_or_a_missing_frame() -> None:
    assert [len(path.candidates) for path in best_paths(walk(0, 5, 0.8), limits=[3])] == [3, 3]
    held = [each for each in walk(0, 6, 0.8) if each.frame != 3]
    assert [len(path.candidates) for path in best_paths(held)] == [3, 3]
    assert best_paths([]) == []


def test_a_refusal_follows_its_chain() -> None:
    good, other = walk(0, 9, 0.8), walk(0, 9, 0.8, x=0.6)
    assert chain([*good, *other], Candidate(4, 1.0, (0.15, 0.2, 0.2, 0.3))) == set(good)
    assert chain(other, Candidate(4, 1.0, (0.15, 0.2, 0.2, 0.3))) == set()
