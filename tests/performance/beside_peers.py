"""The same two questions to three tools: ``python tests/performance/beside_peers.py [--calculon FOLDER]``.

Training: the best layout of GPT-3 175B on 512 H100 with 512 sequences of 2,048 tokens, 16 bit. Calculon
(SC'23) answers it from a checkout of ``calculon-ai/calculon`` with its dependency ``psutil``:

    PYTHONPATH=. bin/calculon llm-optimal-execution models/gpt3-175B.json 512 512 float16 \
        systems/h100_80g_nvl8.json best.json -m

Serving: Qwen3 32B on 32 H200 at fp8, 3,000 tokens in and 512 out, first token within 1 s, 10 ms a token.
aiconfigurator (``ai-dynamo/aiconfigurator``) answers it once it is installed:

    aiconfigurator cli default --model QWEN3_32B --total_gpus 32 --system h200_sxm \
        --isl 3000 --osl 512 --ttft 1000 --tpot 10

Neither is a dependency. A peer that is not there is named with its command; one that is there is run, timed,
and its last lines are shown. Nothing is read out of what they print: versions differ.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from fleetdesigner.catalog import load_catalog
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
from fleetdesigner.engine.throughput.split_search import SplitPlan, best_split

T = TypeVar("T")

LAST_LINES = 12
LIMIT_S = 1800
CALCULON = (
    "bin/calculon", "llm-optimal-execution", "models/gpt3-175B.json", "512", "512", "float16",
    "systems/h100_80g_nvl8.json",
)  # fmt: skip
AICONFIGURATOR = (
    "aiconfigurator", "cli", "default", "--model", "QWEN3_32B", "--total_gpus", "32", "--system",
    "h200_sxm", "--isl", "3000", "--osl", "512", "--ttft", "1000", "--tpot", "10",
)  # fmt: skip


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """An answer, and the milliseconds of a second, warm call."""
    call()
    start = time.perf_counter()
    answer = call()
    return answer, (time.perf_counter() - start) * 1e3


def ours() -> list[str]:
    """Our answers to both questions, a line each."""
    catalog, cal = load_catalog(), load_calibration()
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
    for answer in (plan, served, split):
        if isinstance(answer, Refusal):
            lines.append(f"refused   {answer.reason}")
    return lines


def peer(name: str, command: Sequence[str], folder: Path | None = None) -> None:
    """Run a peer and show how long it took and its last lines."""
    start = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": "."} if folder else None
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    print(f"{name}: {time.perf_counter() - start:.1f} s, exit {done.returncode}")
    for line in (done.stdout + done.stderr).splitlines()[-LAST_LINES:]:
        print("   ", line)


def main(args: list[str]) -> int:
    """Print our answers, then those of the peers that are there."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--calculon", type=Path, help="checkout of calculon-ai/calculon")
    asked = parser.parse_args(args)
    print("Fleet Designer")
    for line in ours():
        print("   ", line)
    if asked.calculon is None:
        print("Calculon: give its checkout with --calculon; it would run", " ".join(CALCULON), "best.json -m")
    else:
        with tempfile.TemporaryDirectory() as kept:
            peer("Calculon", [sys.executable, *CALCULON, str(Path(kept) / "best.json"), "-m"], asked.calculon)
    if shutil.which(AICONFIGURATOR[0]) is None:
        print("aiconfigurator: not installed; it would run", " ".join(AICONFIGURATOR))
    else:
        peer("aiconfigurator", AICONFIGURATOR)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
