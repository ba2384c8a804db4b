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
from fleetdesigner.engine.throughput.software_fit import best_of_box, carried_to, fitted_efficiency
from fleetdesigner.engine.throughput.split_search import SplitFront, SplitPlan, best_split, split_front
from fleetdesigner.engine.throughput.training_search import best_precision, plan_layout, ranked_training

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
    "SplitFront",
    "SplitPlan",
    "SplitServing",
    "TrainingPlan",
    "TrainingRequest",
    "best_many",
    "best_mixed_training",
    "best_of_box",
    "best_precision",
    "best_serving",
    "best_split",
    "best_training",
    "calibrated_on",
    "carried_to",
    "chip_figures",
    "dtype_class",
    "even_split",
    "fitted_efficiency",
    "from_point",
    "goodput",
    "load_calibration",
    "mixed_training",
    "model_shape",
    "optimal_interval",
    "plan_layout",
    "ranked_training",
    "reevaluate",
    "serving_front",
    "split_front",
    "split_serving",
]
