using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Derivatives of functions of structures of tensors. All of them nest, to any depth and in any mix.</summary>
/// <remarks>
/// The function is traced at the point, linearized, and where a cotangent is pulled back, transposed. It must be pure; what it uses from outside is a constant
/// to it, and a variable to an enclosing derivative. Where the value rests on solves, the plain forms throw unless all of them converged.
/// </remarks>
public static partial class Diff
{
    /// <summary>∇f(x).</summary>
    /// <param name="function">f, which returns a scalar.</param>
    /// <param name="at">The point x.</param>
    /// <param name="tree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <returns>The gradient, with the structure of x; zeros for frozen leaves. Costs a small multiple of f.</returns>
    /// <exception cref="ShapeMismatchException">f does not return a scalar.</exception>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public static T Grad<T>(Func<T, Tensor> function, T at, Tree<T>? tree = null, CancellationToken cancellation = default)
    {
        ValueAndGradient<T> result = ValueAndGrad(function, at, tree, cancellation);
        SolveException.ThrowUnlessConverged("This gradient", result.Reports);
        return result.Gradient;
    }

    /// <summary>The function x ↦ ∇f(x).</summary>
    /// <inheritdoc cref="Grad{T}(Func{T, Tensor}, T, Tree{T}?, CancellationToken)"/>
    public static Func<T, T> Grad<T>(Func<T, Tensor> function) => at => Grad(function, at);

    /// <summary>f(x) and ∇f(x), with the reports of the solves they rest on.</summary>
    /// <inheritdoc cref="Grad{T}(Func{T, Tensor}, T, Tree{T}?, CancellationToken)"/>
    public static ValueAndGradient<T> ValueAndGrad<T>(Func<T, Tensor> function, T at, Tree<T>? tree = null, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        return ValueAndGrad(OfScalar("A gradient", function, at, tree));
    }

    /// <summary>The same of a function that is traced already.</summary>
    internal static ValueAndGradient<T> ValueAndGrad<T>(TracedCall<T> call)
    {
        GraphResult result = Derivatives.Gradient(call.Graph, call.Active).Call(call.Operands);
        return new ValueAndGradient<T>(result.Outputs[0], call.Point.RebuildActive(result.Outputs[1..]), result.Reports);
    }

    /// <summary>The function x ↦ (f(x), ∇f(x), reports).</summary>
    /// <inheritdoc cref="Grad{T}(Func{T, Tensor}, T, Tree{T}?, CancellationToken)"/>
    public static Func<T, ValueAndGradient<T>> ValueAndGrad<T>(Func<T, Tensor> function) => at => ValueAndGrad(function, at);

    /// <summary>f(x), its auxiliary output and ∇f(x), for a function that returns both.</summary>
    /// <param name="function">x ↦ (f(x), auxiliary output).</param>
    /// <param name="at">The point x.</param>
    /// <param name="tree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="auxiliary">How the auxiliary output is made of tensors; looked up by type if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="ShapeMismatchException">f does not return a scalar.</exception>
    public static ValueAndGradient<T, TAux> ValueAndGrad<T, TAux>(Func<T, (Tensor Value, TAux Auxiliary)> function, T at, Tree<T>? tree = null,
        Tree<TAux>? auxiliary = null, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        return ValueAndGradReported(function, at, tree, auxiliary, kinks: false).Value;
    }

    /// <summary>The same with the kinks exactly there, if they are asked for.</summary>
    internal static Reported<ValueAndGradient<T, TAux>> ValueAndGradReported<T, TAux>(
        Func<T, (Tensor Value, TAux Auxiliary)> function, T at, Tree<T>? tree, Tree<TAux>? auxiliary = null, bool kinks = true)
    {
        ArgumentNullException.ThrowIfNull(function);
        FlatTree<TAux>? flat = null;
        TracedCall<T> call = TracedCall<T>.Of(
            x =>
            {
                (Tensor value, TAux aux) = function(x);
                flat = new FlatTree<TAux>(auxiliary ?? Tree.Of<TAux>(), Allowed.Returned(aux, "The auxiliary part of what the function"), "auxiliary");
                return TracedCall<T>.RequireScalar("A gradient", value, flat.Tensors);
            },
            at,
            tree);
        GraphResult result = Derivatives.Gradient(call.Graph, call.Active).Call(call.Operands);
        int outputs = call.Graph.Outputs.Length;
        return new Reported<ValueAndGradient<T, TAux>>(
            new ValueAndGradient<T, TAux>(
                result.Outputs[0], flat!.Rebuild(result.Outputs[1..outputs]), call.Point.RebuildActive(result.Outputs[outputs..]), result.Reports),
            result.Reports,
            kinks ? call.Kinks() : []);
    }

