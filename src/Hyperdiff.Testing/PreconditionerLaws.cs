using System.Globalization;
using Hyperdiff.Graphs;

namespace Hyperdiff.Testing;

/// <summary>What holds of every preconditioner.</summary>
internal sealed class PreconditionerLaws(Preconditioner preconditioner, MatrixClass matrices, int seed, IBackend backend)
{
    private static readonly int[] s_sizes = [1, 2, 4];

    // products of some hundred numbers
    private const double Rounding = 1e-12;
    private const double Tolerance = 1e-9;

    private readonly LawBook _book = new($"{preconditioner.GetType().Name} ({preconditioner.Name})", seed);

    private IEnumerable<TestMatrix> All => s_sizes.Select(size => TestMatrix.Of(matrices, size, seed, backend));

    /// <summary>Looks at all of them.</summary>
    public LawReport Report()
    {
        _book.Look("is linear", All, matrix =>
        {
            (LinearOperator m, LeafVector u, LeafVector v) = Made(matrix);
            return Apart(m * ((2.0 * u) - v), (2.0 * (m * u)) - (m * v), "M (2 u − v) is not 2 M u − M v");
        });
        _book.Look("transposes to the transpose", All, matrix =>
        {
            (LinearOperator m, LeafVector u, LeafVector v) = Made(matrix);
            return Apart(v, m * u, m.Transpose() * v, u, "vᵀ(M u) is not (Mᵀ v)ᵀu");
        });
        _book.Look("is finite, and takes nothing to zero", All, matrix =>
        {
            (LinearOperator m, LeafVector u, _) = Made(matrix);
            double size = (m * u).Magnitude();
            return size > 0 && double.IsFinite(size) ? null : string.Create(CultureInfo.InvariantCulture, $"‖M u‖ is {size}");
        });
        _book.Look("is symmetric, if it says so", preconditioner.IsSymmetric ? All : [], matrix =>
        {
            (LinearOperator m, LeafVector u, LeafVector v) = Made(matrix);
            return Apart(v, m * u, m * v, u, "vᵀ(M u) is not (M v)ᵀu");
        });
        _book.Look("is positive definite, if it is symmetric", preconditioner.IsSymmetric ? All : [], matrix =>
        {
            (LinearOperator m, LeafVector u, LeafVector v) = Made(matrix);
            double least = Math.Min(Dot(u, m * u), Dot(v, m * v));
            return least > 0 ? null : string.Create(CultureInfo.InvariantCulture, $"uᵀM u is {least:G3}");
        });
        _book.Look("repeats its bits", All, matrix =>
        {
            (LinearOperator m, LeafVector u, _) = Made(matrix);
            return (m * u).ToArray().SequenceEqual((preconditioner.Prepare(matrix.Operator) * u).ToArray())
                ? null : "prepared again for the same A, it is another";
        });
        _book.Look("keeps the solution", All, Solved);
        _book.Look("works on several leaves", All.Where(matrix => matrix.Size > 2), Leaves);
        return _book.Report();
    }

    private (LinearOperator Made, LeafVector U, LeafVector V) Made(TestMatrix matrix) =>
        (preconditioner.Prepare(matrix.Operator), (Tensor[])[matrix.Vector(20)], (Tensor[])[matrix.Vector(21)]);

    private string? Solved(TestMatrix matrix)
    {
        Tensor b = matrix.Vector(22);
        LinearSolution found = By().Solve(matrix.Operator, [b]);
        double residual = matrix.Residual(found.Value[0], b);
        return found.Report.Converged && residual <= (Tolerance * b.Norm().ToScalar()) + matrix.Rounding(found.Value[0], DType.Float64)
            ? null : string.Create(CultureInfo.InvariantCulture, $"‖b − A x‖ is {residual:G3}: {found.Report}");
    }

    private string? Leaves(TestMatrix matrix)
    {
        LeafVector u = matrix.Cut(matrix.Vector(23));
        LinearOperator several = preconditioner.Prepare(matrix.Leaves), one = preconditioner.Prepare(matrix.Operator);
        return Apart((Tensor[])[TestMatrix.Joined((several * u).Leaves)], one * (Tensor[])[matrix.Vector(23)], "M on three leaves is not M on one");
    }

    private LinearSolver By() => LinearSolver.Preconditioned(
        preconditioner.IsSymmetric && matrices == MatrixClass.PositiveDefinite ? LinearSolver.ConjugateGradient(Tolerance) : LinearSolver.Gmres(20, Tolerance),
        preconditioner);

    private static string? Apart(LeafVector one, LeafVector other, string what)
    {
        double difference = (one - other).Magnitude();
        return difference <= Rounding * (one.Magnitude() + other.Magnitude()) ? null
            : string.Create(CultureInfo.InvariantCulture, $"{what}, by {difference:G3}");
    }

    private static string? Apart(LeafVector v, LeafVector mu, LeafVector back, LeafVector u, string what)
    {
        double difference = Math.Abs(Dot(v, mu) - Dot(back, u));
        double size = (v.Magnitude() * mu.Magnitude()) + (back.Magnitude() * u.Magnitude());
        return difference <= Rounding * size ? null : string.Create(CultureInfo.InvariantCulture, $"{what}, by {difference:G3}");
    }

    private static double Dot(LeafVector left, LeafVector right) => LeafVector.Dot(left, right).ToScalar();
}
