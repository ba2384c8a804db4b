"""Our forecasts beside those of two peers: ``python tests/performance/beside_peers.py [options]``.

    --calculon FOLDER               a checkout of ``calculon-ai/calculon`` (SC'23)
    --calculon-python PYTHON        a Python that has its dependencies numpy, pandas and psutil
    --aiconfigurator-python PYTHON  a Python that has ``aiconfigurator``

Neither is a dependency; a peer that is not given is named, with what it lacks. Each runs in its own process
and is asked through its public names. Printed are the time of one estimate, and the errors in time on rows
that both answer. Ours are shown twice, because many of these rows were fitted on: by the shipped factors, and
by factors fitted without the model on its chip ("left out"). Theirs may have been fitted on them as well.

- Calculon: training rows whose layout is published, on the chips it ships (A100, H100), at 16 bit, with plain
  attention, without context parallelism. It has no gated MLP, grouped keys, experts or 8-bit rows of Llama-3.
  What a row leaves open (micro-batch, interleaving, recomputation, overlap) it chooses itself: the fastest of
  its own answers that fits its memory.
- aiconfigurator: serving rows of the models below, TPOT, at most ``--each`` a group, spread over the group.
  The rows come from its own sample of measurements, of older backend versions than its default data.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from fleetdesigner.catalog import Catalog, load_catalog
from fleetdesigner.engine.throughput import (
    Refusal,
    ServingPlan,
    ServingRequest,
    TrainingPlan,
    TrainingRequest,
    best_many,
    chip_figures,
    load_calibration,
    model_shape,
)
from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.measures import training_value
from fleetdesigner.engine.throughput.point_training import TrainingRow, read_training
from fleetdesigner.engine.throughput.predict import predict_points
from fleetdesigner.engine.throughput.split_search import SplitPlan, best_split
from fleetdesigner.engine.throughput.validation import residuals, scored, time_ratio, validation_points

T = TypeVar("T")
Point = Mapping[str, Any]

LIMIT_S = 300
SYSTEMS = {"A100-80GB": "systems/a100_80g.json", "H100-SXM-80GB": "systems/h100_80g_nvl8.json"}
# (our name of the model, precision) → (its name there, extra arguments)
SERVED: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
    ("Qwen3-32B", "fp8"): ("Qwen/Qwen3-32B", {"gemm_quant_mode": "fp8"}),
    ("Qwen3-235B-A22B", "fp8"): ("Qwen/Qwen3-235B-A22B-FP8", {}),
    ("Llama-3-70B", "fp8"): ("meta-llama/Meta-Llama-3.1-70B", {"gemm_quant_mode": "fp8"}),
}
SERVED_ON = {"H100-SXM-80GB": "h100_sxm", "H200-SXM-141GB": "h200_sxm"}

# A driver reads jobs from its input; its last line is JSON: per job a value or why not, and timings.
CALCULON = """
import json, logging, sys, time
from calculon.llm import Llm
from calculon.system import System
log, out = logging.getLogger(), []
for job in json.load(sys.stdin):
    system, app = System(json.load(open(job["system"]))), Llm.Application(job["app"])
    best, took, why = None, [], "nothing fits"
    for execution in job["executions"]:
        try:
            start = time.perf_counter()
            model = Llm(app, log)
            model.compile(system, Llm.Execution.from_json(execution))
            model.run(system)
            seconds = model.get_stats_json(False)["total_time"]
            took.append(time.perf_counter() - start)
            best = seconds if best is None else min(best, seconds)
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
    out.append({"value": best, "took_s": took, "why": why})
print(json.dumps(out))
"""
AICONFIGURATOR = """
import json, sys, time
from aiconfigurator.cli.api import cli_estimate
out, versions = [], {}
for job in json.load(sys.stdin):
    value, took, why = None, [], ""
    try:
        # Finding the newest version of its data takes it most of a second: asked for once, and not timed.
        where = job["system_name"], job["backend_name"]
        if where not in versions:
            versions[where] = cli_estimate(**job).backend_version
        job["backend_version"] = versions[where]
        cli_estimate(**job)
        start = time.perf_counter()
        value = cli_estimate(**job).tpot
        took.append(time.perf_counter() - start)
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
    out.append({"value": value, "took_s": took, "why": why})
