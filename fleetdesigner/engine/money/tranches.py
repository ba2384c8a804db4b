"""When what stands was delivered, also before the horizon: from then on prices fall and terms run.

Axes: U kinds of delivery, T tranches of a ramp, M months. A month index counts from the first month of the
horizon, so what stood before it was delivered in a negative one: it is owned already, and brought in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.model import Design
from fleetdesigner.engine.fleet.table import NEVER, FleetTable
from fleetdesigner.engine.money.finance import annuity_of_rest, interest_on_rest, residual_value_share
from fleetdesigner.engine.remembered import SAMPLES, Remembered

Array = NDArray[np.float64]
Index = NDArray[np.int64]


_LEFT: Remembered[Array] = Remembered(4 * SAMPLES)
_EVEN: Remembered[Array] = Remembered(8 * SAMPLES)


@dataclass(frozen=True, eq=False)
class Tranches:
    """What arrives of each kind of delivery, as shares of the whole."""

    months: int
    of: Index
    """[N] index of the kind of delivery of each group that was asked for"""
    share: Array
    """[U, T] share of the whole that arrives with the tranche"""
    month: Index
    """[U, T] month index in which it arrives"""
    retire: Array
    """[U] month index of the retirement, infinite when there is none"""
    leave: Array
    """[U] month index of the sale, infinite when it is not sold"""

    @cached_property
    def _at(self) -> Index:
        """[M]"""
        return np.arange(self.months)

    @cached_property
    def _held(self) -> NDArray[np.bool_]:
        """[U, T] the plan ever holds the tranche: it comes before the end and before it would go, and is not
        gone before the first month.
        """
        leave = self.leave[:, None]
        return (self.month < np.minimum(leave, self.months)) & (leave > 0)

    @cached_property
    def before(self) -> Array:
        """[U] share that stood before the first month."""
        return np.asarray(np.where(self._held & (self.month < 0), self.share, 0.0).sum(axis=1))

    @cached_property
    def bought(self) -> Array:
        """[U, M] share that arrives in the month; what stood before arrives in none."""
        return self._in_months(np.where(self.month >= 0, self.share, 0.0))

    def opening(self, life_months: float, residual_share: float = 0.0) -> Array:
        """[U] share of the price that what stood before the first month is worth in it, by age: the value at
        which its even cost starts.
        """
        worth = residual_value_share(np.maximum(-self.month, 0.0), life_months, residual_share)
        return np.asarray(np.where(self._held & (self.month < 0), self.share * worth, 0.0).sum(axis=1))

    def left(self, life_months: float, residual_share: float) -> Array:
        """[U, M] share of the price that is left when it is sold, or at the end of the horizon, of what
        arrives in the month; what stood before counts in the first. It falls by age since it arrived.
        """
        terms = (life_months, residual_share)
        return _LEFT.get((self,), terms, lambda: self._left(*terms))

    def _left(self, life_months: float, residual_share: float) -> Array:
        end = np.minimum(self.leave, self.months)[:, None]
        worth = residual_value_share(np.maximum(end - self.month, 0.0), life_months, residual_share)
        return self._in_months(self.share * worth)

    def even(self, life_months: float, yearly_rate: float, residual_share: float = 0.0) -> Array:
        """[U, M] monthly cost per USD of price: what is bought pays the annuity of its price over its life,
        what stood before the annuity of its value in the first month over what remains of its life. After
        its life it costs the interest on its residual value for as long as it stands.
        """
        terms = (life_months, yearly_rate, residual_share)
        return _EVEN.get((self,), terms, lambda: self._even(*terms))

    def _even(self, life_months: float, yearly_rate: float, residual_share: float) -> Array:
        age = np.maximum(-self.month, 0).astype(np.float64)
        each = annuity_of_rest(age, life_months, yearly_rate, residual_share)
        rest = interest_on_rest(yearly_rate, residual_share)
        since = self._at - self.month[:, :, None]
        # the last month of a life that is no whole number of months is paid in part
        paying = np.clip(max(life_months, 1.0) - since, 0.0, 1.0)
        stands = self._held[:, :, None] & (since >= 0) & (self._at < self.leave[:, None, None])
        monthly = np.where(stands, rest + paying * (each[:, :, None] - rest), 0.0)
        return np.asarray((self.share[:, :, None] * monthly).sum(axis=1))

    def within_term(self, term_months: int) -> Array:
        """[U, M] share within a term that is counted from its arrival, whatever runs."""
        since = self._at - self.month[:, :, None]
        within = self._held[:, :, None] & (since >= 0) & (since < term_months)
        return np.asarray((self.share[:, :, None] * within).sum(axis=1))

    def committed(self, term_months: int) -> Array:
        """[U, M] share that has not retired, or that has within a term that is counted from its arrival.
        What retired before the first month is of another plan.
        """
        retire = self.retire[:, None]
        until = np.maximum(retire, self.month + term_months)
        begun = (self.month < retire) & (retire > 0)
        pays = (self._at >= self.month[:, :, None]) & (self._at < until[:, :, None]) & begun[:, :, None]
        return np.asarray((self.share[:, :, None] * pays).sum(axis=1))

    @cached_property
    def standing(self) -> Array:
        """[U, M] share that has come and is not sold."""
        since = self._at - self.month[:, :, None]
        stands = self._held[:, :, None] & (since >= 0) & (self._at < self.leave[:, None, None])
        return np.asarray((self.share[:, :, None] * stands).sum(axis=1))

    def _in_months(self, values: Array) -> Array:
        """[U, M] values of tranches [U, T] in the month of arrival, those before in the first."""
        out = np.zeros((len(self.share), self.months))
        kind, tranche = np.nonzero(self._held)
        np.add.at(out, (kind, np.maximum(self.month[kind, tranche], 0)), values[kind, tranche])
        return out


_TRANCHES: Remembered[Tranches] = Remembered(4 * SAMPLES)


def servers_of(design: Design, fleet: FleetTable) -> Tranches:
    """[N = G] the rack systems of each group, in the months of their phase's ramp."""
    always = np.full(len(fleet.group_phase), -NEVER, dtype=np.int64)
    return _TRANCHES.get((fleet.rows,), "servers", lambda: _of_groups(design, fleet, always))


