"""Throughput of training jobs and serving replicas, as pure vectorised numpy (THROUGHPUT)."""

from fleetdesigner.engine.throughput.calibration import Calibration, CalibrationError, load_calibration
from fleetdesigner.engine.throughput.chips import ChipFigures, chip_figures, dtype_class
from fleetdesigner.engine.throughput.goodput import LLAMA3_CHIP_HOURS, goodput, optimal_interval
from fleetdesigner.engine.throughput.mixed import (
    MODES,
    MixedPart,
    MixedPlan,
    SplitServing,
    best_mixed_training,
    even_split,
    mixed_training,
    split_serving,
)
from fleetdesigner.engine.throughput.models import ModelShape, from_point, model_shape
from fleetdesigner.engine.throughput.pasted import calibrated_on
from fleetdesigner.engine.throughput.plans import (
    Layout,
    Refusal,
    ServingPlan,
    ServingRequest,
    TrainingPlan,
    TrainingRequest,
)
from fleetdesigner.engine.throughput.search import (
    Plan,
    Request,
    best_many,
    best_serving,
    best_training,
    reevaluate,
    serving_front,
)

__all__ = [
    "LLAMA3_CHIP_HOURS",
    "MODES",
    "Calibration",
    "CalibrationError",
    "ChipFigures",
    "Layout",
    "MixedPart",
    "MixedPlan",
    "ModelShape",
    "Plan",
    "Refusal",
    "Request",
    "ServingPlan",
    "ServingRequest",
    "SplitServing",
    "TrainingPlan",
    "TrainingRequest",
    "best_many",
    "best_mixed_training",
    "best_serving",
    "best_training",
    "calibrated_on",
    "chip_figures",
    "dtype_class",
    "even_split",
    "from_point",
    "goodput",
    "load_calibration",
    "mixed_training",
    "model_shape",
    "optimal_interval",
    "reevaluate",
    "serving_front",
    "split_serving",
]
