# The same two solvers, by the formulas here or by hypertorch itself.
import formulas


def hypergradient(by, solver, w, h, products, map, outer):
    if by == "plain":
        return getattr(formulas, solver)(w, h, products, map, outer)
    import hypergrad
    values = []

    def remembered(params, hparams):
        loss = outer(params, hparams)
        values.append(loss.item())
        return loss

    if solver == "fixed_point":
        gradient = hypergrad.fixed_point(w, h, products, map, remembered, tol=0, set_grad=False)
    else:
        # it returns the iterate before the last
        gradient = hypergrad.CG(w, h, products + 1, map, remembered, tol=0, set_grad=False)
    return values[0], gradient
