# Answers `objectives`: whole objectives of gradbench and ADBench by PyTorch, in formulas of our own, written as whole-array operations as a user of PyTorch
# would who wants them fast. Argument: how many threads.
#
# Jacobians of bundle adjustment use that a residual depends on one observation alone: all observations are a batch, and the sum of a component over the batch
# has, in one backward pass, the rows of all. So two backward passes give everything, as do fifteen forward ones; the loop over observations that ADBench and
# gradbench have for PyTorch is some thousand times slower. The Jacobian of the hand has nothing of the kind; in forward mode its 26 columns are a batch, by
# functorch, and in reverse its 300 rows are.
import functorch
import torch
import torch.autograd.forward_ad as forward_ad

import turns


def gradient(function, *at):
    at = [x.requires_grad_() for x in at]

    def call():
        value = function(*at)
        return (value.detach(), *torch.autograd.grad(value, at))

    return call


def llsq(mode, x, t, s, powers):
    return gradient(lambda x: 0.5 * (s - (t.unsqueeze(1) ** powers) @ x).square().sum(), x)


# of elementary functions, as the benchmark asks for
def lse(mode, x):
    def value(x):
        greatest = x.detach().max()
        return greatest + (x - greatest).exp().sum().log()

    return gradient(value, x)


def lse_builtin(mode, x):
    return gradient(lambda x: x.logsumexp(0), x)


def kmeans(mode, centroids, points):
    def cost(c):
        return (points.square().sum(1)[None, :] + c.square().sum(1)[:, None] - 2 * c @ points.t()).min(0).values.sum()

    if mode == "gradient":
        return gradient(cost, centroids)
    centroids.requires_grad_()
    ones = torch.ones_like(centroids)

    # the Hessian is diagonal, so that its product with ones is its diagonal
    def direction():
        slope, = torch.autograd.grad(cost(centroids), centroids, create_graph=True)
        curvature, = torch.autograd.grad(slope, centroids, ones)
        return (slope.detach() / curvature,)

    return direction


def ode(mode, x, steps):
    steps = int(steps)
    h = 2.0 / steps
    one = torch.ones(1, dtype=x.dtype)
    x.requires_grad_()

    def slope(y):
        return x * torch.cat([one, y[:-1]])

    def call():
        y = torch.zeros_like(x)
        for _ in range(steps):
            k1 = slope(y)
            k2 = slope(y + h / 2 * k1)
            k3 = slope(y + h / 2 * k2)
            k4 = slope(y + h * k3)
            y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return (y.detach(), *torch.autograd.grad(y[-1], x))

    return call


def gmm(mode, alphas, means, factors, x):
    n, p = x.shape
    components = alphas.shape[0]
    columns, rows = torch.triu_indices(p, p, 1)
    degrees = torch.tensor(p + 1.0, dtype=x.dtype)

    def value(alphas, means, factors):
        q, l = factors[:, :p], factors[:, p:]
        triangles = torch.diag_embed(q.exp()).index_put((torch.arange(components)[:, None], rows[None, :], columns[None, :]), l)
        turned = torch.bmm(x - means.unsqueeze(1), triangles.transpose(1, 2))
        terms = (alphas + q.sum(1)).unsqueeze(1) - 0.5 * turned.square().sum(2)
        prior = 0.5 * (q.exp().square().sum() + l.square().sum()) - components * (
            -0.5 * degrees * p * 0.6931471805599453 - torch.mvlgamma(0.5 * degrees, p))
        return terms.logsumexp(0).sum() - n * alphas.logsumexp(0) + prior - 0.5 * n * p * 1.8378770664093453

    return gradient(value, alphas, means, factors)


def reprojection(cameras, points, weights, features):
    r, center, focal, principal, radial = cameras[:, :3], cameras[:, 3:6], cameras[:, 6:7], cameras[:, 7:9], cameras[:, 9:]
    x = points - center
    square = r.square().sum(1, keepdim=True)
    angle = square.sqrt()
    axis = r / angle
    turned = torch.where(
        square > 0,
        x * angle.cos() + torch.cross(axis, x, dim=1) * angle.sin() + axis * ((axis * x).sum(1, keepdim=True) * (1 - angle.cos())),
        x + torch.cross(r, x, dim=1))
    flat = turned[:, :2] / turned[:, 2:]
    far = flat.square().sum(1, keepdim=True)
    return weights * (flat * (1 + radial[:, :1] * far + radial[:, 1:] * far.square()) * focal + principal - features)


