"""Export as a Python file that builds the same network for Keras 3, its parameters included."""

from app.runs.exporting.model import Model
from app.runs.exporting.source import array, heading, prepare_function, self_test

ACTIVATIONS = {
    "linear": 'keras.layers.Activation("linear")',
    "sigmoid": 'keras.layers.Activation("sigmoid")',
    "tanh": 'keras.layers.Activation("tanh")',
    "relu": 'keras.layers.Activation("relu")',
    "leaky_relu": "keras.layers.LeakyReLU(negative_slope=0.01)",
    "elu": 'keras.layers.Activation("elu")',
    "gelu": "keras.layers.Activation(gelu)",
    "step": "keras.layers.Activation(step)",
    "softmax": 'keras.layers.Activation("softmax")',
}
LOSSES = {
    "binary_cross_entropy": '"binary_crossentropy"',
    "softmax_cross_entropy": '"categorical_crossentropy"',
    "squared_error": "half_squared_error",
}
# Keras itself rounds (3.15, its issue 23704): result_type has float32 for float64 on every backend but TensorFlow.
PRECISION = """# The parameters are float64, and with TensorFlow so is all that is computed. On other backends Keras
# rounds products to float32: there the answers are off by about 1e-7. The NumPy and PyTorch files have all the digits.
keras.config.set_floatx("float64")
"""
DEFINITIONS = '''
def gelu(z):
    return keras.activations.gelu(z, approximate=True)


def step(z):
    return keras.ops.cast(z > 0, "float64")


def left_out(a):
    """Every unit of this layer was dropped, always."""
    return a * 0.0


def half_squared_error(targets, outputs):
    return 0.5 * keras.ops.sum(keras.ops.square(outputs - targets), axis=-1)

'''


def write(model: Model) -> bytes:
    """The file."""
    layers, weights = [], []
    for k, layer in enumerate(model.layers, 1):
        layers.append(f"keras.layers.Dense({int(layer.W.shape[1])})")
        weights += [array(layer.W, 4 * " "), array(layer.b)]
        if layer.norm is not None:
            norm = layer.norm
            layers.append("keras.layers.BatchNormalization(epsilon=1e-5, momentum=0.9)")
            weights += [array(norm.gamma), array(norm.beta), array(norm.mean), array(norm.variance)]
        if k < len(model.layers):
            layers.append(ACTIVATIONS[layer.activation])
        if layer.left_out:
            layers.append("keras.layers.Activation(left_out)")
        elif layer.dropout:
            layers.append(f"keras.layers.Dropout({float(layer.dropout)!r})")
    layers.append(ACTIVATIONS[model.output])
    built = f"    keras.Input(({int(model.layers[0].W.shape[0])},)),\n" + "".join(f"    {layer},\n" for layer in layers)
    return "\n".join(
        [
            heading(model, "for Keras 3"),
            "import keras\nimport numpy as np\n",
            "inf, nan = np.inf, np.nan",
            PRECISION,
            prepare_function(model),
            DEFINITIONS,
            f"model = keras.Sequential([\n{built}])",
            "model.set_weights([\n" + "".join(f"    {values},\n" for values in weights) + "])",
            "# For model.compile; where classes are told apart the outputs are probabilities.",
            f"LOSS = {LOSSES[model.loss]}\n\n",
            "def predict(X):",
            "    return keras.ops.convert_to_numpy(model(prepare(X), training=False))\n",
            self_test(model),
        ]
    ).encode()