print()
print(json.dumps(out))
"""


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """An answer, and the milliseconds of the quickest of five warm calls."""
    answer, least = call(), float("inf")
    for _ in range(5):
        start = time.perf_counter()
        answer = call()
        least = min(least, time.perf_counter() - start)
    return answer, least * 1e3


def searches(catalog: Catalog, cal: Calibration) -> list[str]:
    """Our answers to the questions that the peers' documents search for, a line each.

    GPT-3 175B on 512 H100 with 512 sequences of 2,048 tokens; Qwen3 32B on H200 at fp8, 3,000 tokens in and
    512 out, first token within 1 s, 10 ms a token.
    """
    job = TrainingRequest(
        model_shape(catalog.model("gpt-3-175b")), chip_figures(catalog.chip("h100"), 8), 512, 2048.0,
        512 * 2048.0, "bf16",
    )  # fmt: skip
    stream = ServingRequest(
        model_shape(catalog.model("qwen3-32b")), chip_figures(catalog.chip("h200"), 8), "fp8", 3000.0, 512.0,
        1000.0, 10.0, max_chips=8,
    )  # fmt: skip
    lines = []
    (plan,), took = timed(lambda: best_many((job,), cal))
    if isinstance(plan, TrainingPlan):
        lines.append(f"training  {512 / plan.step_s:.1f} sequences/s, {plan.layout} in {took:.2f} ms")
    (served,), took = timed(lambda: best_many((stream,), cal))
    if isinstance(served, ServingPlan):
        lines.append(
            f"together  {served.output_tokens_per_s_per_chip:.0f} tokens/s a chip, TP{served.tensor}, "
            f"{served.concurrency:.0f} in flight, TPOT {served.tpot_ms:.1f} ms in {took:.2f} ms"
        )
    split, took = timed(lambda: best_split(stream, stream, cal, prefill_chips=32))
    if isinstance(split, SplitPlan):
        lines.append(
            f"split     {split.output_tokens_per_s_per_chip:.0f} tokens/s a chip, "
            f"{split.prefill_replicas} × TP{split.prefill_tensor} prefill, {split.decode_replicas} × "
            f"TP{split.decode_tensor} decode, TPOT {split.tpot_ms:.1f} ms in {took:.2f} ms"
        )
    lines += [f"refused   {a.reason}" for a in (plan, served, split) if isinstance(a, Refusal)]
    return lines


def ask(python: str, driver: str, jobs: Sequence[object], folder: Path | None) -> list[dict[str, Any]] | str:
    """The peer's answers, one a job; or one line that says why there are none."""
    environment = {**os.environ, "AICONFIGURATOR_LOG_LEVEL": "CRITICAL", "PYTHONWARNINGS": "ignore"}
    if folder:
        environment["PYTHONPATH"] = "."
    try:
        done = subprocess.run(
            [python, "-c", driver], input=json.dumps(jobs), cwd=folder, env=environment, capture_output=True,
            text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"did not run: {error}"
    if done.returncode:
        return f"did not run: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"
    answers: list[dict[str, Any]] = json.loads(done.stdout.strip().splitlines()[-1])
    return answers


def calculon_job(point: Point) -> dict[str, Any]:
    """What Calculon is asked: the row's layout, and every choice that the row leaves open."""
    tensor, pipeline, data = int(point["tp"]), int(point["pp"]), int(point["dp"])
    said = str(point.get("recompute") or "")
    newer = point["chip"].startswith("H100")
    ways = {"full": ["full"], "selective+sp": ["attn_only"]}.get(said, ["none", "attn_only", "full"])
    per_stage = int(point["layers"]) // pipeline
    open_turns = [n for n in range(1, per_stage + 1) if per_stage % n == 0] if pipeline > 1 else [1]
    turns = [int(point["vp"])] if point.get("vp") else open_turns
    micros = [int(point["micro_batch"])] if point.get("micro_batch") else [1, 2, 4]
    # As in Calculon's own validation: sequence parallelism goes with selective recomputation, and the A100
    # papers overlap nothing and shard no optimiser. Megatron-Core on H100 does all of it.
    parallel = "rs_ag" if newer or said.endswith("+sp") else "ar"
    overlaps = ["none", "ring"] if newer and tensor > 1 else ["none"]
    executions = [
        {
            "num_procs": tensor * pipeline * data, "tensor_par": tensor, "pipeline_par": pipeline,
            "data_par": data, "tensor_par_net": 0 if tensor > 1 else 1, "pipeline_par_net": 1,
            "data_par_net": 1, "batch_size": int(point["global_batch_sequences"]), "microbatch_size": micro,
            "datatype": "float16", "fused_activation": newer, "attention_type": "multihead",
            "activation_recompute": way, "pipeline_interleaving": turn,
            "optimizer_sharding": newer and data > 1, "tensor_par_comm_type": parallel,
            "tensor_par_overlap": overlap,
            "seq_par_ag_redo": parallel == "rs_ag" and way != "full", "data_par_overlap": newer and data > 1,
            "weight_offload": False, "activations_offload": False, "optimizer_offload": False,
            "training": True,
        }
        for way in ways for turn in turns for micro in micros for overlap in overlaps
    ]  # fmt: skip
    app = {
        "hidden": point["hidden"], "feedforward": point["ffn"], "seq_size": point["seq_len"],
        "attn_heads": point["heads"], "attn_size": point["head_dim"], "num_blocks": point["layers"],
    }  # fmt: skip
    return {"system": SYSTEMS[point["chip"]], "app": app, "executions": executions}


def calculon_rows(catalog: Catalog) -> list[TrainingRow]:
    """Rows that Calculon's model covers: dense, plain attention and MLP, 16 bit, published layout."""
    rows = []
    for point in validation_points():
        plain = not point.get("gated_mlp") and not point.get("experts") and point.get("cp", 1) == 1
        plain = plain and point.get("heads") == point.get("kv_heads")
        plain = plain and point.get("dtype") in ("fp16", "bf16")
        if point["kind"] == "training" and point.get("chip") in SYSTEMS and plain and scored(point):
            row = read_training(point, catalog)
            if isinstance(row, TrainingRow) and row.known_layout and point["family"].startswith("megatron"):
                rows.append(row)
    return rows


def serving_rows(each: int) -> list[Point]:
    """Rows of the served models, at most ``each`` a (model, chip, backend), spread evenly over the group."""
    groups: dict[tuple[str, ...], list[Point]] = {}
    for point in validation_points():
        known = (point["model"], point.get("dtype")) in SERVED and point["chip"] in SERVED_ON
        known = known and bool(point.get("concurrency")) and bool(point.get("tp"))
        if known and point["metric"] == "tpot_ms" and "aiconfigurator" in point["source"] and scored(point):
            groups.setdefault((point["model"], point["chip"], point["backend"]), []).append(point)
    picked: list[Point] = []
    for group in groups.values():
        at = np.unique(np.linspace(0, len(group) - 1, min(each, len(group))).astype(int))
        picked += [group[i] for i in at]
    return picked


def serving_job(point: Point) -> dict[str, Any]:
    """What aiconfigurator is asked: the row as it was run."""
    name, extra = SERVED[point["model"], point["dtype"]]
    data = int(point.get("dp") or 1)
    job = {
        "model_path": name, "system_name": SERVED_ON[point["chip"]], "backend_name": point["backend"],
        "isl": int(point["input_len"]), "osl": int(point["output_len"]), "tp_size": int(point["tp"]),
        "batch_size": max(1, round(point["concurrency"] / data)), "pp_size": int(point.get("pp") or 1),
        "attention_dp_size": data, **extra,
    }  # fmt: skip
    if point.get("experts"):
        expert = int(point.get("ep") or 1)
        job |= {"moe_ep_size": expert, "moe_tp_size": max(1, int(point["tp"]) * data // expert)}
    return job


def words(ratios: Sequence[float]) -> str:
    """Errors of forecast over published times."""
    off = np.abs(np.asarray(ratios) - 1.0) * 100
    return f"median {np.median(off):.1f} %, p90 {np.quantile(off, 0.9):.1f} %, bias ×{np.median(ratios):.2f}"


def compare(
    name: str, points: Sequence[Point], peers: Sequence[float | None], catalog: Catalog, cal: Calibration
) -> None:
    """Print the errors of both on the rows that both answer, by group. ``peers`` are its time ratios."""
    left = {item.id: item.left_out for item in residuals()}
    forecasts, took = timed(lambda: predict_points(points, catalog, cal))
    print(f"    ours: {took / len(points) * 1e3:.0f} µs a row, {len(points)} rows in one call")
    groups: dict[str, list[tuple[float, float, float]]] = {}
    for point, theirs, forecast in zip(points, peers, forecasts, strict=True):
        ours = time_ratio(point, forecast.predicted)
        without = left.get(str(point["id"]), float("nan"))
        if theirs is not None and np.isfinite(ours) and np.isfinite(without):
            kind = f"{point['model']} on {point['chip']}, {point.get('backend')}"
            label = str(point["id"]).rpartition("-a100")[0] or str(point["family"])
            group = label if point["kind"] == "training" else kind
            groups.setdefault(group, []).append((theirs, ours, without))
    groups = {**groups, "all": [row for rows in groups.values() for row in rows]}
    for group, rows in groups.items():
        if rows:
            theirs_all, ours_all, left_all = zip(*rows, strict=True)
            print(f"    {group}: {len(rows)} rows")
            print(f"        {name:<15} {words(theirs_all)}")
            print(f"        {'ours, shipped':<15} {words(ours_all)}")
            print(f"        {'ours, left out':<15} {words(left_all)}")


def peer_speed(name: str, answers: Sequence[Mapping[str, Any]]) -> None:
    """Print how long an estimate took, and what the peer refused."""
    took = [seconds for answer in answers for seconds in answer["took_s"]]
    if took:
        print(f"    {name}: {np.median(took) * 1e3:.2f} ms an estimate (median of {len(took)}, warm)")
    refused = [answer["why"] for answer in answers if answer["value"] is None]
    for why in sorted(set(refused)):
        print(f"    refused {refused.count(why)}: {why:.160}")


def beside_calculon(folder: Path, python: str, catalog: Catalog, cal: Calibration) -> None:
    """Ask Calculon for the training rows and print both."""
    rows = calculon_rows(catalog)
    answers = ask(python, CALCULON, [calculon_job(row.point) for row in rows], folder)
    if isinstance(answers, str):
        print("   ", answers)
        return
    peer_speed("Calculon", answers)
    ratios = [
        None if answer["value"] is None else time_ratio(
            row.point,
            training_value(row.point, row.shape, answer["value"], row.chips, row.chip.bf16_flops),
        )
        for row, answer in zip(rows, answers, strict=True)
    ]  # fmt: skip
    compare("Calculon", [row.point for row in rows], ratios, catalog, cal)


def beside_aiconfigurator(python: str, each: int, catalog: Catalog, cal: Calibration) -> None:
    """Ask aiconfigurator for the serving rows and print both."""
    points = serving_rows(each)
    answers = ask(python, AICONFIGURATOR, [serving_job(point) for point in points], None)
    if isinstance(answers, str):
        print("   ", answers)
        return
    peer_speed("aiconfigurator", answers)
    ratios = [
        time_ratio(point, answer["value"]) if answer["value"] else None
        for point, answer in zip(points, answers, strict=True)
    ]
    compare("aiconfigurator", points, ratios, catalog, cal)


def main(args: list[str]) -> int:
    """Print our searches, then each peer beside us, or what it lacks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calculon", type=Path, help="checkout of calculon-ai/calculon")
    parser.add_argument("--calculon-python", default=sys.executable, help="has numpy, pandas and psutil")
    parser.add_argument("--aiconfigurator-python", help="a Python that has aiconfigurator")
    parser.add_argument("--each", type=int, default=16, help="serving rows a group (default 16)")
    asked = parser.parse_args(args)
    catalog, cal = load_catalog(), load_calibration()
    print("Fleet Designer, searches")
    for line in searches(catalog, cal):
        print("   ", line)
    print("Calculon, training rows")
    if asked.calculon is None:
        print("    missing: give a checkout of calculon-ai/calculon with --calculon")
    else:
        beside_calculon(asked.calculon, asked.calculon_python, catalog, cal)
    print("aiconfigurator, serving rows")
    if asked.aiconfigurator_python is None:
        print("    missing: give a Python that has it with --aiconfigurator-python")
    else:
        beside_aiconfigurator(asked.aiconfigurator_python, asked.each, catalog, cal)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
