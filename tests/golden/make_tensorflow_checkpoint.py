"""Writes, with TensorFlow itself, the checkpoints that the reader of src/weights and AnimeGANv2's network are held to.

Made with tensorflow-cpu 2.21.0 (Python 3.11) from PyPI; run with the source folder as the working directory.

tests/unit/weights/data/tensorflow/
  types.*       one variable of every type by tf.compat.v1.train.Saver; element i of a tensor is i / 2 - 1, for integers i, for bools i odd
  shards.*      two files of data, merged as sharded savers do it
  objects.*     tf.train.Checkpoint of TensorFlow 2, with its graph of objects as a text
  slices.*      a variable in two slices, which the reader refuses
tests/golden/
  data/anime_gan.*   AnimeGANv2's generator of 2 channels with drawn weights, under the names of its published checkpoints
  anime_gan.json     what it paints of a small picture in [-1,1]

The network follows net/generator.py of TachibanaYoshino/AnimeGANv2: contrib's layer_norm normalises over height, width and channels with an
epsilon of 1e-12, resize_images interpolates bilinearly without aligned corners or half pixels.
"""
import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

UNIT = pathlib.Path("tests/unit/weights/data/tensorflow")
GOLDEN = pathlib.Path("tests/golden")
tf1 = tf.compat.v1


def ramp(shape, dtype):
    count = int(np.prod(shape))
    if dtype == tf.bool:
        return (np.arange(count) % 2 == 1).reshape(shape)
    values = np.arange(count) if dtype.is_integer else np.arange(count) / 2 - 1
    return values.reshape(shape).astype(dtype.as_numpy_dtype)


def write_types():
    with tf.Graph().as_default(), tf1.Session() as session:
        shapes = {"kernel": [2, 3, 4, 5], "scalar": [], "empty": [0, 3], "vector": [7]}
        with tf1.variable_scope("net"):
            for name, shape in shapes.items():
                tf1.get_variable(name, initializer=ramp(shape, tf.float32), use_resource=False)
            for dtype in (tf.float16, tf.bfloat16, tf.float64, tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.bool):
                tf1.get_variable(dtype.name, initializer=tf.constant(ramp([2, 3], dtype), dtype), use_resource=False)
        session.run(tf1.global_variables_initializer())
        tf1.train.Saver().save(session, str(UNIT / "types"), write_meta_graph=False, write_state=False)


def write_shards():
    parts = []
    for k, names in enumerate((["a/kernel", "a/bias"], ["b/kernel"])):
        parts.append(str(UNIT / f"part{k}"))
        tf.raw_ops.SaveV2(prefix=parts[-1], tensor_names=names, shape_and_slices=[""] * len(names),
                          tensors=[tf.constant(ramp([3, 4 + k], tf.float32)) for _ in names])
    tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=parts, destination_prefix=str(UNIT / "shards"), delete_old_dirs=False)


def write_objects():
    tf.train.Checkpoint(layer=tf.train.Checkpoint(kernel=tf.Variable(ramp([2, 2], tf.float32)))).write(str(UNIT / "objects"))


def write_slices():
    tf.raw_ops.SaveV2(prefix=str(UNIT / "slices"), tensor_names=["whole", "whole"], shape_and_slices=["4 2 0,2:-", "4 2 2,2:-"],
                      tensors=[tf.constant(ramp([2, 2], tf.float32))] * 2)


