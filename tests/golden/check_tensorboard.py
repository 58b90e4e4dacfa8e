#!/usr/bin/env python3
"""Holds the event files of a run to what else the run wrote, through TensorBoard's own reader. Not part of the test suite: it needs
TensorBoard.

    python3 -m venv venv && venv/bin/pip install tensorboard==2.21.0 numpy pillow
    inkstone train ... -o RUN --histogram-every 100     # stopped and resumed as one likes
    venv/bin/python tests/golden/check_tensorboard.py RUN

Compares scalars with metrics.jsonl (float32), pictures with samples/*.png pixel by pixel, histograms with their own bounds, and looks at
the graph and the texts. Ends with one line, or an assertion that says what differs.
"""
import io
import json
import math
import pathlib
import sys

import numpy as np
from PIL import Image
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.util import tensor_util


def load(run):
    everything = {kind: 0 for kind in (event_accumulator.TENSORS, event_accumulator.IMAGES, event_accumulator.SCALARS,
                                       event_accumulator.HISTOGRAMS, event_accumulator.COMPRESSED_HISTOGRAMS)}
    events = event_accumulator.EventAccumulator(str(run / "tensorboard"), size_guidance=everything)
    events.Reload()
    return events


def check_scalars(events, run):
    logged = {}
    for line in (run / "metrics.jsonl").read_text().splitlines():
        for name, value in (item := json.loads(line)).items():
            if name != "step" and not isinstance(value, str):
                logged.setdefault(name, {})[item["step"]] = value
    shown = {tag: {point.step: point.value for point in events.Scalars(tag)} for tag in events.Tags()["scalars"]}
    assert shown.keys() == logged.keys(), f"scalars differ: {sorted(shown)} and {sorted(logged)}"
    for tag, points in logged.items():
        assert list(shown[tag]) == list(points), f"{tag}: steps differ"
        for step, value in points.items():
            same = not math.isfinite(shown[tag][step]) if value is None else np.float32(value) == np.float32(shown[tag][step])
            assert same, f"{tag} at {step}: {value} logged, {shown[tag][step]} in the event file"
    return sum(map(len, logged.values()))


def check_pictures(events, run):
    files = {int(path.stem[5:]): path for path in (run / "samples").glob("step-*.png")}
    shown = {event.step: event.encoded_image_string for event in events.Images("samples")} if files else {}
    assert sorted(shown) == sorted(files), f"pictures at {sorted(shown)}, files at {sorted(files)}"
    for step, encoded in shown.items():
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(encoded))), np.asarray(Image.open(files[step]))), f"picture at {step} differs"
    return len(files)


def check_histograms(events):
    count = 0
    for tag in events.Tags()["histograms"]:
        for event in events.Histograms(tag):
            histogram = event.histogram_value
            assert abs(sum(histogram.bucket) - histogram.num) < 0.5, f"{tag}: buckets do not add up"
            assert histogram.min <= histogram.sum / histogram.num <= histogram.max, f"{tag}: mean out of bounds"
            assert math.isclose(histogram.bucket_limit[-1], histogram.max), f"{tag}: last bucket"
            assert list(histogram.bucket_limit) == sorted(histogram.bucket_limit), f"{tag}: buckets out of order"
            count += 1
    return count


def check_graph(events):
    if not events.Tags()["graph"]:
        return 0
    graph = events.Graph()
    names = [node.name for node in graph.node]
    assert len(set(names)) == len(names), "two nodes of one name"
    assert all(name in names for node in graph.node for name in node.input), "an edge from nowhere"
    return len(names)


def check_texts(events):
    texts = 0
    for tag in events.Tags()["tensors"]:
        if events.SummaryMetadata(tag).plugin_data.plugin_name == "text":
            texts += sum(bool(tensor_util.make_ndarray(event.tensor_proto).item().decode()) for event in events.Tensors(tag))
    return texts


def main():
    run = pathlib.Path(sys.argv[1])
    events = load(run)
    print(f"{check_scalars(events, run)} scalars, {check_pictures(events, run)} pictures, {check_histograms(events)} histograms, "
          f"{check_graph(events)} graph nodes and {check_texts(events)} texts as written")


main()
