from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from core.project.backups import FOLDER, add, listed, thinned

NOW = datetime(2026, 3, 1, 12, 0, 0)


def test_a_year_of_saves_stays_dense_near_and_sparse_far(tmp_path: Path) -> None:
    kept: set[datetime] = set()
    moment = NOW - timedelta(days=200)
    while moment <= NOW:
        kept = thinned(kept | {moment}, 20, moment)
        moment += timedelta(hours=5)
    for minutes in range(0, 60, 4):
        kept = thinned(kept | {NOW + timedelta(minutes=minutes)}, 20, NOW + timedelta(minutes=minutes))
    end = NOW + timedelta(minutes=56)
    ages = sorted((end - moment).total_seconds() / 3600 for moment in kept)
    assert len(kept) == 20 and ages[0] == 0
    assert sum(age < 1 for age in ages) >= 4
    assert sum(1 <= age < 24 for age in ages) >= 2
    assert sum(24 <= age < 24 * 30 for age in ages) >= 3
    assert ages[-1] > 24 * 100


def test_few_are_all_kept_and_none_when_none_are_wanted(tmp_path: Path) -> None:
    path, data = tmp_path / "a.laminar", tmp_path / "a_data"
    for number in range(5):
        path.write_text(str(number))
        add(path, data, 20, NOW + timedelta(seconds=number))
        path.unlink()
    assert [one.read_text() for one in listed(path, data).values()] == list("01234")
    path.write_text("x")
    add(path, data, 0, NOW)
    assert len(listed(path, data)) == 5
    add(path, data, 3, NOW + timedelta(seconds=9))
    assert len(listed(path, data)) == 3


def test_files_of_the_user_and_of_other_projects_are_left_alone(tmp_path: Path) -> None:
    path, data = tmp_path / "a.laminar", tmp_path / "a_data"
    path.write_text("x")
    (data / FOLDER).mkdir(parents=True)
    foreign = [data / FOLDER / name for name in ("mine.laminar", "b 20200101-000000-000000.laminar")]
    for one in foreign:
        one.write_text("keep")
    for number in range(4):
        add(path, data, 1, NOW + timedelta(seconds=number))
    assert len(listed(path, data)) == 1 and all(one.exists() for one in foreign)


@given(st.sets(st.integers(0, 10**8), max_size=30), st.integers(1, 12))
def test_thinning_keeps_the_ends_and_leaves_what_it_left(ages: set[int], keep: int) -> None:
    now = datetime(2026, 1, 1)
    stamps = {now - timedelta(seconds=age) for age in ages}
    kept = thinned(stamps, keep, now)
    assert kept <= stamps and len(kept) == min(keep, len(stamps))
    assert thinned(kept, keep, now) == kept
    if stamps:
        assert max(stamps) in kept
    if len(stamps) > 1 and keep > 1:
        assert min(stamps) in kept
