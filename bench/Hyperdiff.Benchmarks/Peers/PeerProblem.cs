namespace Hyperdiff.Benchmarks.Peers;

/// <summary>A problem of the table of the peers, with its calls.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Calls">What is timed.</param>
/// <param name="Reverse">The hypergradient through so many steps from the start.</param>
internal sealed record PeerProblem(string Name, IReadOnlyList<PeerCall> Calls, Func<ReverseMethod, object> Reverse)
{
    private const int Updates = 20;
    private const int Steps = 100;

    /// <summary>The calls of a bilevel problem, all but the last at the state after a hundred steps from the start.</summary>
    /// <param name="name">The problem's name.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="point">The first state, and λ.</param>
    /// <param name="leaves">The leaves of states and of hyperparameters, in the order of the problem by hand.</param>
    /// <param name="plain">The problem by hand.</param>
    /// <param name="symmetric">Whether J is symmetric, so that conjugate gradients apply to I − J.</param>
    public static PeerProblem Of<TState, THyper>(
        string name,
        FixedPointProblem<TState, THyper> problem,
        (TState Start, THyper Hyper) point,
        (Func<TState, Tensor[]> State, Func<THyper, Tensor[]> Hyper) leaves,
        IPlainProblem plain,
        bool symmetric)
    {
        (TState start, THyper hyper) = point;
        TState state = start;
        for (int t = 0; t < Steps; t++)
        {
            state = problem.Inner.Map.Evaluate(state, hyper);
        }

        FixedPointProblem<TState, THyper> given = Bilevel.Problem(problem.Inner.Map.SolvedBy(FixedPoint.Iteration(maxIterations: 0)), problem.Outer);
        double[] w = PeerCall.Numbers(leaves.State(state));
        Linearized<TState, TState> inState = Diff.Linearize(x => problem.Inner.Map.Evaluate(x, hyper), state);
        Linearized<THyper, TState> inHyper = Diff.Linearize(x => problem.Inner.Map.Evaluate(state, x), hyper);
        double[] v = PeerCall.Numbers(leaves.State(inState.Value));
        Tensor[] StateOf(object result) => leaves.State((TState)result);
        Tensor[] HyperOf(object result) => leaves.Hyper((THyper)result);
        Tensor[] GradientOf(object result) => leaves.Hyper(((HypergradientResult<TState, THyper>)result).Gradient);
        PeerCall Implicit(string call, LinearSolver adjoint, Func<double[]> exact)
        {
            ImplicitMethod method = Hypergradient.Implicit(adjoint);
            return new PeerCall(call, () => method.Compute(given, state, hyper), GradientOf, exact);
        }

        ReverseMethod reverse = Hypergradient.Reverse(Steps);
        LinearSolver conjugateGradient = LinearSolver.ConjugateGradient(0, PlainMethods.Enough, maxIterations: Updates);
        PeerCall[] calls =
        [
            new("inner_step_no_graph", () => problem.Inner.Map.Evaluate(state, hyper)!, StateOf, () => plain.Step(w)),
            new("jtv", () => inState.Vjp(inState.Value)!, StateOf, () => plain.TransposedProduct(w, v)),
            new("jtv_hparams", () => inHyper.Vjp(inState.Value)!, HyperOf, () => plain.TransposedHyperProduct(w, v)),
            Implicit("fixed_point_K20", LinearSolver.FixedPoint(0, maxIterations: Updates), () => PlainMethods.FixedPoint(plain, w, Updates)),
            Implicit("neumann_K20", LinearSolver.Neumann(Updates), () => PlainMethods.FixedPoint(plain, w, Updates + 1)),
            .. symmetric ? [Implicit("CG_K20", conjugateGradient, () => PlainMethods.ConjugateGradient(plain, w, Updates))] : Array.Empty<PeerCall>(),
            Implicit("CG_normaleq_K20", LinearSolver.Normal(conjugateGradient), () => PlainMethods.ConjugateGradientOnNormalEquations(plain, w, Updates)),
            new("reverse_T100", () => reverse.Compute(problem, start, hyper), GradientOf,
                () => PlainMethods.Reverse(plain, PeerCall.Numbers(leaves.State(start)), Steps)),
        ];
        return new PeerProblem(name, calls, method => method.Compute(problem, start, hyper));
    }
}
