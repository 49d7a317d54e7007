namespace Hyperdiff;

/// <summary>Advice for every status of every kind of solver: what happened, the likely causes, and what to change. All of it is here.</summary>
public static class SolveStatuses
{
    private const string Rounding = "the tolerance is below what rounding permits at this conditioning";
    private const string Endless = "f is unbounded below, or approaches its infimum at infinity: look at its value and at the state";

    /// <summary>What happened, the likely causes, and what to change.</summary>
    /// <param name="status">How a solve ended.</param>
    /// <param name="kind">What it was.</param>
    public static string Describe(this SolveStatus status, SolverKind kind = SolverKind.Other) => status switch
    {
        SolveStatus.Converged => Reached(kind),
        SolveStatus.MaxIterations => RanOut(kind),
        SolveStatus.Stagnated => Stagnated(kind),
        SolveStatus.Diverged => Diverged(kind),
        SolveStatus.Singular => Singular(kind),
        SolveStatus.Breakdown => BrokeDown(kind),
        SolveStatus.NonFiniteInput => Given(kind),
        SolveStatus.NonFiniteIterate => NonFinite(kind),
        SolveStatus.Cancelled => "the caller cancelled",
        SolveStatus.NotAMinimum =>
            "f curves downwards along a direction from here: a saddle or a maximum, not a minimum; (a) start elsewhere, or (b) ask for the stationary point "
                + "as a root, RootCondition of the gradient, if it is wanted",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a SolveStatus"),
    };

    private static string Reached(SolverKind kind) => kind switch
    {
        SolverKind.WhileLoop => "the condition no longer holds",
        SolverKind.Trajectory or SolverKind.StochasticAdjoint => "the steps that were asked for were made",
        SolverKind.Series => "the terms that were asked for were added",
        SolverKind.Samples => "the samples that were asked for were drawn",
        _ => "the residual is within the tolerance",
    };

    private static string RanOut(SolverKind kind) => kind switch
    {
        SolverKind.WhileLoop => Causes(
            "the condition still holds after the last step that was allowed", "allow more steps",
            "check whether the condition can become false: a comparison that is too strict for rounding never does"),
        SolverKind.GivenFunction => Causes(
            "what the function returned does not satisfy the condition to the tolerance",
            "the function and the condition are of different problems, or differ in a sign or a scale", "the function stops too early",
            "the tolerance is tighter than the function is meant to be"),
        SolverKind.GivenSolver => Causes(
            "what the solver returned is not accurate enough", "it stops too early: let it go on while it is told to (Continues)",
            "it ran into its own limit, or into the library's (MaxProducts, MaxEvaluations)", "it is not made for this problem"),
        SolverKind.Trajectory or SolverKind.StochasticAdjoint => "the steps that were asked for were made, and are not enough: ask for more",
        SolverKind.Series => "the terms that were asked for were added, and are not enough: ask for more, or solve the system to a tolerance",
        SolverKind.Samples => "the samples that were asked for were drawn, and are not enough: ask for more",
        SolverKind.JointDescent or SolverKind.OuterDescent => Causes(
            "the steps that were allowed were made before the directions were within the tolerance", "allow more steps (MaxSteps)",
            "ask for a looser tolerance", "take other step sizes"),
        SolverKind.CorrectionRounds => Causes(
            "the rounds that were allowed were made before the tolerance", "allow more rounds, or the solver within more iterations",
            "ask for a looser tolerance",
            "let the solver within solve more accurately"),
        SolverKind.GradientDescent or SolverKind.QuasiNewton or SolverKind.NewtonMinimizer => Causes(
            "the limit of updates was reached before the tolerance", "allow more iterations", "ask for a looser tolerance", Faster(kind), Endless),
        _ => Causes("the limit of updates was reached before the tolerance", "allow more iterations", "ask for a looser tolerance", Faster(kind)),
    };

