"""The few shared factors of the equations (THROUGHPUT §7), read from ``resources/calibration``."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from fleetdesigner.assets import resource
from fleetdesigner.engine.throughput.chips import ChipFigures
from fleetdesigner.values import Grade

Activity = Literal["training", "serving"]


class CalibrationError(ValueError):
    """The calibration file cannot be used; the message names file, place and remedy."""


@dataclass(frozen=True, slots=True)
class TrainingFactors:
    """Shared factors of the training equations: shares of 1 unless the name says seconds or tokens."""

    attention: float
    """Share of the bf16 peak that the attention core reaches."""
    memory: float
    """Share of the HBM bandwidth that element-wise work reaches."""
    head: float
    """Share of the bf16 peak that the output projection reaches."""
    up: float
    """Share of the scale-up bandwidth that collectives reach."""
    out: float
    """Share of the scale-out bandwidth that collectives reach."""
    overlap_tensor: float
    overlap_data: float
    overlap_sharded: float
    overlap_pipeline: float
    grouped_bf16: float
    """Share of the product rate that grouped expert products reach at two bytes."""
    grouped_low: float
    """The same below two bytes."""
    layer_s: float
    """Seconds to launch one pass of one layer; compute hides it when longer."""
    moe_layer_s: float
    straggler: float
    """Loss a doubling of chips beyond 8."""
    permute: float
    """Touches of a routed token copy, in hidden widths."""
    fill_tokens: float
    """Rows at which a product reaches half its best rate."""
    expert_fill_tokens: float
    """Rows an expert at which a grouped product reaches half its best rate."""
    expert_fill_width: float
    """Width of an expert at which a grouped product reaches half its best rate."""
    copies_outside: float
    """Copies of a token that leave the domain at most."""
    head_balance: float
    """0 = the last stage carries the output projection alone, 1 = layers are spread to balance it."""
    loss_bytes: float
    """Bytes a logit that the loss reads and writes."""
    usable_memory: float
    """Share of HBM that a job may fill."""


@dataclass(frozen=True, slots=True)
class ProductFactors:
    """How training products follow from the power of a chip, for generations with ``power_law``.

    share of the dense peak = ``power_share`` × (W / 700)^``power_exponent`` × 989 / (peak in bf16 terms), at
    most ``ceiling``: chips that may draw little power for their peak run below it. In bf16 terms a peak at
    fp8 counts half and at fp4 a quarter, so a higher peak alone never slows a chip. References: H100 SXM.
    """

    power_share: float
    power_exponent: float
    fp8: float
    """Factor at fp8."""
    fp4: float
    ceiling: float
    """No product runs beyond this share (measured ceilings are 73 to 87 %)."""

    def share(self, watts: float, peak: float, dtype: str) -> float:
        """Share of ``peak`` (FLOP/s at ``dtype``) that products reach on a chip of ``watts``."""
        factor, counts = {"bf16": (1.0, 1.0), "fp4": (self.fp4, 4.0)}.get(dtype, (self.fp8, 2.0))
        power = math.pow(watts / REFERENCE_WATTS, self.power_exponent)
        return min(self.ceiling, factor * self.power_share * power * REFERENCE_FLOPS * counts / peak)


REFERENCE_WATTS = 700.0
REFERENCE_FLOPS = 989e12


@dataclass(frozen=True, slots=True)
class ServingFactors:
    """Shared factors of the serving equations: shares of 1 unless the name says seconds or bytes."""

    compute_bf16: float
    """Share of the peak that matrix products reach at each precision."""
    compute_fp8: float
    compute_fp4: float
    expert: float
    """Share of the bf16 peak that expert products of a decode step reach at bf16."""
    expert_prefill: float
    """The same while a prefill runs along."""
    expert_precision: float
    """Exponent of the gain of expert products from a higher peak at their precision."""
    scores: float
    """Share of the bf16 peak that attention scores of a step reach."""
    kv: float
    """Share of the HBM bandwidth that reading keys and values reaches with one head a rank."""
    kv_heads: float
    """Exponent of its growth with heads a rank, which fill the chip better."""
    kv_most: float
    """Share that it reaches at most."""
    hop_s: float
    """Seconds of a collective's hop (α) between two ranks; grows with the root of the steps between more."""
    up: float
    out: float
    layer_s: float
    expert_layer_s: float
    """Seconds that an expert adds to each layer with experts: routing and tables."""
    exchange_hops: float
    """Hops that sending tokens to their experts and back takes: direct, whatever the attention ranks.

    In hops and not in seconds, so that a chip whose seconds a layer already hold the latency of two
    collectives (Trainium: fitted on tensor-parallel layouts alone) does not pay it twice.
    """
    index_layer_s: float
    """Seconds that choosing what a sparse-attention layer reads adds to it."""
    sequence_s: float
    """Seconds of host work a sequence and step."""
    interleave: float
    """Share of the work a prefill adds to a step that decode waits for."""
    prefill_attention: float
    prefill_fixed_s: float
    """Seconds of scheduling a prefill."""
    ttft_fixed_s: float
    usable_memory: float
    reserved_bytes: float
    """Bytes a chip that the engine keeps for itself."""


