namespace Hyperdiff;

/// <summary>A system <c>A x = b</c> as a solver sees it.</summary>
/// <param name="Matrix">A.</param>
/// <param name="RightHandSide">b.</param>
/// <param name="Start">The first iterate; zero if absent.</param>
/// <param name="Watch">Ends the iteration, and is told of its residuals.</param>
/// <param name="Observer">Told of every iterate that is at hand: x, to be copied by who keeps it, the norm of its residual as the iteration knows it, the number of updates.</param>
internal sealed record LinearSystem(
    LinearOperator Matrix, Tensor[] RightHandSide, Tensor[]? Start, SolveWatch Watch, Action<Tensor[], double, int>? Observer = null)
{
    /// <summary>‖b‖.</summary>
    public double Scale { get; } = new LeafVector(RightHandSide).Norm().ToScalar();

    /// <summary>The coarsest machine epsilon among the leaves.</summary>
    public double Epsilon => Matrix.InputTypes.Select(type => type.DType.Epsilon()).DefaultIfEmpty(DType.Float64.Epsilon()).Max();

    /// <summary>b − A x.</summary>
    public Tensor[] Residual(Tensor[] x) => (new LeafVector(RightHandSide) - Matrix.Apply(x)).Leaves;

    /// <summary>The first iterate, its residual, and how many products that took: none from zero.</summary>
    public (Tensor[] X, Tensor[] Residual, long Products) Begin() => Start is null ? (LeafVector.Zeros(Matrix.InputTypes), RightHandSide, 0) : (Start, Residual(Start), 1);
}
