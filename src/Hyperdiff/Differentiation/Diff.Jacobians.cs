using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

public static partial class Diff
{
    /// <summary>The Jacobian of a function of one tensor: element [i…, j…] is ∂f[i…]/∂x[j…].</summary>
    /// <param name="function">The function f.</param>
    /// <param name="at">x, of any shape.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <returns>A tensor whose shape is that of f(x) followed by that of x. Forward or reverse, whichever has fewer columns or rows to compute.</returns>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public static Tensor Jacobian(Func<Tensor, Tensor> function, Tensor at, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        Linearized<Tensor, Tensor> linearized = Linearize(function, at, cancellation: cancellation);
        return at.Count <= linearized.Value.Count ? Columns(linearized, at) : Rows(linearized, at);
    }

    /// <summary>The Jacobian in forward mode: all columns at once, as one product with a batch of tangents.</summary>
    /// <inheritdoc cref="Jacobian"/>
    /// <returns>A tensor whose shape is that of f(x) followed by that of x. Costs as many products J ẋ as x has elements, and their memory together.</returns>
    public static Tensor JacobianForward(Func<Tensor, Tensor> function, Tensor at, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        return Columns(Linearize(function, at, cancellation: cancellation), at);
    }

    /// <summary>The Jacobian in reverse mode: all rows at once, as one product with a batch of cotangents.</summary>
    /// <inheritdoc cref="Jacobian"/>
    /// <returns>A tensor whose shape is that of f(x) followed by that of x. Costs as many products Jᵀ ȳ as f(x) has elements, and their memory
    /// together.</returns>
    public static Tensor JacobianReverse(Func<Tensor, Tensor> function, Tensor at, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        return Rows(Linearize(function, at, cancellation: cancellation), at);
    }

    /// <summary>The Hessian of a scalar function of one tensor: element [i…, j…] is ∂²f/∂x[i…]∂x[j…]. Forward over reverse, all columns at once.</summary>
    /// <param name="function">f, which returns a scalar.</param>
    /// <param name="at">x, of any shape.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="ShapeMismatchException">f does not return a scalar.</exception>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public static Tensor Hessian(Func<Tensor, Tensor> function, Tensor at, CancellationToken cancellation = default) =>
        JacobianForward(x => Grad(function, x), at, cancellation);

    /// <summary>The Laplacian Δf(x) = Σᵢ ∂²f/∂xᵢ² of a scalar function of one tensor: the trace of its Hessian. Costs a Hessian.</summary>
    /// <param name="function">f, which returns a scalar.</param>
    /// <param name="at">x, of any shape.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="ShapeMismatchException">f does not return a scalar.</exception>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public static Tensor Laplacian(Func<Tensor, Tensor> function, Tensor at, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(at);
        return Hessian(function, at, cancellation).Reshape(at.Count, at.Count).Diagonal().Sum();
    }

    private static Tensor Columns(Linearized<Tensor, Tensor> linearized, Tensor at) => Converged(ColumnsWithReports(linearized.Map, at));

    private static Tensor Rows(Linearized<Tensor, Tensor> linearized, Tensor at) => Converged(RowsWithReports(linearized.Map, at));

    private static Tensor Converged((Tensor Jacobian, ImmutableArray<SolveReport> Reports) result)
    {
        SolveException.ThrowUnlessConverged("This Jacobian", result.Reports);
        return result.Jacobian;
    }

    private static (Tensor Jacobian, ImmutableArray<SolveReport> Reports) ColumnsWithReports(LinearMap map, Tensor at)
    {
        Tensor value = map.Outputs[0];
        (Tensor?[] columns, ImmutableArray<SolveReport> reports) = map.ApplyToEach([Basis(at)], at.Count);
        Tensor jacobian = columns[0] is { } each
            ? each.Reshape([at.Count, value.Count]).Transpose().Reshape([.. value.Shape, .. at.Shape])
            : Tensor.Zeros([.. value.Shape, .. at.Shape], value.DType);
        return (jacobian, reports);
    }

    private static (Tensor Jacobian, ImmutableArray<SolveReport> Reports) RowsWithReports(LinearMap map, Tensor at)
    {
        Tensor value = map.Outputs[0];
        GraphResult result = map.ApplyTransposedToEach([Basis(value)], value.Count);
        return (result.Outputs[0].Reshape([.. value.Shape, .. at.Shape]), result.Reports);
    }

    // e_i for every element, each with the shape of the tensor
    private static Tensor Basis(Tensor like) => Tensor.Eye(like.Count, like.DType).Reshape([like.Count, .. like.Shape]);
}
