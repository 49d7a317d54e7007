using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <content>The same derivatives with reports: a plain one has nowhere to put a warning.</content>
public static partial class Diff
{
    /// <summary>∇f(x) with its evidence: reports of solves, which are not thrown, and the kinks of f exactly at x.</summary>
    /// <remarks>Costs the gradient, and one evaluation of f if it has operations with kinks. Solves within f are then made twice.</remarks>
    /// <inheritdoc cref="Grad{T}(Func{T, Tensor}, T, Tree{T}?, CancellationToken)"/>
    public static Reported<T> GradWithReport<T>(Func<T, Tensor> function, T at, Tree<T>? tree = null, CancellationToken cancellation = default)
    {
        Reported<(Tensor Value, T Gradient)> both = ValueAndGradWithReport(function, at, tree, cancellation);
        return new Reported<T>(both.Value.Gradient, both.Reports, both.Kinks);
    }

    /// <summary>f(x) and ∇f(x) with their evidence.</summary>
    /// <inheritdoc cref="GradWithReport"/>
    public static Reported<(Tensor Value, T Gradient)> ValueAndGradWithReport<T>(Func<T, Tensor> function, T at, Tree<T>? tree = null,
        CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        TracedCall<T> call = OfScalar("A gradient", function, at, tree);
        GraphResult result = Derivatives.Gradient(call.Graph, call.Active).Call(call.Operands);
        return new Reported<(Tensor, T)>((result.Outputs[0], call.Point.RebuildActive(result.Outputs[1..])), result.Reports, call.Kinks());
    }

    /// <summary>∇²f(x) v with its evidence.</summary>
    /// <inheritdoc cref="Hvp"/>
    public static Reported<T> HvpWithReport<T>(Func<T, Tensor> function, T at, T direction, Tree<T>? tree = null, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        TracedCall<T> call = OfScalar("A Hessian-vector product", function, at, tree);
        (T product, ImmutableArray<SolveReport> reports) = Product(call, direction, tree);
        return new Reported<T>(product, reports, call.Kinks());
    }

    /// <summary>f(x) and J ẋ with their evidence.</summary>
    /// <inheritdoc cref="Jvp"/>
    public static Reported<(TResult Value, TResult Tangent)> JvpWithReport<T, TResult>(Func<T, TResult> function, T at, T tangent, Tree<T>? tree = null,
        Tree<TResult>? resultTree = null, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        Linearized<T, TResult> linearized = Linearized(function, at, tree, resultTree);
        (TResult product, ImmutableArray<SolveReport> reports) = linearized.JvpWithReports(tangent);
        return new Reported<(TResult, TResult)>((linearized.Value, product), [.. linearized.Map.Reports, .. reports], linearized.Kinks);
    }

    /// <summary>f(x) and Jᵀ ȳ with their evidence.</summary>
    /// <inheritdoc cref="Vjp"/>
    public static Reported<(TResult Value, T Cotangent)> VjpWithReport<T, TResult>(Func<T, TResult> function, T at, TResult cotangent, Tree<T>? tree = null,
        Tree<TResult>? resultTree = null, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        Linearized<T, TResult> linearized = Linearized(function, at, tree, resultTree);
        (T product, ImmutableArray<SolveReport> reports) = linearized.VjpWithReports(cotangent);
        return new Reported<(TResult, T)>((linearized.Value, product), [.. linearized.Map.Reports, .. reports], linearized.Kinks);
    }

    /// <summary>The Jacobian with its evidence.</summary>
    /// <inheritdoc cref="Jacobian"/>
    public static Reported<Tensor> JacobianWithReport(Func<Tensor, Tensor> function, Tensor at, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        Linearized<Tensor, Tensor> linearized = Linearized(function, at, null, null);
        (Tensor jacobian, ImmutableArray<SolveReport> reports) = at.Count <= linearized.Value.Count
            ? ColumnsWithReports(linearized.Map, at) : RowsWithReports(linearized.Map, at);
        return new Reported<Tensor>(jacobian, [.. linearized.Map.Reports, .. reports], linearized.Kinks);
    }

    /// <summary>The Hessian with its evidence.</summary>
    /// <inheritdoc cref="Hessian"/>
    public static Reported<Tensor> HessianWithReport(Func<Tensor, Tensor> function, Tensor at, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        TracedCall<Tensor> call = OfScalar("A Hessian", function, at, null);
        Graph gradient = Subgraph.Outputs(Derivatives.Gradient(call.Graph, call.Active), 1..);
        LinearMap map = LinearMap.At(gradient, call.Operands, call.Active);
        (Tensor hessian, ImmutableArray<SolveReport> reports) = ColumnsWithReports(map, at);
        return new Reported<Tensor>(hessian, [.. map.Reports, .. reports], call.Kinks());
    }

    /// <summary>The Laplacian with its evidence.</summary>
    /// <inheritdoc cref="Laplacian"/>
    public static Reported<Tensor> LaplacianWithReport(Func<Tensor, Tensor> function, Tensor at, CancellationToken cancellation = default)
    {
        Reported<Tensor> hessian = HessianWithReport(function, at, cancellation);
        return hessian with { Value = hessian.Value.Reshape(at.Count, at.Count).Diagonal().Sum() };
    }

    private static TracedCall<T> OfScalar<T>(string what, Func<T, Tensor> function, T at, Tree<T>? tree)
    {
        ArgumentNullException.ThrowIfNull(function);
        return TracedCall<T>.Of(x => TracedCall<T>.RequireScalar(what, function(x)), at, tree);
    }
}