class Generator:
    """The same numbers every time: weights are drawn from one generator in the order in which they are made."""

    def __init__(self, width):
        self.random = np.random.RandomState(5)
        self.width = width

    def variable(self, name, shape, scale, centre=0.0):
        values = (centre + scale * self.random.standard_normal(shape)).astype(np.float32)
        return tf1.get_variable(name, initializer=values, use_resource=False)

    def numbered(self, kind):
        scope = tf1.get_variable_scope().name
        count = self.counts.get((scope, kind), 0)
        self.counts[(scope, kind)] = count + 1
        return kind if count == 0 else f"{kind}_{count}"

    def conv(self, x, filters, kernel=3, stride=1):
        if kernel > 1 and stride == 1:
            r = kernel // 2
            x = tf.pad(x, [[0, 0], [r, r], [r, r], [0, 0]], mode="REFLECT")
        if stride == 2:
            x = tf.pad(x, [[0, 0], [0, 1], [0, 1], [0, 0]], mode="REFLECT")
        inputs = x.shape[-1]
        with tf1.variable_scope(self.numbered("Conv")):
            w = self.variable("weights", [kernel, kernel, inputs, filters], (2 / (kernel * kernel * inputs)) ** 0.5)
        return tf.nn.conv2d(x, w, stride, "VALID")

    def norm(self, x, scope=None):
        with tf1.variable_scope(scope or self.numbered("LayerNorm")):
            beta = self.variable("beta", [x.shape[-1]], 0.1)
            gamma = self.variable("gamma", [x.shape[-1]], 0.2, 1.0)
        mean, variance = tf.nn.moments(x, [1, 2, 3], keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-12)

    def layer(self, x, filters, kernel=3, stride=1):
        return tf.nn.leaky_relu(self.norm(self.conv(x, filters, kernel, stride)), 0.2)

    def residual(self, x, filters, name):
        with tf1.variable_scope(name):
            y = self.layer(x, 2 * x.shape[-1], 1)
            y = tf.pad(y, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="REFLECT")
            with tf1.variable_scope(name):
                w = self.variable("w", [3, 3, y.shape[-1], 1], (2 / 9) ** 0.5)
                bias = self.variable("bias", [y.shape[-1]], 0.1)
            y = tf.nn.depthwise_conv2d(y, w, [1, 1, 1, 1], "VALID") + bias
            y = tf.nn.leaky_relu(self.norm(y, "1"), 0.2)
            y = self.norm(self.conv(y, filters, 1), "2")
            return x + y if x.shape[-1] == filters else y

    def enlarge(self, x, filters):
        shape = tf.shape(x)
        return self.layer(tf1.image.resize_bilinear(x, [2 * shape[1], 2 * shape[2]]), filters)

    def __call__(self, x):
        a, b, c, d = (self.width * k for k in (1, 2, 4, 8))
        self.counts = {}
        with tf1.variable_scope("generator/G_MODEL"):
            with tf1.variable_scope("A"):
                x = self.layer(self.layer(self.layer(x, a, 7), b, 3, 2), b)
            with tf1.variable_scope("B"):
                x = self.layer(self.layer(x, c, 3, 2), c)
            with tf1.variable_scope("C"):
                x = self.layer(x, c)
                for name in ("r1", "r2", "r3", "r4"):
                    x = self.residual(x, d, name)
                x = self.layer(x, c)
            with tf1.variable_scope("D"):
                x = self.layer(self.enlarge(x, c), c)
            with tf1.variable_scope("E"):
                x = self.layer(self.layer(self.enlarge(x, b), b), a, 7)
            with tf1.variable_scope("out_layer"):
                return tf.tanh(self.conv(x, 3, 1))


def write_generator():
    y, x, c = np.meshgrid(np.arange(24.0), np.arange(32.0), np.arange(3.0), indexing="ij")
    picture = (np.sin(0.37 * x + 0.11 * y * (c + 1) + c) * np.cos(0.23 * y - 0.05 * x)).astype(np.float32)[None]
    with tf.Graph().as_default(), tf1.Session() as session:
        painted = Generator(2)(tf.constant(picture))
        session.run(tf1.global_variables_initializer())
        values = session.run(painted)[0].transpose(2, 0, 1)
        tf1.train.Saver().save(session, str(GOLDEN / "data" / "anime_gan"), write_meta_graph=False, write_state=False)
    record = {"shape": [1, 3, 24, 32], "values": [round(float(v), 6) for v in values.flatten()]}
    (GOLDEN / "anime_gan.json").write_text(json.dumps(record) + "\n")


UNIT.mkdir(parents=True, exist_ok=True)
write_types()
write_shards()
write_objects()
write_slices()
write_generator()