    /// <summary>The Hessian-vector product ∇²f(x) v: the derivative of the gradient along v (forward over reverse).</summary>
    /// <param name="function">f, which returns a scalar.</param>
    /// <param name="at">The point x.</param>
    /// <param name="direction">v, with the structure of x.</param>
    /// <param name="tree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="ShapeMismatchException">f does not return a scalar, or a leaf of v is not like that of x.</exception>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public static T Hvp<T>(Func<T, Tensor> function, T at, T direction, Tree<T>? tree = null, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        (T product, ImmutableArray<SolveReport> reports) = Product(OfScalar("A Hessian-vector product", function, at, tree), direction, tree);
        SolveException.ThrowUnlessConverged("This Hessian-vector product", reports);
        return product;
    }

    /// <summary>The same of a function that is traced already.</summary>
    internal static (T Product, ImmutableArray<SolveReport> Reports) Product<T>(TracedCall<T> call, T direction, Tree<T>? tree)
    {
        Graph gradient = Derivatives.Gradient(call.Graph, call.Active);
        GraphResult result = Derivatives.Forward(gradient, call.Active).Call([.. call.Operands, .. call.Direction(direction, tree, "Hvp: the direction")]);

        // outputs: f, ∇f, and then their derivatives along v: ∇f·v, ∇²f v
        return (call.Point.RebuildActive(result.Outputs[(gradient.Outputs.Length + 1)..]), result.Reports);
    }

    /// <summary>f(x) and the derivative of f at x along a direction, ḟ = J ẋ.</summary>
    /// <param name="function">The function f.</param>
    /// <param name="at">The point x.</param>
    /// <param name="tangent">ẋ, with the structure of x.</param>
    /// <param name="tree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="resultTree">How f(x) is made of tensors; looked up by type if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="ShapeMismatchException">A leaf of ẋ is not like that of x.</exception>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public static (TResult Value, TResult Tangent) Jvp<T, TResult>(Func<T, TResult> function, T at, T tangent, Tree<T>? tree = null,
        Tree<TResult>? resultTree = null, CancellationToken cancellation = default)
    {
        Linearized<T, TResult> linearized = Linearize(function, at, tree, resultTree, cancellation);
        return (linearized.Value, linearized.Jvp(tangent, cancellation));
    }

    /// <summary>f(x) and the pullback of a cotangent, x̄ = Jᵀ ȳ.</summary>
    /// <param name="function">The function f.</param>
    /// <param name="at">The point x.</param>
    /// <param name="cotangent">ȳ, with the structure of f(x).</param>
    /// <param name="tree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="resultTree">How f(x) is made of tensors; looked up by type if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="ShapeMismatchException">A leaf of ȳ is not like that of f(x).</exception>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public static (TResult Value, T Cotangent) Vjp<T, TResult>(Func<T, TResult> function, T at, TResult cotangent, Tree<T>? tree = null,
        Tree<TResult>? resultTree = null, CancellationToken cancellation = default)
    {
        Linearized<T, TResult> linearized = Linearize(function, at, tree, resultTree, cancellation);
        return (linearized.Value, linearized.Vjp(cotangent, cancellation));
    }

    /// <summary>Computes f(x) once and gives its derivative there as a linear map, to be applied to as many vectors as wanted, both ways.</summary>
    /// <param name="function">The function f.</param>
    /// <param name="at">The point x.</param>
    /// <param name="tree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="resultTree">How f(x) is made of tensors; looked up by type if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public static Linearized<T, TResult> Linearize<T, TResult>(Func<T, TResult> function, T at, Tree<T>? tree = null, Tree<TResult>? resultTree = null,
        CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        Linearized<T, TResult> linearized = Linearized(function, at, tree, resultTree);
        SolveException.ThrowUnlessConverged("This linearization", linearized.Map.Reports);
        return linearized;
    }

    private static Linearized<T, TResult> Linearized<T, TResult>(Func<T, TResult> function, T at, Tree<T>? tree, Tree<TResult>? resultTree)
    {
        ArgumentNullException.ThrowIfNull(function);
        FlatTree<TResult>? flat = null;
        TracedCall<T> call = TracedCall<T>.Of(
            x =>
            {
                flat = new FlatTree<TResult>(resultTree ?? Tree.Of<TResult>(), Allowed.Returned(function(x), "The function"), "result");
                return flat.Tensors;
            },
            at,
            tree);
        return new Linearized<T, TResult>(LinearMap.At(call.Graph, call.Operands, call.Active), call, flat!, tree, resultTree);
    }
}
