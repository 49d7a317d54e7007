using System.Numerics.Tensors;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Whether A is symmetric, from the first two updates of conjugate gradients, without a product of its own.</summary>
/// <remarks>
/// The updates leave <c>A p₀ = (r₀ − r₁) / α₀</c> and <c>A p₁ = (r₁ − r₂) / α₁</c>, so that p₀ᵀ(A p₁) and p₁ᵀ(A p₀) can be compared. The differences lose as
/// many digits as an update gains little: a symmetric matrix shows an asymmetry of about ε κ. All sums are taken in one pass over the vectors.
/// </remarks>
internal sealed class ConjugacyProbe
{
    private (Tensor[] Direction, Tensor[] Change, double InverseStep)? _first;
    private (double[] Direction, double[] Product)? _numbers;
    private bool _done;

    /// <summary>|p₀ᵀA p₁ − p₁ᵀA p₀| relative to the sum of ‖p₀‖‖A p₁‖ and ‖p₁‖‖A p₀‖; NaN before there are two updates.</summary>
    public double Asymmetry { get; private set; } = double.NaN;

    /// <summary>Observes an update.</summary>
    /// <param name="matrix">A, with which the graph of the sums is kept.</param>
    /// <param name="direction">p.</param>
    /// <param name="residuals">r, and the next r.</param>
    /// <param name="inverseStep">1/α = pᵀA p / rᵀr.</param>
    public void Observe(LinearOperator matrix, Tensor[] direction, (Tensor[] Before, Tensor[] After) residuals, double inverseStep)
    {
        (Tensor[] before, Tensor[] after) = residuals;
        if (_done)
        {
            return;
        }

        if (_first is not { } first)
        {
            _first = (direction, (new LeafVector(before) - after).Leaves, inverseStep);
            return;
        }

        Tensor[] sums = Sums(matrix).Call([.. first.Direction, .. first.Change, .. direction, .. before, .. after, .. matrix.Residuals])
            .EnsureConverged("The symmetry of conjugate gradients");
        double[] numbers = Array.ConvertAll(sums, sum => sum.ToScalar());
        double scale = (numbers[2] * numbers[3] * inverseStep) + (numbers[4] * numbers[5] * first.InverseStep);
        double difference = Math.Abs((numbers[0] * inverseStep) - (numbers[1] * first.InverseStep));
        Asymmetry = scale == 0 ? 0 : difference / scale;
        _done = true;
    }

    /// <summary>Observes an update whose product is at hand.</summary>
    /// <param name="direction">p.</param>
    /// <param name="product">A p.</param>
    public void Observe(ReadOnlySpan<double> direction, ReadOnlySpan<double> product)
    {
        if (_done)
        {
            return;
        }

        if (_numbers is not var (before, image))
        {
            _numbers = (direction.ToArray(), product.ToArray());
            return;
        }

        double scale = (TensorPrimitives.Norm<double>(before) * TensorPrimitives.Norm(product))
            + (TensorPrimitives.Norm(direction) * TensorPrimitives.Norm<double>(image));
        double difference = Math.Abs(TensorPrimitives.Dot(before, product) - TensorPrimitives.Dot(direction, image));
        Asymmetry = scale == 0 ? 0 : difference / scale;
        _done = true;
    }

    // (p₀, r₀ − r₁, p₁, r₁, r₂) to p₀ᵀ(r₁ − r₂), p₁ᵀ(r₀ − r₁), ‖p₀‖, ‖r₁ − r₂‖, ‖p₁‖, ‖r₀ − r₁‖
    private static Graph Sums(LinearOperator matrix) => matrix.Step(
        typeof(ConjugacyProbe),
        vector => [.. vector, .. vector, .. vector, .. vector, .. vector],
        (_, all) =>
        {
            LeafVector[] parts = [.. all.Chunk(all.Length / 5).Select(leaves => new LeafVector(leaves))];
            (LeafVector p0, LeafVector change0, LeafVector p1, LeafVector change1) = (parts[0], parts[1], parts[2], parts[3] - parts[4]);
            return
            [
                LeafVector.Dot(p0, change1), LeafVector.Dot(p1, change0), p0.OrdinaryNorm(), change1.OrdinaryNorm(), p1.OrdinaryNorm(),
                change0.OrdinaryNorm(),
            ];
        });
}
