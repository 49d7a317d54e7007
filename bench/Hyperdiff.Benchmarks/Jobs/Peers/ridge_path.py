# A ridge regression along a path of penalties. hypertorch: every solution by a factorization of the Gram matrix, every adjoint by its conjugate gradients;
# plain: in the basis of the eigenvectors, where both are quotients.
import torch


def run(given, by, clock):
    x, y, xv, yv = (given.tensor(name) for name in ("x", "y", "xv", "yv"))
    gram, moments, squares = xv.T @ xv / len(yv), xv.T @ yv / len(yv), yv.square().mean()
    inner, right = x.T @ x / len(y), x.T @ y / len(y)
    slopes = 0.0

    def validate(w, gram, moments):
        return 0.5 * (w @ (gram @ w) + squares) - moments @ w

    if by == "plain":
        eigenvalues, basis = torch.linalg.eigh(inner)
        right, gram, moments = basis.T @ right, basis.T @ gram @ basis, basis.T @ moments
    else:
        import hypergrad
        identity, rate = torch.eye(len(inner), dtype=inner.dtype), 1 / torch.linalg.matrix_norm(inner, 2).item()
    for penalty in given.tensor("path"):
        h = penalty.clone().requires_grad_(True)
        if by == "plain":
            loss = validate(right / (eigenvalues + torch.exp(h)), gram, moments)
            slope = torch.autograd.grad(loss, h)[0]
        else:
            w = torch.linalg.solve(inner + torch.exp(penalty) * identity, right).requires_grad_(True)
            slope = hypergrad.CG(
                [w], [h], given.count("products"), lambda w, h: [w[0] - rate * (inner @ w[0] + torch.exp(h[0]) * w[0] - right)],
                lambda w, h: validate(w[0], gram, moments) + 0 * h[0], tol=given["tolerance"], set_grad=False)[0]
            loss = validate(w, gram, moments)
        slopes += abs(slope.item())
        clock.step(loss)
    return slopes
