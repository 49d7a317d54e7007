using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Fixtures.Problems;

/// <summary>Between tensors and the dense matrices that exact answers are computed with.</summary>
public static class Dense
{
    /// <summary>The matrix as a tensor.</summary>
    public static Tensor Of(Matrix<double> matrix) => Tensor.From(matrix.ToArray());

    /// <summary>The vector as a tensor.</summary>
    public static Tensor Of(Vector<double> vector) => Tensor.From(vector.ToArray());

    /// <summary>The elements of a tensor, row-major, as a vector.</summary>
    public static Vector<double> Vector(Tensor tensor) => Vector<double>.Build.Dense(tensor.ToArray<double>());

    /// <summary>‖actual − expected‖ / ‖expected‖; NaN if anything is.</summary>
    public static double RelativeError(Vector<double> expected, Tensor actual) => (Vector(actual) - expected).L2Norm() / expected.L2Norm();
}
