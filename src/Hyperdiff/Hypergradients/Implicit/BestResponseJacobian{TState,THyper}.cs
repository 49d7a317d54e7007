using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The Jacobian of the best response at a point: linearized once, applied to as many vectors as wanted, both ways.</summary>
/// <remarks>
/// <code>
/// (∂w*/∂λ) λ̇ = (I − J)⁻¹ P λ̇,   (∂w*/∂λ)ᵀ u = Pᵀ (I − Jᵀ)⁻¹ u        for a fixed point;   −H⁻¹ B λ̇ and −Bᵀ H⁻¹ u for a minimum, A and C there for a root
/// </code>
/// Each product is one linear solve. The hypergradient is <c>h + (∂w*/∂λ)ᵀ g</c>.
/// </remarks>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class BestResponseJacobian<TState, THyper>
{
    private readonly IBoundFunction<TState, THyper> _function;
    private readonly ConditionDerivative _condition;
    private readonly FlatTree<TState> _state;
    private readonly FlatTree<THyper> _hyper;
    private readonly ImmutableArray<Kink> _kinks;
    private readonly (PreparedSolver Adjoint, PreparedSolver Tangent) _solvers;

    internal BestResponseJacobian(IBoundFunction<TState, THyper> function, InnerSolver inner, BilevelPoint point, LinearSolver adjoint, LinearSolver tangent)
    {
        DeclaredStructure.Require(function, adjoint);
        DeclaredStructure.Require(function, tangent);
        _function = function;
        (_state, _hyper) = ((FlatTree<TState>)point.State, (FlatTree<THyper>)point.Hyper);
        _hyper.RequireActive("A best-response Jacobian");
        _condition = ConditionDerivative.At(inner, InnerProblem.Of(function, point), point);
        _kinks = KinkWarnings.At(inner, _condition.Problem, point);
        _solvers = (adjoint.Prepare(_condition.Adjoint), tangent.Prepare(_condition.Adjoint.Transpose()));
    }

    /// <summary>About kinks of the inner problem exactly at the point.</summary>
    public ImmutableArray<HypergradientWarning> Warnings => [.. KinkWarnings.Of(_function.Name, _kinks)];

    /// <summary><c>(∂w*/∂λ) λ̇</c>: how w* moves when λ does.</summary>
    /// <param name="tangent">λ̇; what it has for frozen leaves is ignored.</param>
    /// <param name="cancellation">Ends the solve.</param>
    /// <returns>The product, with zeros for frozen leaves, with the report of its solve and the kinks at the point.</returns>
    public Reported<TState> Jvp(THyper tangent, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        FlatTree<THyper> flat = _function.FlattenHyper(tangent);
        _hyper.RequireSameLeaves(flat, nameof(tangent));
        Tensor[] rightHandSide = _condition.FromHyper(flat.ActiveTensors);
        LinearSolution solution = _solvers.Tangent.Solve(rightHandSide, cancellation: cancellation);
        SolveReport report = solution.Report with { Solver = $"tangent, {solution.Report.Solver}" };
        return new Reported<TState>(_state.RebuildActive(solution.Value), [report], _kinks);
    }

    /// <summary><c>(∂w*/∂λ)ᵀ u</c>: the gradient in λ of uᵀw*.</summary>
    /// <param name="cotangent">u; what it has for frozen leaves is ignored.</param>
    /// <param name="cancellation">Ends the solve.</param>
    /// <returns>The product, with zeros for frozen leaves, with the report of its solve and the kinks at the point.</returns>
    public Reported<THyper> Vjp(TState cotangent, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        FlatTree<TState> flat = _function.FlattenState(cotangent);
        _state.RequireSameLeaves(flat, nameof(cotangent));
        LinearSolution solution = _solvers.Adjoint.Solve(flat.ActiveTensors, cancellation: cancellation);
        SolveReport report = solution.Report.Transposed() with { Solver = $"adjoint, {solution.Report.Solver}" };
        return new Reported<THyper>(_hyper.RebuildActive(_condition.ToHyper(solution.Value)), [report], _kinks);
    }

    /// <inheritdoc/>
    public override string ToString() => $"dw*/dλ of {_function.Name}";
}
