"""Export as a Python file that builds the same network for PyTorch, its parameters included."""

from .model import Model
from .source import heading, numbers, prepare_function, self_test, to_real

ACTIVATIONS = {
    "linear": "nn.Identity()",
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU(0.01)",
    "elu": "nn.ELU()",
    "gelu": 'nn.GELU(approximate="tanh")',
    "step": "Step()",
}
INDENT = 4 * " "
LOSSES = {
    "binary_cross_entropy": "nn.functional.binary_cross_entropy_with_logits(outputs, targets)",
    "softmax_cross_entropy": "nn.functional.cross_entropy(outputs, targets)",
    "squared_error": "0.5 * ((outputs - targets) ** 2).sum(dim=1).mean()",
}
DEFINITIONS = '''
class Step(nn.Module):
    """1 where z > 0, else 0; no gradient passes."""

    def forward(self, z):
        return torch.heaviside(z, torch.zeros_like(z))


class LeftOut(nn.Module):
    """A layer of which every unit was dropped, always."""

    def forward(self, a):
        return a * 0.0


'''


def write(model: Model) -> bytes:
    """The file."""
    modules: list[str] = []
    loads: list[str] = []
    for k, layer in enumerate(model.layers, 1):
        last = k == len(model.layers)
        loads += [f'    "{len(modules)}.weight": tensor({numbers(layer.W.T, INDENT)}),']
        loads += [f'    "{len(modules)}.bias": tensor({numbers(layer.b)}),']
        inputs, units = layer.W.shape
        modules.append(f"nn.Linear({int(inputs)}, {int(units)}, dtype=torch.float64)")
        if layer.norm is not None:
            at, norm = len(modules), layer.norm
            loads += [
                f'    "{at}.weight": tensor({numbers(norm.gamma)}),',
                f'    "{at}.bias": tensor({numbers(norm.beta)}),',
            ]
            loads += [f'    "{at}.running_mean": tensor({numbers(norm.mean)}),']
            loads += [f'    "{at}.running_var": tensor({numbers(norm.variance)}),']
            loads += [f'    "{at}.num_batches_tracked": torch.tensor(0),']
            modules.append(f"nn.BatchNorm1d({int(units)}, eps=1e-5, momentum=0.1, dtype=torch.float64)")
        if not last:
            modules.append(ACTIVATIONS[layer.activation])
        if layer.left_out:
            modules.append("LeftOut()")
        elif layer.dropout:
            modules.append(f"nn.Dropout({float(layer.dropout)!r})")
    squashed = model.loss == "squared_error" and model.output != "linear"
    if squashed:
        modules.append(ACTIVATIONS[model.output])
    after = {"softmax": "torch.softmax(outputs, dim=1)", "sigmoid": "torch.sigmoid(outputs)"}
    answer = "outputs" if squashed else after.get(model.output, "outputs")
    built = "model = nn.Sequential(\n" + "".join(f"    {module},\n" for module in modules) + ")\n"
    return "\n".join(
        [
            heading(model, "for PyTorch, in float64"),
            "import numpy as np\nimport torch\nfrom torch import nn\n",
            "inf, nan = np.inf, np.nan\n",
            prepare_function(model),
            DEFINITIONS.rstrip() + "\n\n",
            "def tensor(values):\n    return torch.tensor(values, dtype=torch.float64)\n\n",
            "# Rows of a weight are units here, as PyTorch has it.",
            built,
            "model.load_state_dict({\n" + "\n".join(loads) + "\n})",
            "model.eval()\n\n",
            "def loss(outputs, targets):",
            '    """What was made small: the mean over a batch; of logits where classes are told apart."""',
            f"    return {LOSSES[model.loss]}\n\n",
            "def predict(X):",
            "    model.eval()",
            "    with torch.no_grad():",
            "        outputs = model(torch.as_tensor(prepare(X), dtype=torch.float64))",
            f"        return {to_real(model, f'{answer}.numpy()')}\n",
            self_test(model),
        ]
    ).encode()
