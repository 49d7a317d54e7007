using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The solution w*(θ) of an inner problem as a primitive.</summary>
/// <remarks>
/// With the condition R(w*(θ), θ) = 0, differentiation gives <c>(∂R/∂w) ẇ = −(∂R/∂θ) θ̇</c> (<see cref="ImplicitRule"/>): for a fixed point <c>(I − J) ẇ = P
/// θ̇</c>, for a minimum <c>H ẇ = −B θ̇</c>, for a root <c>A ẇ = −(∂c/∂θ) θ̇</c>. The transpose of that solve is the adjoint of the hypergradient. The
/// derivative in the start is structurally zero. Source: the implicit function theorem; for hypergradients Bengio (2000), "Gradient-based optimization of
/// hyperparameters", doi:10.1162/089976600300015187, equation (13).
/// </remarks>
/// <param name="Problem">Φ, f or c: its inputs are the leaves of the state, and then θ.</param>
/// <param name="States">The number of leaves of the state.</param>
/// <param name="Active">The leaves of the state that are differentiated.</param>
/// <param name="Solver">Finds w*.</param>
/// <param name="TangentSolver">Solves with ∂R/∂w.</param>
/// <param name="AdjointSolver">Solves with its transpose.</param>
/// <param name="Function">What the problem is called in reports.</param>
internal sealed record ImplicitSolve(Graph Problem, int States, Axes Active, InnerSolver Solver, LinearSolver TangentSolver, LinearSolver AdjointSolver,
    string Function) : Primitive
{
    /// <inheritdoc/>
    internal override bool IsValue => Problem.IsValue && Solver.IsValue && TangentSolver.IsValue && AdjointSolver.IsValue;

    /// <inheritdoc/>
    public override string Name => $"inner, {Solver.Name} of {Function}";

    /// <inheritdoc/>
    public override int? ReportResult => States;

    /// <inheritdoc/>
    internal override TensorType[] Wanted(ReadOnlySpan<TensorType> operands) => [.. Problem.InputTypes];

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [.. operands[..States], SolveReport.TensorType];

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        var problem = new InnerProblem(Problem, States, Active, operands[States..].ToArray());
        InnerSolution solution = Solver.Solve(problem, operands[..States].ToArray(), Work.Cancellation);
        return [.. solution.State, (solution.Report with { Kind = Solver.KindOn(problem) }).ToTensor()];
    }

    /// <summary>Every item is a solve of its own, with its own tolerance and report.</summary>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => ItemByItem.Of(this, operands, size);

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        // the derivative in the start is structurally zero
        var given = GivenTangents.Of(tangents[States..]);
        Axes active = [.. given.Active.Items.Select(parameter => States + parameter)];
        var solutionTangents = new Tensor?[results.Length];
        if (active.Count == 0)
        {
            return solutionTangents;
        }

        var problem = new InnerProblem(Problem, States, Active, operands[States..].ToArray());
        var rule = ImplicitRule.At(Solver, problem, results[..States].ToArray());
        Tensor?[] change = rule.InParameters(active).Apply(given.Directions).Tangents;
        if (change.All(leaf => leaf is null))
        {
            return solutionTangents;
        }

        Tensor[] rightHandSide = rule.RightHandSide(change);
        LinearMap map = rule.InState();

        // a single leaf has no other to differ from
        var units = new Tensor[Active.Count > 1 ? Active.Count : 0];
        for (int i = 0; i < units.Length; i++)
        {
            units[i] = results[Active[i]];
        }

        var solve = new LinearSolve(
            OperatorGraph.Of(map.Linearized, rule.Types), map.Residuals.Length, TangentSolver, AdjointSolver, $"tangent of {Function}",
                $"adjoint of {Function}")
        {
            Units = units.Length,
            Rows = Solver.UnitOfCondition,
        };
        Tensor[] solution = solve.Apply([.. rightHandSide, .. map.Residuals, .. units]);
        for (int i = 0; i < Active.Count; i++)
        {
            solutionTangents[Active[i]] = solution[i];
        }

        return solutionTangents;
    }

    /// <summary>Those of the inner problem, at its solution: its condition is differentiated there, in the state and in what is differentiated of the
    /// parameters.</summary>
    public override KinkCount[] KinksWithin(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<bool> active)
    {
        bool[] flags = active.ToArray();
        return !flags.AsSpan(States).Contains(true)
            ? [] : KinkSearch.Of(Problem, [.. Enumerable.Range(0, flags.Length).Where(i => i < States ? Active.Contains(i) : flags[i])])
            .Within([.. results[..States], .. operands[States..]]);
    }

    /// <inheritdoc/>
    public override IEnumerable<Graph> Bodies => [Problem];
}
