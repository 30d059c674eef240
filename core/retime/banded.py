"""A tridiagonal quadratic under bounds and one sum, solved exactly; numpy only.

    minimise  1/2 u'Hu   subject to  low <= u <= high,  sum(weight * u) = total

H is tridiagonal with a positive diagonal and off-diagonals <= 0 (an M-matrix). For a price p of the sum, the u
that minimises 1/2 u'Hu - p * weight'u under the bounds rises with p in every entry, so p is found by Newton's steps on
a piecewise linear, rising function, kept in a bracket. For each p the bounds are settled by a primal-dual active set
(Hintermueller, Ito and Kunisch 2002); each round is one tridiagonal system, solved by cyclic reduction: log2(N)
vectorised passes. All arrays are float64 (N,).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
_ROUNDS = 200


@dataclass(frozen=True, eq=False)
class Bounded:
    """The problem.

    diagonal: (N,), positive.
    coupling: (N - 1,), how much neighbours hold together, >= 0: the off-diagonals are -coupling.
    weight: (N,), positive.
    """

    diagonal: Values
    coupling: Values
    weight: Values
    low: Values
    high: Values

    def solve(self, total: float) -> Values:
        """The minimiser whose weighted sum is `total`, which must lie between that of `low` and of `high`."""
        if total <= self.weight @ self.low:
            return self.low.copy()
        if total >= self.weight @ self.high:
            return self.high.copy()
        below = float(np.min(self._times(self.low) / self.weight))
        above = float(np.max(self._times(self.high) / self.weight))
        price = (below + above) / 2
        u = self.low
        for _ in range(_ROUNDS):
            u, slope = self._at_price(price, u)
            missing = total - float(self.weight @ u)
            below, above = (price, above) if missing > 0 else (below, price)
            step = missing / slope if slope > 0 else np.inf
            if abs(missing) <= 1e-13 * total or above - below <= 1e-15 * abs(price):
                break
            price = price + step if below < price + step < above else (below + above) / 2
        return u

    def _times(self, u: Values) -> Values:
        """Hu."""
        out = self.diagonal * u
        out[:-1] -= self.coupling * u[1:]
        out[1:] -= self.coupling * u[:-1]
        return out

    def _at_price(self, price: float, start: Values) -> tuple[Values, float]:
        """The minimiser for a price, and how fast its weighted sum rises with the price."""
        push = price * self.weight
        at_low, at_high = start <= self.low, start >= self.high
        for _ in range(_ROUNDS):
            free = ~(at_low | at_high)
            held = np.where(at_low, self.low, self.high)
            u, rise = self._free_solve(free, held, push).T
            pull = self._times(u) - push  # > 0 wants to shrink
            new_low = np.where(free | at_high, u < self.low, pull > 0) | (self.low == self.high)
            new_high = np.where(free | at_low, u > self.high, pull < 0) & ~new_low
            if np.array_equal(new_low, at_low) and np.array_equal(new_high, at_high):
                break
            at_low, at_high = new_low, new_high
        return np.clip(u, self.low, self.high), float(self.weight @ rise)

    def _free_solve(self, free: npt.NDArray[np.bool_], held: Values, push: Values) -> Values:
        """(N, 2): u with the bound entries held, and its derivative by the price."""
        diagonal = np.where(free, self.diagonal, 1.0)
        below = np.zeros_like(diagonal)
        above = np.zeros_like(diagonal)
        below[1:], above[:-1] = -self.coupling, -self.coupling
        below, above = np.where(free, below, 0.0), np.where(free, above, 0.0)
        wanted = np.column_stack([np.where(free, push, held), np.where(free, self.weight, 0.0)])
        return solve_tridiagonal(below, diagonal, above, wanted)


def solve_tridiagonal(below: Values, diagonal: Values, above: Values, wanted: Values) -> Values:
    """x (N, K) of the diagonally dominant system below[i] x[i-1] + diagonal[i] x[i] + above[i] x[i+1] = wanted[i].

    below[0] and above[-1] are not used. Cyclic reduction: the odd unknowns are eliminated, the even ones are such a
    system of half the size.
    """
    count = len(diagonal)
    if count == 1:
        return wanted / diagonal[:, None]
    odd_diagonal, odd_wanted = diagonal[1::2], wanted[1::2]
    half, odds = (count + 1) // 2, count // 2
    left, right = np.zeros(half), np.zeros(half)
    left[1:] = below[2::2] / odd_diagonal[: half - 1]
    right[:odds] = above[::2][:odds] / odd_diagonal
    new_diagonal, new_wanted = diagonal[::2].copy(), wanted[::2].copy()
    new_below, new_above = np.zeros(half), np.zeros(half)
    new_diagonal[1:] -= left[1:] * above[1::2][: half - 1]
    new_wanted[1:] -= left[1:, None] * odd_wanted[: half - 1]
    new_below[1:] = -left[1:] * below[1::2][: half - 1]
    new_diagonal[:odds] -= right[:odds] * below[1::2]
    new_wanted[:odds] -= right[:odds, None] * odd_wanted
    inner = min(odds, half - 1)
    new_above[:inner] = -right[:inner] * above[1::2][:inner]
    out = np.empty_like(wanted)
    out[::2] = solve_tridiagonal(new_below, new_diagonal, new_above, new_wanted)
    rest = odd_wanted - below[1::2, None] * out[::2][:odds]
    rest[:inner] -= above[1::2][:inner, None] * out[2::2][:inner]
    out[1::2] = rest / odd_diagonal[:, None]
    return out
