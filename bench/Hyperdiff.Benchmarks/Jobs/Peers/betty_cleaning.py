# A weight per training sample, half of whose labels are wrong, as problems of Betty's engine.
import torch
from betty.configs import Config, EngineConfig
from betty.engine import Engine
from betty.problems import ImplicitProblem


class Linear(torch.nn.Module):
    def __init__(self, features, classes):
        super().__init__()
        self.w, self.b = torch.nn.Parameter(torch.zeros(features, classes)), torch.nn.Parameter(torch.zeros(classes))

    def forward(self, x, y):
        return -(y * torch.log_softmax(x @ self.w + self.b, 1)).sum(1)


class Trust(torch.nn.Module):
    def __init__(self, samples):
        super().__init__()
        self.logits = torch.nn.Parameter(torch.zeros(samples))

    def forward(self):
        return torch.sigmoid(self.logits)


def run(given, by, clock):
    x, y, xv, yv, xt, labels = (given.tensor(name) for name in ("x", "y", "xv", "yv", "xt", "labels"))

    class Outer(ImplicitProblem):
        def training_step(self, batch):
            loss = self.inner(*batch).mean()
            self.loss = loss.item()
            return loss

        def param_callback(self):
            clock.step(self.loss)

    class Inner(ImplicitProblem):
        def training_step(self, batch):
            ridge = self.module.w.square().sum() + self.module.b.square().sum()
            return (self.outer() * self.module(*batch)).mean() + 0.5 * given["ridge"] * ridge

    steps, trust, linear = given.count("inner_steps"), Trust(len(x)), Linear(x.shape[1], y.shape[1])
    outer = Outer("outer", Config(retain_graph=True), trust, torch.optim.Adam(trust.parameters(), lr=given["outer_rate"]), train_data_loader=[(xv, yv)])
    neumann = Config(type="neumann", neumann_iterations=given.count("products") - 1, neumann_alpha=given["rate"], unroll_steps=steps)
    inner = Inner("inner", neumann, linear, torch.optim.SGD(linear.parameters(), lr=given["rate"]), train_data_loader=[(x, y)])
    config = EngineConfig(train_iters=given.count("steps") * steps, strategy="cpu")
    Engine([outer, inner], config, {"u2l": {outer: [inner]}, "l2u": {inner: [outer]}}).run()
    with torch.no_grad():
        return (((xt @ linear.w + linear.b).argmax(1)) == labels).float().mean()
