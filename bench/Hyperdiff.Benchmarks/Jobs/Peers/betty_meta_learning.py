# iMAML: first weights from which a few steps, held near them, fit a sinusoid from ten points, as in Betty's own example.
import torch
from betty.configs import Config, EngineConfig
from betty.engine import Engine
from betty.problems import ImplicitProblem


class Net(torch.nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.weights = torch.nn.ParameterList([torch.nn.Parameter(leaf.clone()) for leaf in weights])

    def forward(self, x, y):
        w = self.weights
        return (torch.tanh(torch.tanh(x @ w[0] + w[1]) @ w[2] + w[3]) @ w[4] + w[5] - y).square().mean()


def run(given, by, clock):
    x, y, xq, yq = (given.tensor(name) for name in ("x", "y", "xq", "yq"))
    tasks, steps, adaptation, rate = given.count("tasks"), given.count("steps"), given.count("inner_steps"), given["rate"]
    weights = [given.tensor(name) for name in ("w1", "b1", "w2", "b2", "w3", "b3")]
    losses = []

    class Outer(ImplicitProblem):
        def get_batch(self):
            return xq[len(losses)], yq[len(losses)]

        def training_step(self, batch):
            loss = self.inner(*batch)
            losses.append(loss.item())
            return loss

        def param_callback(self):
            clock.step(sum(losses[-tasks:]) / tasks)

    class Inner(ImplicitProblem):
        def on_inner_loop_start(self):
            self.module.load_state_dict(self.outer.module.state_dict())

        def get_batch(self):
            return x[len(losses)], y[len(losses)]

        def training_step(self, batch):
            near = sum((a - b).square().sum() for a, b in zip(self.module.weights, self.outer.module.weights))
            return self.module(*batch) + 0.5 * given["penalty"] * near

    first, adapted = Net(weights), Net(weights)
    optimizer = torch.optim.Adam(first.parameters(), lr=given["outer_rate"])
    outer = Outer("outer", Config(retain_graph=True, gradient_accumulation=tasks), first, optimizer)
    neumann = Config(type="neumann", neumann_iterations=given.count("products") - 1, neumann_alpha=rate, unroll_steps=adaptation)
    inner = Inner("inner", neumann, adapted, torch.optim.SGD(adapted.parameters(), lr=rate))
    config = EngineConfig(train_iters=steps * tasks * adaptation, strategy="cpu")
    Engine([outer, inner], config, {"u2l": {outer: [inner]}, "l2u": {inner: [outer]}}).run()

    def error_of_new(task):
        net = Net(first.weights)
        optimizer = torch.optim.SGD(net.parameters(), lr=rate)
        for _ in range(adaptation):
            near = sum((a - b.detach()).square().sum() for a, b in zip(net.weights, first.weights))
            optimizer.zero_grad()
            (net(x[task], y[task]) + 0.5 * given["penalty"] * near).backward()
            optimizer.step()
        return net(xq[task], yq[task]).item()

    held_out = range(steps * tasks, steps * tasks + given.count("held_out"))
    return sum(error_of_new(task) for task in held_out) / len(held_out)