    private static string Faster(SolverKind kind) => kind switch
    {
        SolverKind.FixedPointIteration => "accelerate the iteration: FixedPoint.Anderson, FixedPoint.Broyden",
        SolverKind.DampedIteration => "damp less, or accelerate the iteration: FixedPoint.Anderson, FixedPoint.Broyden",
        SolverKind.AcceleratedIteration => "remember more iterates (window, memory), or start nearer to the solution",
        SolverKind.GradientDescent => "use a minimizer that learns the curvature: Minimizer.Lbfgs, Minimizer.NewtonCg",
        SolverKind.QuasiNewton => "use Minimizer.NewtonCg, or scale the parameters alike",
        SolverKind.NewtonMinimizer => "start nearer to the minimum, say at what Minimizer.Lbfgs finds",
        SolverKind.NewtonRoot => "start nearer to the root: far from one, Newton's method may wander",
        SolverKind.ConstrainedMinimum => "start nearer to the minimum, at a state that satisfies the constraints",
        SolverKind.ConjugateGradients => "scale the system: LinearSolver.Preconditioned. For a matrix that is not symmetric use LinearSolver.Gmres",
        SolverKind.Minres => "the matrix is not symmetric, which this solver takes for granted: use LinearSolver.Gmres or LinearSolver.Lsmr",
        SolverKind.Gmres =>
            "take longer cycles (restart), scale the system (LinearSolver.Preconditioned), or use "
                + "LinearSolver.Lsmr; LinearSolver.DenseLu where there are few unknowns",
        SolverKind.BiCgStab => "use LinearSolver.Gmres, whose residual never grows",
        SolverKind.Lsmr =>
            "scale the system (LinearSolver.Preconditioned), or use LinearSolver.DenseLu where there are few unknowns: "
                + "its convergence goes with the square of the condition number",
        SolverKind.LinearIteration or SolverKind.LinearDescent =>
            "use a solver that needs no contraction: LinearSolver.Gmres, and LinearSolver.ConjugateGradient for a symmetric positive definite matrix",
        SolverKind.AcceleratedLinear => "remember more iterates (window, memory), or use LinearSolver.Gmres",
        SolverKind.Automatic =>
            "name a solver: LinearSolver.DenseLu where there are few unknowns, LinearSolver.Preconditioned where they are of different scales",
        _ => "scale the problem so that its numbers are alike",
    };

