using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The derivative of a function at a point as a linear map: products with J and with Jᵀ, without computing the function again.</summary>
public sealed class Linearized<T, TResult>
{
    private readonly LinearMap _map;
    private readonly TracedCall<T> _call;
    private readonly FlatTree<TResult> _result;
    private readonly Tree<T>? _tree;
    private readonly Tree<TResult> _resultTree;

    internal Linearized(LinearMap map, TracedCall<T> call, FlatTree<TResult> result, Tree<T>? tree, Tree<TResult>? resultTree)
    {
        (_map, _call, _result, _tree, _resultTree) = (map, call, result, tree, resultTree ?? Tree.Of<TResult>());
        Value = result.Rebuild(map.Outputs);
    }

    /// <summary>f(x).</summary>
    public TResult Value { get; }

    /// <summary>The kinks of f exactly at x, one per operation: what stands for the derivative there is a convention. Found when they are asked for; none
    /// inside an enclosing transformation.</summary>
    public ImmutableArray<Kink> Kinks => _call.Kinks(_map.Outputs.Length);

    /// <summary>The derivative, over leaves.</summary>
    internal LinearMap Map => _map;

    /// <summary>ẏ = J ẋ.</summary>
    /// <param name="tangent">ẋ, with the structure of x; what stands in frozen leaves is ignored.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="ShapeMismatchException">A leaf of ẋ is not like that of x.</exception>
    /// <exception cref="SolveException">A solve within the derivative did not converge.</exception>
    public TResult Jvp(T tangent, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        (TResult product, ImmutableArray<SolveReport> reports) = JvpWithReports(tangent);
        SolveException.ThrowUnlessConverged("This product", reports);
        return product;
    }

    /// <summary>x̄ = Jᵀ ȳ.</summary>
    /// <param name="cotangent">ȳ, with the structure of f(x).</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="ShapeMismatchException">A leaf of ȳ is not like that of f(x).</exception>
    /// <exception cref="SolveException">A solve within the derivative did not converge.</exception>
    public T Vjp(TResult cotangent, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        (T product, ImmutableArray<SolveReport> reports) = VjpWithReports(cotangent);
        SolveException.ThrowUnlessConverged("This product", reports);
        return product;
    }

    /// <summary>J ẋ, and how the solves within it ended.</summary>
    internal (TResult Product, ImmutableArray<SolveReport> Reports) JvpWithReports(T tangent)
    {
        (Tensor?[] tangents, ImmutableArray<SolveReport> reports) = _map.Apply(_call.Direction(tangent, _tree, "Jvp: the tangent"));
        return (_result.Rebuild([.. tangents.Select((leaf, i) => leaf ?? Tensor.ZerosLike(_map.Outputs[i]))]), reports);
    }

    /// <summary>Jᵀ ȳ, and how the solves within it ended.</summary>
    internal (T Product, ImmutableArray<SolveReport> Reports) VjpWithReports(TResult cotangent)
    {
        ArgumentNullException.ThrowIfNull(cotangent);
        var flat = new FlatTree<TResult>(_resultTree, cotangent, "result");
        _result.RequireSameLeaves(flat, "Vjp: the cotangent");
        GraphResult result = _map.ApplyTransposed(flat.Tensors);
        return (_call.Point.RebuildActive(result.Outputs), result.Reports);
    }

    /// <inheritdoc/>
    public override string ToString() => $"the derivative of a function at a point, where it is {Value}";
}
