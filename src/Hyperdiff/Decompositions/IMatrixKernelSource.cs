namespace Hyperdiff.Decompositions;

/// <summary>A backend that brings kernels of its own for matrices; others compute by the definitions.</summary>
internal interface IMatrixKernelSource
{
    /// <summary>The kernels.</summary>
    IMatrixKernels MatrixKernels { get; }
}
