using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>What a few products with random vectors show of an operator: symmetry, the sign of its curvature, whether the fixed-point iteration
/// contracts.</summary>
/// <remarks>
/// For random u and v: symmetric only if uᵀA v = vᵀA u; positive definite only if vᵀA v &gt; 0; the growth of (I − A)ᵏ v tends to ρ(I − A). Each can be
/// mistaken in the other direction: a matrix may have a negative eigenvalue that no probe meets. What is chosen by them has to notice by itself.
/// </remarks>
/// <param name="Asymmetry">|uᵀA v − vᵀA u|, relative to the larger of ‖u‖‖A v‖ and ‖v‖‖A u‖.</param>
/// <param name="Curvature">The smallest vᵀA v / vᵀv that was met.</param>
/// <param name="Growth">The geometric mean of the growth over the last half of the powers: an estimate of ρ(I − A); NaN before
/// <see cref="WithPowers"/>.</param>
/// <param name="Products">What that took.</param>
internal sealed record OperatorProbe(double Asymmetry, double Curvature, double Growth, int Products)
{
    private const int Powers = 8;

    // v and A v
    private (LeafVector V, LeafVector Av) _last;

    private int _size;

    // rounding leaves a relative asymmetry of the order of n ε in products that are symmetric
    private const double RoundingUnits = 1e4;

    // of the share that an antisymmetric part has of a matrix, a random pair shows 1/√n as a rule, and one in a thousand less than a thousandth of that
    private const double Overlooked = 1e-4;

    /// <summary>Whether uᵀA v and vᵀA u agree up to rounding, and by more than random vectors do of large matrices that are not symmetric, which <c>float32</c>
    /// could not tell from rounding else.</summary>
    public bool IsSymmetric(double epsilon) => Asymmetry <= RandomVector.Allowed(RoundingUnits * epsilon, Overlooked, _size);

    /// <summary>Probes an operator by two products: its symmetry, and a curvature.</summary>
    /// <param name="matrix">A.</param>
    /// <param name="seed">Of the random vectors.</param>
    public static OperatorProbe Of(LinearOperator matrix, int seed)
    {
        (LeafVector u, LeafVector v) = (RandomVector.Draw(matrix.InputTypes, seed), RandomVector.Draw(matrix.InputTypes, ~seed));
        (LeafVector au, LeafVector av) = (matrix.Apply(u.Leaves), matrix.Apply(v.Leaves));
        double[] seen = Readings.Of(matrix.Repeat(NumbersGraph(matrix)).Run("A probe", [.. u.Leaves, .. v.Leaves, .. au.Leaves, .. av.Leaves]));
        double scale = Math.Max(seen[6] * seen[7], seen[8] * seen[9]);
        double difference = Math.Abs(seen[0] - seen[1]);
        double curvature = Math.Min(seen[2] / seen[3], seen[4] / seen[5]);
        return new OperatorProbe(scale == 0 ? 0 : difference / scale, curvature, double.NaN, 2)
        {
            _last = (v, av),
            _size = DenseMatrix.Size(matrix),
        };
    }

    /// <summary>The same with the powers of I − A along v, of which the first is known: seven more products.</summary>
    /// <param name="matrix">A.</param>
    public OperatorProbe WithPowers(LinearOperator matrix)
    {
        LeafVector power = _last.V - _last.Av;
        double norm = power.Magnitude(), half = norm, curvature = Curvature;
        for (int k = 1; k < Powers && norm > 0; k++)
        {
            half = k == Powers / 2 ? norm : half;
            LeafVector product = matrix.Apply(power.Leaves), next = power - product;
            double[] at = Readings.Of([LeafVector.Dot(power, product), LeafVector.Dot(power, power)], [next]);
            curvature = Math.Min(curvature, at[0] / at[1]);
            (power, norm) = (next, at[2]);
        }

        double growth = norm == 0 ? 0 : Math.Pow(norm / half, 1.0 / (Powers - (Powers / 2)));
        return this with { Curvature = curvature, Growth = growth, Products = Powers + 1 };
    }

    /// <summary><c>(u, v, A u, A v) → (uᵀAv, vᵀAu, uᵀAu, uᵀu, vᵀAv, vᵀv, ‖u‖, ‖Av‖, ‖v‖, ‖Au‖)</c>, in as few passes as there are.</summary>
    private static Graph NumbersGraph(LinearOperator matrix) => matrix.Step(
        typeof(OperatorProbe),
        vector => [.. vector, .. vector, .. vector, .. vector],
        (_, operands) =>
        {
            int leaves = operands.Length / 4;
            (LeafVector u, LeafVector v) = (operands[..leaves], operands[leaves..(2 * leaves)]);
            (LeafVector au, LeafVector av) = (operands[(2 * leaves)..(3 * leaves)], operands[(3 * leaves)..]);
            return
            [
                LeafVector.Dot(u, av), LeafVector.Dot(v, au), LeafVector.Dot(u, au), LeafVector.Dot(u, u), LeafVector.Dot(v, av), LeafVector.Dot(v, v),
                u.Norm(), av.Norm(), v.Norm(), au.Norm(),
            ];
        });
}