@dataclass(frozen=True, slots=True)
class ChipShare:
    """Factors of one chip or family, as shares of its peaks; None where nothing was fitted."""

    gemm_bf16: float | None = None
    gemm_fp8: float | None = None
    gemm_fp4: float | None = None
    bandwidth: float | None = None
    stream: float | None = None
    """Bytes that the cores stream a FLOP of the bf16 peak, which limits reading weights where given."""
    hop_s: float | None = None
    layer_s: float | None = None
    fixed_time: float | None = None
    """Fixed seconds a layer of a decode step as a share of Hopper's; 1 where nothing was fitted."""
    power_law: bool = False
    """Products follow from power (``ProductFactors``) where the power of the chip is known."""
    trained: tuple[str, ...] = ()
    """Precisions of training measurements of this very chip that were fitted."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A factor with the knowledge whether it was fitted on measurements of this very chip."""

    value: float
    fitted: bool


@dataclass(frozen=True, slots=True)
class Band:
    """80 % interval of true over forecast time of a class, and the left-out rows it was read from."""

    low: float
    high: float
    rows: float = 0.0
    """Rows behind it; 0 = a span set by judgement, not by residuals."""
    median_error: float | None = None
    p90_error: float | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """All factors of one fit. ``chips`` is keyed by the beginning of chip ids, ``families`` by generation."""

    date: str
    source: str
    training: TrainingFactors
    products: ProductFactors
    serving: ServingFactors
    chips: tuple[tuple[str, ChipShare], ...]
    families: tuple[tuple[str, ChipShare], ...]
    bands: tuple[tuple[str, Band], ...]
    measured: tuple[tuple[str, Activity, float], ...] = ()
    """(chip id, activity, factor on speed) of the planner's own measurements."""

    def with_measurement(self, chip: str, activity: Activity, speed: float) -> Calibration:
        """A copy that runs ``speed`` times as fast on a chip: what a measured number says of chip and stack.

        Replaces an earlier measurement of the same chip and activity. Forecasts that use it are graded
        ``measured``. Raises ValueError for a factor that is not above 0.
        """
        if not speed > 0:
            raise ValueError(f"a measured speed factor must be above 0, not {speed:g}")
        kept = tuple(row for row in self.measured if row[:2] != (chip, activity))
        return replace(self, measured=(*kept, (chip, activity, speed)))

    def speed(self, chip: ChipFigures, activity: Activity) -> float:
        """Factor on speed by the planner's own measurement; 1 where there is none."""
        return next((row[2] for row in self.measured if row[:2] == (chip.chip, activity)), 1.0)

    def known(self, chip: ChipFigures, activity: Activity, dtype: str) -> bool:
        """Whether somebody measured this very chip: the fit's sources, or the planner."""
        share = self.gemm(chip, dtype) if activity == "training" else self.bandwidth(chip)
        return share.fitted or self.grade(chip, activity) == "measured"

    def grade(self, chip: ChipFigures, activity: Activity) -> Grade:
        """Evidence of a forecast: ``measured`` after a measurement of one's own, else ``estimate``."""
        own = any(row[:2] == (chip.chip, activity) for row in self.measured)
        return "measured" if own else "estimate"

    def gemm(self, chip: ChipFigures, dtype: str) -> Share:
        """Share of the dense peak that training products reach on a chip at a precision class.

        A chip fitted at bf16 alone takes that share at lower precisions, and does not count as fitted there.
        """
        precision = "fp8" if dtype == "int8" else dtype
        own, family = self._rows(chip)
        peak = chip.peak(dtype)
        if family is not None and family.power_law and chip.watts > 0 and peak > 0:
            return Share(
                self.products.share(chip.watts, peak, precision), own is not None and precision in own.trained
            )
        name = f"gemm_{precision}"
        found = self._share(chip, name)
        if found is not None:
            return found
        wide = self._share(chip, "gemm_bf16")
        return Share(wide.value if wide is not None else self._default(name), False)

    def bandwidth(self, chip: ChipFigures) -> Share:
        """Share of the HBM bandwidth that a decode step reaches on a chip."""
        return self._share(chip, "bandwidth") or Share(self._default("bandwidth"), False)

    def stream(self, chip: ChipFigures) -> float:
        """B/s of weights that the cores of a chip can stream; infinite where only its HBM limits it."""
        own, family = self._rows(chip)
        limits = [row.stream for row in (own, family) if row is not None and row.stream is not None]
        return limits[0] * chip.bf16_flops if limits else math.inf

    def expert_peak(self, chip: ChipFigures, dtype: str) -> float:
        """FLOP/s that expert products scale with: the bf16 peak and a part of what ``dtype`` gains on it."""
        gain = chip.peak(dtype) / chip.bf16_flops
        return chip.bf16_flops * float(gain**self.serving.expert_precision)

    def compute(self, dtype: str) -> float:
        """Share of the peak at a precision class that the products of a serving step reach."""
        s = self.serving
        return {"bf16": s.compute_bf16, "fp4": s.compute_fp4}.get(dtype, s.compute_fp8)

    def hop_s(self, chip: ChipFigures) -> float:
        """Seconds of a collective's hop on a chip."""
        found = self._share(chip, "hop_s")
        return found.value if found is not None else self.serving.hop_s

    def layer_s(self, chip: ChipFigures) -> float:
        """Seconds a layer and decode step on a chip."""
        found = self._share(chip, "layer_s")
        return found.value if found is not None else self.serving.layer_s

    def fixed_time(self, chip: ChipFigures) -> float:
        """Fixed seconds a layer on a chip's generation as a share of Hopper's: later hosts launch faster."""
        found = self._share(chip, "fixed_time")
        return found.value if found is not None else 1.0

    def band(self, activity: Activity, family: str, fitted: bool, *, searched: bool = False) -> Band:
        """Band of a forecast; a chip without measurements has the widest.

        ``searched``: the layout is the search's and not the one that ran, which widens the band.
        """
        bands = dict(self.bands)
        own = bands[band_name(activity, family, fitted)]
        if not searched or activity == "serving":
            return own
        wider = bands[band_name(activity, family, fitted=True, searched=True)]
        return Band(min(own.low, wider.low), max(own.high, wider.high), wider.rows)

    def _rows(self, chip: ChipFigures) -> tuple[ChipShare | None, ChipShare | None]:
        """Factors of the chip, by the longest key its id begins with, and of its generation."""
        keys = [key for key, _ in self.chips if chip.chip.startswith(key)]
        own = dict(self.chips)[max(keys, key=len)] if keys else None
        return own, dict(self.families).get(chip.family)

    def _share(self, chip: ChipFigures, name: str) -> Share | None:
        own, family = self._rows(chip)
        for row, fitted in ((own, True), (family, False)):
            value = getattr(row, name) if row is not None else None
            if value is not None:
                return Share(value, fitted)
        return None

    def _default(self, name: str) -> float:
        value: float = getattr(dict(self.families)["default"], name)
        return value


