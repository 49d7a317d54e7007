using System.Globalization;
using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>A linear system with its exact solution.</summary>
/// <param name="Name">What is hostile about it.</param>
/// <param name="Kind">What a solver has to accept to be asked for the solution.</param>
/// <param name="Matrix">A; null for one without unknowns.</param>
/// <param name="Leaves">How many leaves its unknowns are cut into.</param>
public sealed record SystemCase(string Name, SystemKinds Kind, Matrix<double>? Matrix, int Leaves = 1)
{
    private const int Seed = 20260;

    private int Size => Matrix?.RowCount ?? 0;

    /// <summary>κ(A).</summary>
    public double Condition => Matrix?.ConditionNumber() ?? 1;

    /// <summary>A as an operator on leaves.</summary>
    public LinearOperator Operator
    {
        get
        {
            if (Matrix is null)
            {
                return LinearOperator.From(leaves => leaves, []);
            }

            Tensor matrix = Dense.Of(Matrix);
            return LinearOperator.From(leaves => Cut(matrix.MatMul(Joined(leaves))), [.. Cut(Tensor.Zeros([Size])).Select(leaf => leaf.Type)]);
        }
    }

    /// <summary>The solution that was chosen.</summary>
    public Vector<double> Exact => MatrixMaker.Gaussian(new Random(Seed), Size);

    /// <summary>b = A x, or Aᵀ x.</summary>
    public Tensor[] RightHandSide(bool transposed = false) => Matrix is null ? [] : Cut(Dense.Of((transposed ? Matrix.Transpose() : Matrix) * Exact));

    /// <summary>‖b − A x‖ by dense arithmetic.</summary>
    public double Residual(Tensor[] rightHandSide, Tensor[] x, bool transposed = false) => Matrix is null
        ? 0
        : (Dense.Vector(Joined(rightHandSide)) - ((transposed ? Matrix.Transpose() : Matrix) * Dense.Vector(Joined(x)))).L2Norm();

    /// <summary>‖x − exact‖ / ‖exact‖.</summary>
    public double Error(Tensor[] x) => Matrix is null ? 0 : Dense.RelativeError(Exact, Joined(x));

    /// <summary>A vector, cut into leaves: the second is a matrix of one column.</summary>
    public Tensor[] Cut(Tensor vector) => Leaves switch
    {
        1 => [vector],
        _ => [vector[..2], vector[2..].Reshape(Size - 2, 1)],
    };

    private static Tensor Joined(Tensor[] leaves) => Tensor.Concat(0, [.. leaves.Select(leaf => leaf.Reshape(leaf.Shape.ElementCount))]);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} (condition {Condition:G2})");
}

/// <summary>Matrices chosen hostile.</summary>
public static class SystemCases
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SystemCase> All { get; } = Make();

    /// <summary>One of them.</summary>
    public static SystemCase Named(string name) => All.Single(item => item.Name == name);

    private static List<SystemCase> Make()
    {
        var random = new Random(77);
        Matrix<double> identity = Matrix<double>.Build.DenseIdentity(7);
        Matrix<double> contraction = identity - MatrixMaker.WithNorm(random, 7, 0.6);
        Matrix<double> general = MatrixMaker.NonNormal(random, 7, 0.7, 1.5) + (1.5 * identity);
        Matrix<double> definite = MatrixMaker.PositiveDefinite(random, 7, 0.2, 1.7);
        Matrix<double> q = MatrixMaker.Gaussian(random, 7, 7).QR().Q;
        Matrix<double> indefinite = q * Matrix<double>.Build.DenseOfDiagonalArray([-2, -1, -0.5, 0.5, 1, 2, 3]) * q.Transpose();
        Matrix<double> scaling = Matrix<double>.Build.DenseOfDiagonalArray([1e-2, 1e-1, 1, 1, 3, 30, 100]);
        return
        [
            new("contraction, not symmetric", SystemKinds.Contracting, contraction),
            new("not symmetric", SystemKinds.General, general),
            new("skew part only", SystemKinds.General, (0.1 * identity) + (general - general.Transpose())),
            new("positive definite", SystemKinds.PositiveDefinite, definite),
            new("indefinite", SystemKinds.Indefinite, (indefinite + indefinite.Transpose()) / 2),
            new("badly scaled, positive definite", SystemKinds.BadlyScaled, scaling * definite * scaling),
            new("one unknown", SystemKinds.PositiveDefinite, Matrix<double>.Build.Dense(1, 1, 0.5)),
            new("no unknowns", SystemKinds.PositiveDefinite, null),
            new("two leaves, contraction", SystemKinds.Contracting, contraction, 2),
            new("two leaves, positive definite", SystemKinds.PositiveDefinite, definite, 2),
        ];
    }
}
