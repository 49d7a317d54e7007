using System.Globalization;

namespace Hyperdiff;

/// <summary>How the product <c>Bᵀv = ∂_λ(∇_w f(w, λ)ᵀ v)</c> with the mixed second derivative is computed: exactly, or by differences of ∇_λ f along v. An
/// immutable value.</summary>
/// <remarks>
/// Both evaluations of a difference are those of one bound objective: the same data, the same minibatch, the same random key. States are values: nothing is
/// moved in place, and nothing has to be put back. v moves the leaves of w alone; λ is never among them. v = 0 gives exactly zero, and no step.
/// </remarks>
public abstract record MixedProduct
{
    private protected MixedProduct()
    {
    }

    /// <summary>By differentiation: the derivative of ∇_w f, transposed. About the work of two gradients, no step, no error but rounding. See
    /// <see cref="ExactProduct"/>.</summary>
    public static MixedProduct Exact { get; } = new ExactProduct();

    /// <summary>By one central difference with a fixed displacement. See <see cref="CentralDifferenceProduct"/>.</summary>
    /// <param name="radius">R, by how much the state is moved, as a norm over the whole of it, in the unit of w.</param>
    public static MixedProduct CentralDifference(double radius = CentralDifferenceProduct.PublishedRadius)
    {
        return new CentralDifferenceProduct(Allowed.Positive(radius));
    }

    /// <summary>By central differences with ever smaller steps, extrapolated until they agree. See <see cref="AdaptiveDifferenceProduct"/>.</summary>
    /// <param name="tolerance">How well, relative to the product; √ε of the coarsest leaf of w and λ if absent.</param>
    public static MixedProduct Adaptive(double? tolerance = null)
    {
        if (tolerance is { } given)
        {
            _ = Allowed.NonNegative(given, nameof(tolerance));
        }

        return new AdaptiveDifferenceProduct(tolerance);
    }

    /// <summary>The name in reports.</summary>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => Name;

    /// <summary>Bᵀv at a point, and how it was found.</summary>
    internal (Tensor[] Product, MixedProductReport Report) Apply(MixedDerivative derivative, LeafVector direction)
    {
        double norm = direction.Magnitude();
        if (norm == 0)
        {
            return (derivative.Zeros(), new MixedProductReport(Name, SolveStatus.Converged, 0, 0, 0, 0, 0));
        }

        if (!double.IsFinite(norm))
        {
            return (derivative.Zeros(double.NaN), new MixedProductReport(Name, SolveStatus.NonFiniteInput, double.NaN, double.NaN, double.NaN, double.NaN, 0));
        }

        // the product is linear in v: steps, and what they are divided by, stay numbers of the leaves' types for a v in any unit
        (LeafVector brought, int exponent) = direction.Brought(norm);
        (Tensor[] product, MixedProductReport report) = Differentiate(derivative, brought, Math.ScaleB(norm, exponent));
        return exponent == 0 ? (product, report) : ((Tensor.Scalar(Math.ScaleB(1, -exponent)) * new LeafVector(product)).Leaves, report with
        {
            Step = Math.ScaleB(report.Step, exponent),
            Truncation = Math.ScaleB(report.Truncation, -exponent),
            Rounding = Math.ScaleB(report.Rounding, -exponent),
            Norm = Math.ScaleB(report.Norm, -exponent),
        });
    }

    /// <summary>The same for a direction that is finite and not zero.</summary>
    private protected abstract (Tensor[] Product, MixedProductReport Report) Differentiate(MixedDerivative derivative, LeafVector direction, double norm);

    private protected static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