def ports_of(design: Design, fleet: FleetTable) -> Tranches:
    """[N = G] their network ports, which come when they stand and belong to a pool."""
    return _TRANCHES.get((fleet.rows,), "ports", lambda: _of_groups(design, fleet, fleet.pooled_from))


def services_of(design: Design, fleet: FleetTable) -> Tranches:
    """[N = G] their service, which begins when they stand and the hall is ready."""
    ready = shells_of(design, fleet).month
    return _TRANCHES.get(
        (fleet.rows,), "services", lambda: _of_groups(design, fleet, ready[fleet.group_hall, 0])
    )


def shells_of(design: Design, fleet: FleetTable) -> Tranches:
    """[N = H] the halls, each in the month in which it is ready."""
    return _TRANCHES.get((fleet.rows,), "shells", lambda: _of_halls(design, fleet))


def _of_halls(design: Design, fleet: FleetTable) -> Tranches:
    ready = np.array([hall.ready_month - fleet.first_month for hall in design.halls], dtype=np.int64)
    never = np.full(len(ready), np.inf)
    return Tranches(
        fleet.months, np.arange(len(ready)), np.ones((len(ready), 1)), ready.reshape(-1, 1), never, never
    )


def _of_groups(design: Design, fleet: FleetTable, not_before: Index) -> Tranches:
    """Tranches of groups: in the months of their phase's ramp, but not before a month index [G]."""
    keys, of = np.unique(np.stack([fleet.group_phase, not_before]), axis=1, return_inverse=True)
    phases = [design.phases[at] for at in keys[0].tolist()]
    step = np.arange(max((phase.ramp.months for phase in phases), default=1) or 1)
    ramp = np.array([phase.ramp.months or 1 for phase in phases], dtype=np.float64).reshape(-1, 1)
    x = np.clip((step + 1.0) / ramp, 0.0, 1.0)
    curved = np.array([phase.ramp.shape == "s" for phase in phases], dtype=bool).reshape(-1, 1)
    share = np.diff(np.where(curved, x * x * (3.0 - 2.0 * x), x), axis=1, prepend=0.0)
    service = np.array([phase.service_month for phase in phases], dtype=np.int64).reshape(-1, 1)
    month = np.maximum(service - fleet.first_month + step, keys[1][:, None])
    retire = np.array(
        [np.inf if one.retire_month is None else one.retire_month - fleet.first_month for one in phases],
        dtype=np.float64,
    )
    sold = np.array([phase.after == "sell" for phase in phases], dtype=bool)
    return Tranches(fleet.months, of.reshape(-1), share, month, retire, np.where(sold, retire, np.inf))