    private static string Stagnated(SolverKind kind) => kind switch
    {
        SolverKind.FixedPointIteration or SolverKind.DampedIteration or SolverKind.AcceleratedIteration => Causes(
            "the residual stopped falling above the tolerance", Rounding, "the map computes in a coarser element type than its state",
            "the map is not the same, or not smooth, from one update to the next"),
        SolverKind.GradientDescent => Causes(
            "the gradient stopped falling above the tolerance",
            Rounding, "the step size does not fit the curvature: StepSize.Backtracking finds one", "f has a kink there",
            Endless),
        SolverKind.QuasiNewton or SolverKind.NewtonMinimizer => Causes(
            "no step along the direction lowers f any more, and the gradient is above the tolerance",
            "f does not resolve so small a step: the tolerance is below what rounding permits", "f has a kink there",
            Endless),
        SolverKind.NewtonRoot or SolverKind.ConstrainedMinimum => Causes(
            "no step lowers the norm of the condition any more, and it is above the tolerance",
            kind == SolverKind.NewtonRoot ? "there is no root near: the norm has a minimum above zero; start elsewhere"
                : "the constraints cannot all be satisfied, or not from this start", Rounding),
        SolverKind.ConjugateGradients =>
            Causes("the residual stopped falling above the tolerance", Rounding, "the matrix is not symmetric: LinearSolver.Gmres"),
        SolverKind.Minres => Causes("the residual stopped falling above the tolerance", "the matrix is not symmetric: LinearSolver.Gmres, LinearSolver.Lsmr",
            Rounding, "the system is singular, and b outside its range"),
        SolverKind.Gmres => Causes(
            "the residual stopped falling above the tolerance", "the cycles are too short for this matrix: a longer restart, or LinearSolver.Lsmr", Rounding,
            "the system is singular, and b outside its range"),
        SolverKind.BiCgStab => Causes("the residual stopped falling above the tolerance",
            "the iteration does not suit this matrix: LinearSolver.Gmres", Rounding),
        SolverKind.Lsmr => Causes("the residual stopped falling above the tolerance", Rounding,
            "the system has no solution: b is outside its range; the least-squares solution was returned"),
        SolverKind.LinearIteration or SolverKind.LinearDescent or SolverKind.AcceleratedLinear => Causes(
            "the residual stopped falling above the tolerance", Rounding, "the iteration does not suit this matrix: LinearSolver.Gmres"),
        SolverKind.DenseLu or SolverKind.DenseCholesky =>
            Causes("the factorization leaves a residual above the tolerance", Rounding,
                "the matrix is nearly singular: look at the condition number in the notes"),
        SolverKind.CorrectionRounds => Causes("a round no longer lowers the residual", Rounding, "the solver within is not accurate enough to help"),
        SolverKind.GivenFunction => Causes("what the function returned does not satisfy the condition to the tolerance", Rounding,
            "the function stops too early"),
        SolverKind.GivenSolver => Causes(
            "the residual stopped falling above the tolerance, or is not what the solver said", Rounding,
            "its recurrence has drifted from the residual: compute that anew and begin again"),
        SolverKind.Automatic => Causes("the residual stopped falling above the tolerance, by every solver that was tried", Rounding,
            "the system is singular, and b outside its range"),
        SolverKind.OuterDescent => Causes(
            "the hypergradient cannot be known better, and does not tell where the solution is",
            "the outer objective is flat there, but for rounding: no λ is better than another",
            "a tolerance that was given is below what rounding permits", "λ is zero, so that nothing is small against it: give a tolerance"),
        SolverKind.JointDescent => Causes(
            "the directions are nothing but rounding, and do not tell where the solution is", "the outer objective is flat there: no λ is better than another",
            Rounding, "a vector is zero, so that nothing is small against it: give a tolerance"),
        _ => Causes("the residual stopped falling above the tolerance", Rounding, "the steps are too small"),
    };

    private static string Diverged(SolverKind kind) => kind switch
    {
        SolverKind.FixedPointIteration => Causes(
            "the residual grows: the map is not a contraction here",
            "if it is a gradient step, take a smaller step size",
            "use an iteration that needs no contraction: FixedPoint.Damped, FixedPoint.Anderson, FixedPoint.Broyden"),
        SolverKind.DampedIteration => Causes("the residual grows: the damped map is not a contraction here", "damp more: a smaller τ",
            "use FixedPoint.Anderson or FixedPoint.Broyden"),
        SolverKind.AcceleratedIteration =>
            Causes("the residual grows", "start nearer to the solution", "mix less, or remember fewer iterates", "use FixedPoint.Damped, with a small τ"),
        SolverKind.GradientDescent => Causes("the gradient grows", "take a smaller step size, or StepSize.Backtracking",
            "f is unbounded below: look at its value"),
        SolverKind.QuasiNewton or SolverKind.NewtonMinimizer =>
            Causes("the gradient grows while f falls", "f is unbounded below: look at its value", "start nearer to the minimum"),
        SolverKind.NewtonRoot or SolverKind.ConstrainedMinimum =>
            Causes("the norm of the condition grows", "start nearer to the solution",
                "the derivative of the condition is not what it should be: problem.Check compares it with differences"),
        SolverKind.ConjugateGradients =>
            Causes("the residual grows", "the matrix is not symmetric: LinearSolver.Gmres", "it is badly conditioned: LinearSolver.Preconditioned"),
        SolverKind.Minres => Causes("the residual grows", "the matrix is not symmetric: LinearSolver.Gmres", "it is singular"),
        SolverKind.Gmres or SolverKind.Lsmr => Causes(
            "the residual grows", "the operator is not linear, or its transpose is that of another", "it is singular"),
        SolverKind.BiCgStab => Causes("the residual grows", "the iteration does not suit this matrix: LinearSolver.Gmres", "the matrix is singular"),
        SolverKind.LinearIteration => Causes(
            "the residual grows: I − A is not a contraction", "use a solver that needs none: LinearSolver.Gmres, LinearSolver.Auto",
            "if A belongs to a gradient step, take a smaller step size"),
        SolverKind.LinearDescent => Causes("the residual grows", "take a smaller rate", "use a solver that has none: LinearSolver.Gmres, LinearSolver.Auto"),
        SolverKind.AcceleratedLinear => Causes("the residual grows", "remember more iterates (window, memory)", "use LinearSolver.Gmres"),
        SolverKind.StochasticAdjoint => Causes("the steps left more than they began with", "take a smaller rate", "draw larger minibatches"),
        SolverKind.Series => Causes(
            "the terms grow: A is too far from the identity for the series", "damp it", "solve the system by LinearSolver.Gmres",
            "A is far from normal, and more terms fall again: stopsOnSuspicion: false"),
        SolverKind.Trajectory => "the steps grow: the map is not a contraction here; take a smaller step size",
        SolverKind.JointDescent or SolverKind.OuterDescent =>
            Causes("the directions grow", "take smaller step sizes", "the outer objective is unbounded below: look at its value"),
        SolverKind.CorrectionRounds => Causes("the residual grows from round to round", "the solver within does not suit the system", "the system is singular"),
        SolverKind.Automatic => Causes("the residual grows, by every solver that was tried", "the system is singular", "the operator is not linear"),
        _ => Causes("the residual grows", "take smaller steps", "start nearer to the solution"),
    };

