"""Export as a Python file that builds the same network for Keras 3, its parameters included."""

from .model import Model
from .source import array, heading, prepare_function, self_test, to_real

ACTIVATIONS = {
    "linear": 'keras.layers.Activation("linear")',
    "sigmoid": 'keras.layers.Activation("sigmoid")',
    "tanh": "keras.layers.Activation(tanh)",
    "relu": 'keras.layers.Activation("relu")',
    "leaky_relu": "keras.layers.Activation(leaky_relu)",
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
# Keras itself rounds (3.15, its issue 23704): on every backend but TensorFlow its result_type has float32 for
# float64, whatever floatx is, and what asks it casts. That is the product of Dense on PyTorch, tanh on JAX, batch
# norm on both: up to 1.2e-7 in the predictions of eight networks. On TensorFlow the constants of its gelu and leaky
# ReLU are float32: up to 2.7e-10. The tensors' own operators, sigmoid and relu do neither; with them the predictions
# are within 4e-16 of the playground's on all three. The gradients that `fit` takes on PyTorch and JAX agree with
# central differences to 2e-11, the error of the differences; batch norm in training and the reported loss stay
# Keras's, and rounded.
PRECISION = """# The network's output is computed in float64. Keras rounds to float32 in some of its own layers,
# whatever floatx is: in Dense (PyTorch), tanh (JAX), batch norm (both), gelu and leaky ReLU (TensorFlow). Those below
# don't, but for batch norm in training; and there Keras also rounds the loss that it reports, by about 1e-7.
keras.config.set_floatx("float64")
"""
DEFINITIONS = '''
class Dense(keras.layers.Dense):
    def call(self, x, training=None):
        return x @ tensor(self.kernel) + tensor(self.bias)


class BatchNormalization(keras.layers.BatchNormalization):
    def call(self, x, training=None, mask=None):
        if training:
            return super().call(x, training=training, mask=mask)
        spread = (tensor(self.moving_variance) + self.epsilon) ** 0.5
        return (x - tensor(self.moving_mean)) / spread * tensor(self.gamma) + tensor(self.beta)


def tensor(variable):
    return keras.ops.convert_to_tensor(variable)


def tanh(z):
    return 2.0 * keras.activations.sigmoid(2.0 * z) - 1.0


def leaky_relu(z):
    return 0.01 * z + 0.99 * keras.activations.relu(z)


def gelu(z):
    return z * keras.activations.sigmoid(2.0 * (2.0 / np.pi) ** 0.5 * (z + 0.044715 * z**3))


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
        layers.append(f"Dense({int(layer.W.shape[1])})")
        weights += [array(layer.W, 4 * " "), array(layer.b)]
        if layer.norm is not None:
            norm = layer.norm
            layers.append("BatchNormalization(epsilon=1e-5, momentum=0.9)")
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
            "import os\n",
            'os.environ.setdefault("JAX_ENABLE_X64", "1")  # read when JAX is imported\n',
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
            f"    return {to_real(model, 'keras.ops.convert_to_numpy(model(prepare(X), training=False))')}\n",
            self_test(model),
        ]
    ).encode()