def band_name(activity: Activity, family: str, fitted: bool, *, searched: bool = False) -> str:
    """Name of the class of left-out residuals that a band is read from."""
    if not fitted:
        return f"{activity}-unfitted"
    return "training-searched" if searched else f"{activity}-{family}"


F = TypeVar("F", TrainingFactors, ProductFactors, ServingFactors)


def load_calibration(path: Path | None = None) -> Calibration:
    """The bundled calibration, or one in a file of the same form. Raises CalibrationError, one line."""
    if path is None:
        return _bundled()
    return _read(path)


@lru_cache(maxsize=1)
def _bundled() -> Calibration:
    return _read(resource("calibration", "throughput.toml"))


def _read(path: Path) -> Calibration:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CalibrationError(f"{path.name}: cannot be read: {error}; install the program again") from None
    try:
        return Calibration(
            date=str(data["date"]),
            source=str(data["source"]),
            training=_factors(TrainingFactors, data["training"], f"{path.name}: training"),
            products=_factors(ProductFactors, data["products"], f"{path.name}: products"),
            serving=_factors(ServingFactors, data["serving"], f"{path.name}: serving"),
            chips=tuple((key, _chip(row)) for key, row in data["chips"].items()),
            families=tuple((key, _chip(row)) for key, row in data["families"].items()),
            bands=tuple((key, Band(**row)) for key, row in data["bands"].items()),
        )
    except (KeyError, TypeError) as error:
        raise CalibrationError(f"{path.name}: {error}; give every factor that the program reads") from None


def _chip(row: Mapping[str, Any]) -> ChipShare:
    return ChipShare(**{**row, "trained": tuple(row.get("trained", ()))})


def _factors(cls: type[F], table: Mapping[str, Any], place: str) -> F:
    names = cls.__slots__
    missing = [name for name in names if name not in table]
    if missing:
        raise CalibrationError(f"{place}: {missing[0]} is missing; add it")
    return cls(**{name: float(table[name]) for name in names})