    private static string Singular(SolverKind kind) => kind switch
    {
        SolverKind.ConstrainedMinimum => Causes(
            "the conditions are singular here: the solution has no derivative, or no Newton step leads to it",
            "constraints depend on each other: leave out the redundant ones", "an active constraint has a multiplier of zero, where the solution has a kink",
            "f is flat along what the constraints leave free: add a regularising term"),
        SolverKind.NewtonRoot => Causes(
            "the derivative of the condition in the state is singular here", "start elsewhere",
            "the root is a double one, or one of many: it has no derivative, and a term is missing that makes it unique"),
        SolverKind.FixedPointIteration or SolverKind.DampedIteration or SolverKind.AcceleratedIteration or SolverKind.GradientDescent or SolverKind.QuasiNewton
            or SolverKind.NewtonMinimizer => Causes(
            "the solution is not unique to working precision", "a regularising term is missing", "parameters can be exchanged for each other: fix one of them"),
        SolverKind.WhileLoop or SolverKind.Trajectory or SolverKind.Samples or SolverKind.JointDescent or SolverKind.OuterDescent or SolverKind.GivenFunction =>
            "a system that had to be solved is singular to working precision: the inner solution is not unique, or a regularising term is missing",
        _ => Causes(
            "the system is singular to working precision",
            "the inner solution is not unique, so that its derivative does not exist", "a regularising term is missing",
            "of a constrained problem: constraints depend on each other, or an active one has a multiplier of zero, where the solution has a kink"),
    };