def bundle_adjustment(mode, at, features):
    def error(at):
        return reprojection(at[:, :11], at[:, 11:14], at[:, 14:], features)

    if mode == "reverse":
        at.requires_grad_()

        def call():
            value = error(at)
            rows = [torch.autograd.grad(value[:, i].sum(), at, retain_graph=i == 0)[0] for i in range(2)]
            return value.detach(), torch.stack(rows, 1)

        return call
    directions = [torch.zeros_like(at) for _ in range(15)]
    for i, direction in enumerate(directions):
        direction[:, i] = 1

    def call():
        columns = []
        for direction in directions:
            with forward_ad.dual_level():
                value, column = forward_ad.unpack_dual(error(forward_ad.make_dual(at, direction)))
                columns.append(column)
        return value, torch.stack(columns, 2)

    return call


def lstm(mode, main, extra, state, sequence):
    width, layers = sequence.shape[1], state.shape[0] // 2

    def value(main, extra):
        hidden, cells = list(state[0::2]), list(state[1::2])
        total = 0
        for x, following in zip(sequence[:-1], sequence[1:]):
            x = x * extra[0]
            for layer in range(layers):
                gates = torch.cat([x, hidden[layer], x, hidden[layer]]) * main[2 * layer] + main[2 * layer + 1]
                forget, taken, out = gates[:3 * width].sigmoid().view(3, width)
                cells[layer] = cells[layer] * forget + taken * gates[3 * width:].tanh()
                x = hidden[layer] = out * cells[layer].tanh()
            prediction = x * extra[1] + extra[2]
            total = total - (following * (prediction - (2 + prediction.exp().sum()).log())).sum()
        return total / ((len(sequence) - 1) * width)

    return gradient(value, main, extra)


def hand(mode, pose, wrist, bones, rest, weights, vertices, points):
    identity = torch.eye(4, dtype=pose.dtype)

    # R_z R_x of all fingers at once
    def turn(x, z):
        one, none = torch.ones_like(x), torch.zeros_like(x)
        about_x = torch.stack([one, none, none, none, none, x.cos(), -x.sin(), none, none, x.sin(), x.cos(), none, none, none, none, one], -1)
        about_z = torch.stack([z.cos(), -z.sin(), none, none, z.sin(), z.cos(), none, none, none, none, one, none, none, none, none, one], -1)
        return about_z.view(-1, 4, 4) @ about_x.view(-1, 4, 4)

    def residual(pose):
        angles = pose[6:].view(5, 4)
        none = torch.zeros_like(angles[:, 0])
        knuckle = wrist @ bones[:, 0]
        second = knuckle @ bones[:, 1] @ turn(angles[:, 0], angles[:, 1])
        third = second @ bones[:, 2] @ turn(angles[:, 2], none)
        last = third @ bones[:, 3] @ turn(angles[:, 3], none)
        transforms = torch.stack([knuckle, second, third, last], 1).view(20, 4, 4) @ rest
        moved = torch.einsum("bv,bij,vj->vi", weights, transforms[:, :3], vertices)
        angle = pose[:3].norm()
        x, y, z = pose[:3] / angle
        zero = torch.zeros_like(x)
        cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero]).view(3, 3)
        axis = pose[:3] / angle
        rotation = angle.cos() * identity[:3, :3] + angle.sin() * cross + (1 - angle.cos()) * torch.outer(axis, axis)
        return (points - (moved @ rotation.t() + pose[3:6])).reshape(-1)

    jacobian = (functorch.jacfwd if mode == "forward" else functorch.jacrev)(residual)
    return lambda: (jacobian(pose),)


turns.answer(lambda asked, operands, directions: globals()[asked["expression"]](asked["mode"], *operands))
