"""Throughput of training jobs and serving replicas, as pure vectorised numpy (THROUGHPUT)."""

from fleetdesigner.engine.throughput.calibration import Calibration, CalibrationError, load_calibration
from fleetdesigner.engine.throughput.chips import ChipFigures, chip_figures, dtype_class
from fleetdesigner.engine.throughput.goodput import LLAMA3_CHIP_HOURS, goodput, optimal_interval
from fleetdesigner.engine.throughput.models import ModelShape, from_point, model_shape
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
    "Calibration",
    "CalibrationError",
    "ChipFigures",
    "Layout",
    "ModelShape",
    "Plan",
    "Refusal",
    "Request",
    "ServingPlan",
    "ServingRequest",
    "TrainingPlan",
    "TrainingRequest",
    "best_many",
    "best_serving",
    "best_training",
    "chip_figures",
    "dtype_class",
    "from_point",
    "goodput",
    "load_calibration",
    "model_shape",
    "optimal_interval",
    "reevaluate",
    "serving_front",
]
