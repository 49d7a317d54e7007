using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Projections onto sets, and proximal operators: <c>prox_g(x) = argmin_u ½‖u − x‖² + g(u)</c>, as differentiable functions.</summary>
/// <remarks>
/// For the step of a constrained or non-smooth inner problem (<see cref="Argmin.ProximalGradientMap{TState, THyper}"/>), whose fixed points are its solutions.
/// The derivative at a bound that is active is exactly 0, and that of the bound 1; just on the boundary it is that of the inside. Operators on a structure are
/// made of these, leaf by leaf. Source: Parikh and Boyd (2014), "Proximal algorithms", doi:10.1561/2400000003, chapter 6.
/// </remarks>
public static class Proximal
{
    /// <summary>The nearest point of a box: <c>max(min(x, u), l)</c>.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="low">l; it broadcasts to the shape of x.</param>
    /// <param name="high">u; it broadcasts to the shape of x. Where u &lt; l the box is empty, and the result is l.</param>
    /// <exception cref="ShapeMismatchException">A bound does not broadcast to the shape of x.</exception>
    /// <exception cref="ArgumentException">A bound is NaN. One whose value is not known while a function is traced is the caller's word.</exception>
    public static Tensor Box(Tensor x, Tensor low, Tensor high)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(low);
        ArgumentNullException.ThrowIfNull(high);
        RequireWithin(nameof(Box), x, low, nameof(low));
        RequireWithin(nameof(Box), x, high, nameof(high));
        Require(nameof(Box), low.Equal(low).All(), nameof(low), "holds NaN, which is not an end of an interval");
        Require(nameof(Box), high.Equal(high).All(), nameof(high), "holds NaN, which is not an end of an interval");
        Tensor below = Tensor.Where(high.Below(x), high, x);
        return Tensor.Where(below.Below(low), low, below);
    }

    /// <summary>The nearest point of a box with the same bounds for every element.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="low">The lower bounds l; their shape broadcasts to that of x.</param>
    /// <param name="high">u, at least l.</param>
    public static Tensor Box(Tensor x, double low, double high)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!(low <= high))
        {
            throw new ArgumentOutOfRangeException(double.IsNaN(high) ? nameof(high) : nameof(low),
                $"Proximal.Box: there is no interval from low = {low} to high = {high}; the lower end comes first.");
        }

        return Box(x, Tensor.Scalar(low, x.DType), Tensor.Scalar(high, x.DType));
    }

    /// <summary>The nearest point without negative elements: <c>max(x, 0)</c>, with the derivative 1 at 0.</summary>
    public static Tensor NonNegative(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Tensor.Where(x.Below(0), 0, x);
    }

    /// <summary>The nearest point of the simplex of each line of the last axis: elements of at least 0 with a given sum.</summary>
    /// <remarks>
    /// <c>uᵢ = max(xᵢ − τ, 0)</c>, with τ such that they add up: on the elements that stay positive, the support, the derivative is I − 11ᵀ/k, for k of them.
    /// Time is that of a sort. Source: Held, Wolfe and Crowder (1974), "Validation of subgradient optimization", doi:10.1007/BF01580223, section 4; Duchi et
    /// al. (2008), "Efficient projections onto the ℓ1-ball", figure 1.
    /// </remarks>
    /// <param name="x">x, [..., n].</param>
    /// <param name="sum">The sum, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sum is not positive and finite in the element type.</exception>
    /// <exception cref="ShapeMismatchException">There is no axis, or the last is empty.</exception>
    public static Tensor Simplex(Tensor x, double sum = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        double rounded = x.DType == DType.Float32 ? (float)sum : sum;
        if (!(rounded > 0 && double.IsFinite(rounded)))
        {
            throw new ArgumentOutOfRangeException(nameof(sum), sum,
                $"Proximal.Simplex: elements of at least 0 add up to a positive finite number; in {x.DType.Name()} this one is {rounded}.");
        }

        if (x.Rank == 0 || x.Shape[^1] == 0)
        {
            throw new ShapeMismatchException($"Proximal.Simplex: {x.Type} has no elements along a last axis; a simplex has at least one.");
        }

        // a projection onto a simplex does not see what all elements have in common; without it nothing below is larger than it counts
        Tensor greatest = x.StopGradient().Max(-1, keepAxis: true);
        x -= greatest;

        // the k largest elements are the support for the largest k with x₍ₖ₎ > (x₍₁₎ + … + x₍ₖ₎ − sum)/k; the choice has no derivative, what follows from it
        // has
        Tensor sorted = Primitives.StopGradient.OfInvariant.Of(x).Sort(-1, descending: true);
        Tensor counts = Tensor.Arange(x.Shape[^1]).To(x.DType) + 1;
        Tensor threshold = (sorted.CumSum(-1) - sum) / counts;
        Tensor size = (sorted > threshold).To(x.DType).Sum(-1, keepAxis: true);
        Tensor edge = Tensor.Where(counts.Equal(size), sorted, 0).Sum(-1, keepAxis: true);

        // what is not a number is not below the edge: it stays, and makes its line no numbers, with derivatives that are none
        Tensor support = !x.Below(edge, string.Empty);
        Tensor count = Tensor.Where(greatest.Equals(greatest, string.Empty), support.To(x.DType).Sum(-1, keepAxis: true), double.NaN);
        Tensor tau = (Tensor.Where(support, x, 0).Sum(-1, keepAxis: true) - sum) / count;

        // what is 0 to the rounding of these sums is 0, and at a change of the support; rounding must not leave the simplex
        Tensor projected = x - tau;
        Tensor rounding = Primitives.StopGradient.OfInvariant.Of(projected);
        projected -= Tensor.Where(rounding.Abs() <= (8 * x.DType.Epsilon() * sum), rounding, 0);
        return Tensor.Where(support & !projected.Below(0), projected, 0);
    }

    /// <summary>The proximal operator of <c>t‖x‖₁</c>: every element goes towards 0 by t, and no further.</summary>
    /// <remarks>The derivative in x is 0 for an element that is 0, and 1 for the others; in t it is the negative sign of those. Source: Donoho (1995),
    /// "De-noising by soft-thresholding", doi:10.1109/18.382009.</remarks>
    /// <param name="x">Any shape.</param>
    /// <param name="threshold">t, at least 0: for the proximal step the step size times the penalty. It broadcasts to the shape of x.</param>
    /// <exception cref="ShapeMismatchException">The threshold does not broadcast to the shape of x.</exception>
    /// <exception cref="ArgumentException">A threshold is negative. One whose value is not known while a function is traced is the caller's word.
    /// </exception>
    public static Tensor SoftThreshold(Tensor x, Tensor threshold)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(threshold);
        RequireWithin(nameof(SoftThreshold), x, threshold, nameof(threshold));
        Require(nameof(SoftThreshold), threshold.Less(0).Any().Not(), nameof(threshold), "holds a number below 0, by which elements would go away from 0");
        return Tensor.Where(x.AtMost(threshold) & (-threshold).AtMost(x), 0, Tensor.Where(x.Above(0), x - threshold, x + threshold));
    }

    private static void RequireWithin(string operation, Tensor x, Tensor bound, string name)
    {
        if (!Shape.TryBroadcast(x.Shape, bound.Shape, out Shape shape) || shape != x.Shape)
        {
            throw new ShapeMismatchException(
                $"Proximal.{operation}: {name} {bound.Shape} does not broadcast to x {x.Shape}: the result would have another shape than x; reshape it.");
        }
    }

    // what a tensor holds is not known everywhere while a function is traced
    private static void Require(string operation, Tensor holds, string name, string otherwise)
    {
        if (holds.Storage is not TracedStorage && !holds.AsSpan<bool>()[0])
        {
            throw new ArgumentException($"Proximal.{operation}: {name} {otherwise}.", name);
        }
    }
}
