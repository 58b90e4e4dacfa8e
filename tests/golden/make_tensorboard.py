#!/usr/bin/env python3
"""Golden of the TensorBoard event writer: the records of a small run as TensorBoard's own protocol buffers and record writer give them.

    python3 -m venv venv && venv/bin/pip install tensorboard==2.21.0
    venv/bin/python tests/golden/make_tensorboard.py

Writes tensorboard.json beside this script: name of the event -> the framed record in hexadecimal.
"""
import io
import json
import pathlib

from tensorboard.compat.proto import event_pb2, graph_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

SECONDS = 1700000000.25
HERE = pathlib.Path(__file__).resolve().parent


class Kept(io.BytesIO):
    def flush(self):
        pass


def framed(event):
    out = Kept()
    RecordWriter(out).write(event.SerializeToString(deterministic=True))
    return out.getvalue().hex()


def event(step, **content):
    return event_pb2.Event(wall_time=SECONDS, step=step, **content)


def summary(step, *values):
    return event(step, summary=summary_pb2.Summary(value=values))


def scalars():
    value = summary_pb2.Summary.Value
    return summary(100, value(tag="loss/discriminator", simple_value=0.5), value(tag="loss/generator", simple_value=0.0),
                   value(tag="rate", simple_value=-2e-4))


def picture():
    image = summary_pb2.Summary.Image(height=2, width=3, colorspace=3, encoded_image_string=b"\x89PNG bytes")
    return summary(300, summary_pb2.Summary.Value(tag="samples", image=image))


def histogram():
    histo = summary_pb2.HistogramProto(min=-1, max=3, num=7, sum=6.5, sum_squares=20.25, bucket_limit=[0, 1.5, 3], bucket=[2, 0, 5])
    return summary(400, summary_pb2.Summary.Value(tag="generator.main.0.weight", histo=histo))


def text():
    value = summary_pb2.Summary.Value(tag="config")
    value.tensor.dtype = 7
    value.tensor.tensor_shape.SetInParent()
    value.tensor.string_val.append("    steps = 300\n    # é".encode())
    value.metadata.plugin_data.plugin_name = "text"
    return summary(0, value)


def node(graph, name, op, inputs, shape, parameters, flops):
    added = graph.node.add(name=name, op=op, input=inputs)
    if shape:
        for size in shape:
            dimensions = added.attr["_output_shapes"].list.shape
            if not dimensions:
                dimensions.add()
            dimensions[0].dim.add(size=size)
    added.attr["flops"].f = flops
    added.attr["parameters"].i = parameters


def graph():
    message = graph_pb2.GraphDef()
    message.node.add(name="generator/input", op="Placeholder")
    node(message, "generator/main/0", "Linear", ["generator/input"], [1, 128], 12928, 25600.0)
    node(message, "generator/main/1", "LeakyReLU", ["generator/main/0"], [1, 128], 0, 0.0)
    node(message, "generator/attention/Attention", "Attention", ["generator/main/1"], [], 0, 512.0)
    node(message, "generator/attention/qkv", "Linear", ["generator/attention/Attention"], [1, 4], 300, 1000.0)
    message.node.add(name="critic/input", op="Placeholder")
    node(message, "critic/Critic", "Critic", ["critic/input"], [1, 1], 785, 1568.0)
    message.versions.producer = 22
    return event(0, graph_def=message.SerializeToString(deterministic=True))


def main():
    records = {
        "version": event(0, file_version="brain.Event:2"),
        "restart": event(101, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START)),
        "scalars": scalars(), "picture": picture(), "histogram": histogram(), "text": text(), "graph": graph(),
    }
    content = {name: framed(record) for name, record in records.items()}
    (HERE / "tensorboard.json").write_text(json.dumps(content, indent=1) + "\n")


main()
