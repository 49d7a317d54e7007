using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>SABA: the directions of SOBA with the variance reduction of SAGA, over finite sums.</summary>
/// <remarks>
/// <code>
/// D = φᵢ(now) − φᵢ(when i was last drawn) + mean of the table     for φᵢ of  ∇_wfᵢ,  Hᵢv,  Bᵢᵀv,  ∇_wFⱼ,  ∇_λFⱼ
/// w ← w − ρ D(∇_wf),   v ← v − ρ (D(H v) − D(g)),   λ ← λ − γ (D(h) − D(Bᵀv))
/// </code>
/// Unbiased, and its variance vanishes as the iterates settle, so that constant steps converge: the theorems give 1/k for ‖∇ℓ‖², linearly where ℓ satisfies the
/// Polyak–Łojasiewicz inequality, for the objectives of <see cref="Descent.Soba"/> with constant ρ and γ that are small against 1/L and shrink with n^(2/3).
/// One component's calls as SOBA per step, n + m gradients at the start; memory of n (2 d + p) + m (d + p) numbers. Source: Dagréou, Ablin, Vaiter and Moreau
/// (2022), section 3.2 of "A framework for bilevel optimization that enables stochastic and global variance reduction algorithms", arXiv:2201.13409; SAGA:
/// Defazio, Bach and Lacoste-Julien (2014).
/// </remarks>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
public sealed record SabaDescent(Schedule InnerRate, Schedule OuterRate) : Descent(InnerRate, OuterRate)
{
    private static readonly string[] s_quantities = ["∇_wf", "H v", "Bᵀv", "∇_wF", "∇_λF"];

    /// <inheritdoc/>
    public override string Name => "SABA";

    /// <summary>The descent on a problem, its step traced and compiled, and its tables filled.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first w.</param>
    /// <param name="hyper">The first λ.</param>
    public DescentSteps<TState, THyper> Steps<TState, THyper>(FiniteSumProblem<TState, THyper> problem, TState start, THyper hyper) =>
        On(problem, start, hyper);

    /// <summary>Descends from w and λ.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first w.</param>
    /// <param name="hyper">The first λ.</param>
    /// <param name="progress">Told of every state, on the calling thread. What it throws ends the descent.</param>
    /// <param name="cancellation">Ends the descent with <see cref="SolveStatus.Cancelled"/>.</param>
    public DescentSolution<TState, THyper> Minimize<TState, THyper>(
        FiniteSumProblem<TState, THyper> problem, TState start, THyper hyper, IProgress<DescentProgress<TState, THyper>>? progress = null,
        CancellationToken cancellation = default) =>
        Steps(problem, start, hyper).Run(progress, cancellation);

    internal override ImmutableArray<(string Name, LeafVector Value)> Begin(StepPoint start, (Oracle Inner, Oracle Outer) oracles)
    {
        (LeafVector w, LeafVector hyper) = (start.State, start.Hyper);
        OracleGradient[] inner = Components(oracles.Inner);
        OracleGradient[] outer = Components(oracles.Outer);

        // with v = 0 at the start the products are zero without being computed
        LeafVector[][] tables =
        [
            [.. inner.Select(component => component.State)], [.. inner.Select(_ => w.Zeros())], [.. inner.Select(_ => hyper.Zeros())],
            [.. outer.Select(component => component.State)], [.. outer.Select(component => component.Hyper)],
        ];
        return [("adjoint", w.Zeros()),
            .. tables.SelectMany((rows, q) =>
                ((string, LeafVector)[])[($"table of {s_quantities[q]}", Stacked(rows)), ($"mean of {s_quantities[q]}", Mean(rows))])];

        OracleGradient[] Components(Oracle oracle) =>
            [.. Enumerable.Range(0, oracle.Components).Select(i => oracle.GradientAt(w, hyper, oracle.Component(Tensor.Full(Shape.Scalar, i, DType.Int32))))];
    }

    internal override StepPoint Step(StepTrace at)
    {
        (LeafVector w, LeafVector hyper, LeafVector v) = (at.State, at.Hyper, at.Memory[0]);
        (Tensor i, Tensor j) = (at.Key(0).Integers([], 0, at.Inner.Components), at.Key(1).Integers([], 0, at.Outer.Components));
        LeafVector down = at.Inner.GradientAt(w, hyper, at.Inner.Component(i)).State;
        (LeafVector hessian, LeafVector cross) = at.Inner.ProductsAt(w, hyper, v, at.Inner.Component(i));
        OracleGradient outer = at.Outer.GradientAt(w, hyper, at.Outer.Component(j));
        (LeafVector Value, Tensor Row, int Rows)[] drawn =
        [
            (down, i, at.Inner.Components), (hessian, i, at.Inner.Components), (cross, i, at.Inner.Components),
            (outer.State, j, at.Outer.Components), (outer.Hyper, j, at.Outer.Components),
        ];
        var estimates = new LeafVector[drawn.Length];
        var memory = new LeafVector[at.Memory.Length];
        for (int q = 0; q < drawn.Length; q++)
        {
            (LeafVector table, LeafVector mean) = (at.Memory[1 + (2 * q)], at.Memory[2 + (2 * q)]);
            LeafVector change = drawn[q].Value - Array.ConvertAll(table.Leaves, rows => rows.TakeRows(drawn[q].Row));
            estimates[q] = change + mean;
            memory[1 + (2 * q)] = table + Array.ConvertAll(change.Leaves,
                leaf => leaf.Reshape([1, .. leaf.Shape.Sizes]).ScatterAdd(drawn[q].Row.Reshape([1]), drawn[q].Rows));
            memory[2 + (2 * q)] = mean + (Tensor.Scalar(1.0 / drawn[q].Rows) * change);
        }

        memory[0] = at.Stepped(v, InnerRate, estimates[1] - estimates[3]);
        return new StepPoint(at.Stepped(w, InnerRate, estimates[0]), at.Stepped(hyper, OuterRate, estimates[4] - estimates[2]), [.. memory]);
    }

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds) => [Convex(bounds), Contracts("ρ", InnerRate, bounds)];

    private static LeafVector Stacked(LeafVector[] rows) =>
        (Tensor[])[.. Enumerable.Range(0, rows[0].Leaves.Length).Select(leaf => Tensor.Stack(0, [.. rows.Select(row => row.Leaves[leaf])]))];

    private static LeafVector Mean(LeafVector[] rows) => Tensor.Scalar(1.0 / rows.Length) * rows.Aggregate((sum, row) => sum + row);
}