    private static string BrokeDown(SolverKind kind) => kind switch
    {
        SolverKind.ConjugateGradients => Causes(
            "a direction of curvature zero or below: the matrix is not symmetric positive definite",
            "the state is a saddle, not a minimum: LinearSolver.Minres", "the map is not a gradient step: LinearSolver.Gmres", "the matrix is singular"),
        SolverKind.DenseCholesky => Causes("the matrix is not positive definite",
            "the state is a saddle, not a minimum, or the map is not a gradient step: LinearSolver.DenseLu", "the matrix is singular"),
        SolverKind.BiCgStab => Causes("a denominator of the recurrence is zero, which says nothing against the matrix", "use LinearSolver.Gmres",
            "use LinearSolver.Lsmr if that stagnates"),
        SolverKind.Minres => Causes("the recurrence cannot go on", "the matrix is not symmetric: LinearSolver.Gmres", "it is singular"),
        SolverKind.CorrectionRounds => Causes(
            "a round could not be made", "the solver within broke down: use another",
            "the diagonal of the matrix, by which it is scaled, has a zero or a negative number", "the matrix is singular"),
        SolverKind.NewtonRoot or SolverKind.ConstrainedMinimum =>
            "a Newton system could not be solved by the linear solver that was given: use Root.Newton with LinearSolver.Auto",
        SolverKind.NewtonMinimizer or SolverKind.QuasiNewton or SolverKind.GradientDescent =>
            Causes("no direction lowers f", "the state is a saddle: start elsewhere", "f is not smooth there"),
        SolverKind.JointDescent => "a step could not be made, for the reason that stands beside it",
        SolverKind.GivenSolver => "the solver gave up, for the reason that stands beside it",
        SolverKind.OuterDescent => "a solve within the descent broke down: its report says why",
        SolverKind.Automatic => "every solver that was tried broke down: the matrix is singular, or the operator not linear",
        _ => Causes("the method met a denominator of zero", "start elsewhere", "the problem is singular"),
    };

    private static string Given(SolverKind kind) => kind switch
    {
        SolverKind.WhileLoop => "a number that the loop begins with is NaN or infinite: look for a logarithm or a division at 0 before it",
        _ => "a number that was given is NaN or infinite: look for missing values in the data, or a logarithm or division at 0",
    };

    private static string NonFinite(SolverKind kind) => kind switch
    {
        SolverKind.WhileLoop =>
            "the last carry is NaN, and a comparison with NaN is false: look for a logarithm, a root or a division outside its domain in the step",
        SolverKind.GivenFunction => "the condition is NaN or infinite at what the function returned",
        SolverKind.FixedPointIteration or SolverKind.DampedIteration or SolverKind.AcceleratedIteration or SolverKind.Trajectory => Causes(
            "an iterate became NaN or infinite", "the map is far from a contraction: a smaller step size, or damping",
            "it overflows or is undefined on the way"),
        SolverKind.GradientDescent or SolverKind.StochasticAdjoint or SolverKind.JointDescent or SolverKind.OuterDescent => Causes(
            "an iterate became NaN or infinite", "the step size is too large", "the function overflows or is undefined on the way"),
        SolverKind.QuasiNewton or SolverKind.NewtonMinimizer =>
            Causes("an iterate became NaN or infinite", "f is unbounded below", "it overflows or is undefined on the way"),
        SolverKind.NewtonRoot or SolverKind.ConstrainedMinimum =>
            Causes("an iterate became NaN or infinite", "start nearer to the solution", "the condition overflows or is undefined on the way"),
        SolverKind.Samples => "a sample is NaN or infinite: look for a logarithm or a division outside its domain in the process or in the outer objective",
        SolverKind.LinearIteration or SolverKind.LinearDescent => Causes(
            "an iterate became NaN or infinite", "I − A is far from a contraction: LinearSolver.Gmres",
            "the matrix holds a NaN: look for a logarithm or division at 0 in the inner problem"),
        SolverKind.Other => Causes("an iterate became NaN or infinite", "the steps are too large", "the function overflows or is undefined on the way"),
        _ => Causes(
            "an iterate became NaN or infinite", "the matrix holds a NaN: look for a logarithm or division at 0 in the inner problem",
            "the numbers of the system are too far apart: scale the problem"),
    };

    // "what happened: (a) this, (b) that, or (c) something else"
    private static string Causes(string what, params ReadOnlySpan<string> causes)
    {
        string text = $"{what}: ";
        for (int i = 0; i < causes.Length; i++)
        {
            string separator = i == 0 ? string.Empty : i == causes.Length - 1 ? i == 1 ? " or " : ", or " : ", ";
            text += $"{separator}({(char)('a' + i)}) {causes[i]}";
        }

        return text;
    }
}
