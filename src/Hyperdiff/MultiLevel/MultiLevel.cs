using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Problems that depend on each other: lower ones see the parameters of upper ones, and upper ones need the solutions of lower ones. Any number of
/// levels, and any graph without cycles.</summary>
/// <remarks>
/// <code>
/// ℓ_k(θ_k) = C_k(θ_k, θ_j*(θ_k, …), …),   θ_j* = argmin C_j(θ_j, θ_k, θ_i*(θ_j, …), …)
/// </code>
/// The solution of a problem is a value that can be differentiated, and everything else is the chain rule: the total derivative is the sum over all paths, of
/// products of best-response Jacobians, each by the method of its edge, and exact where those are. A solution that several problems need is found once. In the
/// derivative of a problem everything below it is at its solution, and everything else at the parameters that are given. Costs are those of nested solves: an
/// iteration of an upper problem solves all that is below it. For the sum over paths: Choe et al. (2023), "Betty: an automatic differentiation library for
/// multilevel optimization", arXiv:2207.02849, section 3.
/// </remarks>
public sealed class MultiLevel
{
    private static readonly IReadOnlySet<Level> s_none = new HashSet<Level>();

    private readonly ImmutableDictionary<Level, LevelProblem> _problems;

    private MultiLevel(ImmutableArray<LevelProblem> problems)
    {
        var edges = new List<LevelEdge>();
        var order = ImmutableArray.CreateBuilder<Level>();
        foreach (LevelProblem problem in problems)
        {
            problem.Trace(new LevelRecorder(problem.Level, edges));
            order.Add(problem.Level);
        }

        Edges = [.. edges.Distinct()];
        Levels = order.ToImmutable();
        Order = new LevelOrder(Levels, Edges);
        _problems = problems.ToImmutableDictionary(problem => problem.Level);
        Forms = new LevelForms(this, [.. problems.Select(problem => problem.Function)]);
        Start = new LevelPoint(problems.ToImmutableDictionary(problem => problem.Level, problem => problem.FirstParameters));
    }

    /// <summary>What the problems need of each other, as their functions were seen to ask for it.</summary>
    public ImmutableArray<LevelEdge> Edges { get; }

    /// <summary>The first parameters of all problems.</summary>
    public LevelPoint Start { get; }

    internal LevelOrder Order { get; }

    /// <summary>The objectives, traced once.</summary>
    internal LevelForms Forms { get; }

    /// <summary>Puts problems together. Each one's function is run once, for what it asks of others.</summary>
    /// <param name="problems">All problems, in any order.</param>
    /// <exception cref="ArgumentException">A problem is missing or declared twice, one asks for itself, some are above each other, or need each other's
    /// solution, or some have nothing to do with the rest; the path is named.</exception>
    /// <exception cref="ShapeMismatchException">A function returns something of another shape than its problem has.</exception>
    public static MultiLevel Of(params ReadOnlySpan<LevelProblem> problems)
    {
        ImmutableArray<LevelProblem> all = [.. problems];
        return all.IsEmpty ? throw new ArgumentException("There is no problem; pass what each level is: level.Minimizes(…).", nameof(problems))
            : new MultiLevel(all);
    }

    /// <summary>The objective of a problem as a function of its own parameters, with everything below it at its solution: for <see cref="Diff"/>, in any mode
    /// and to any order.</summary>
    /// <param name="level">The problem.</param>
    /// <param name="at">What is given, and where solves begin; <see cref="Start"/> if absent.</param>
    /// <exception cref="ArgumentException">The problem has no objective.</exception>
    public Func<T, Tensor> Loss<T>(Level<T> level, LevelPoint? at = null)
    {
        Objective<T, ValueTuple> objective = Objective(level, at);
        return own => objective.Evaluate(own, default);
    }

    /// <summary>The same as an objective, to be minimized: <c>problems.Objective(top).MinimizedBy(Minimizer.NewtonCg())</c>.</summary>
    /// <inheritdoc cref="Loss"/>
    public Objective<T, ValueTuple> Objective<T>(Level<T> level, LevelPoint? at = null)
    {
        _ = ObjectiveOf(level);
        return Objective<T, ValueTuple>.Create(Forms.Of(level, s_none, withSolutions: false).Bind(at ?? Start));
    }

    /// <summary>The total derivative of a problem's objective in its own parameters.</summary>
    /// <param name="level">The problem.</param>
    /// <param name="at">Where: the parameters of the problem and of those above it, and where the solves of those below begin; <see cref="Start"/> if
    /// absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="ArgumentException">The problem has no objective.</exception>
    public LevelGradient<T> Gradient<T>(Level<T> level, LevelPoint? at = null, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        return Gradient(level, at ?? Start, s_none);
    }

    /// <summary>The total derivative while optimizers step some of the problems, whose parameters are taken for their solutions.</summary>
    internal LevelGradient<T> Gradient<T>(Level<T> level, LevelPoint point, IReadOnlySet<Level> stepped)
    {
        (TracedCall<T> call, Level[] solved) = Forms.At(level, point.Of(level), point, stepped);
        GraphResult result = Derivatives.Gradient(call.Graph, call.Active).Call(call.Operands);
        int taken = 1, outputs = call.Graph.Outputs.Length;
        foreach (Level lower in solved)
        {
            point = _problems[lower].Move(point, result.Outputs.AsSpan(taken), out int leaves);
            taken += leaves;
        }

        return new LevelGradient<T>(result.Outputs[0].ToScalar(), call.Point.RebuildActive(result.Outputs[outputs..]), level, point, result.Reports,
            [.. KinkWarnings.Of(level.Name, call.Kinks())]);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Edges);

    /// <summary>All problems, in the order in which they were put together.</summary>
    internal ImmutableArray<Level> Levels { get; }

    internal LevelProblem<T> Problem<T>(Level<T> level) => (LevelProblem<T>)Find(level);

    private LevelProblem Find(Level level)
    {
        ArgumentNullException.ThrowIfNull(level);
        return _problems.GetValueOrDefault(level)
            ?? throw new ArgumentException($"{level} is not among the problems {string.Join(", ", _problems.Keys)}.", nameof(level));
    }

    /// <summary>The leaves of parameters of a problem.</summary>
    internal Tensor[] Leaves(Level level, object parameters) => _problems[level].Leaves(parameters);

    internal Func<T, LevelScope, Tensor> ObjectiveOf<T>(Level<T> level) =>
        Problem(level).Objective ?? throw new ArgumentException($"{level} has no objective to differentiate: it is a fixed point or a root.",
            nameof(level));
}
