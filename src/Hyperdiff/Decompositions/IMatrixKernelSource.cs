namespace Hyperdiff.Decompositions;

/// <summary>A backend that brings kernels of its own for matrices; others compute by the definitions, in double precision.</summary>
internal interface IMatrixKernelSource
{
    /// <summary>The kernels.</summary>
    IMatrixKernels<double> MatrixKernels { get; }

    /// <summary>Those for large matrices of float32.</summary>
    IMatrixKernels<float> SingleMatrixKernels { get; }
}
