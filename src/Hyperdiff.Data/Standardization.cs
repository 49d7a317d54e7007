using System.Collections.Immutable;

namespace Hyperdiff.Data;

/// <summary>Brings every feature to mean 0 and standard deviation 1 on the samples that it was fitted to: <c>(x − mean) / scale</c>.</summary>
public sealed record Standardization
{
    // far above the rounding of a mean of equal numbers, some ε; far below the spread of anything measured
    private const double ConstantBelow = 1e-12;

    private Standardization(Tensor mean, Tensor scale, ImmutableArray<string> constant) => (Mean, Scale, Constant) = (mean, scale, constant);

    /// <summary>The mean of every feature, of the shape of one sample.</summary>
    public Tensor Mean { get; }

    /// <summary>The standard deviation of every feature, <c>√(Σ(x − mean)²/n)</c>, of the shape of one sample; 1 where the feature is constant.</summary>
    public Tensor Scale { get; }

    /// <summary>The features that do not change on those samples, by name or else by index. They are 0 there, and keep their unit elsewhere.</summary>
    public ImmutableArray<string> Constant { get; }

    /// <summary>Fits to samples: to the training samples alone, if others are to judge the result.</summary>
    /// <param name="data">The samples, floating.</param>
    /// <exception cref="DataException">There is no sample, or a number is not finite.</exception>
    public static Standardization Fit(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Fit(data.X, data.Features);
    }

    /// <inheritdoc cref="Fit(Dataset)"/>
    /// <param name="x">The samples, <c>[samples, …]</c>, floating.</param>
    /// <param name="features">The names of the features, for messages; none if absent.</param>
    public static Standardization Fit(Tensor x, ImmutableArray<string> features = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!x.DType.IsFloating())
        {
            throw new DTypeMismatchException($"Standardization.Fit: samples are floating, not {x.Type}; convert them: x.To(DType.Float64).");
        }

        if (x.Rank == 0)
        {
            throw new ShapeMismatchException("Standardization.Fit: samples are [samples, …], not a scalar.");
        }

        if (x.Shape[0] == 0)
        {
            throw new DataException("there is no sample to standardise by");
        }

        // in units of powers of two, which round nothing, so that no square overflows or vanishes
        Tensor wide = x.To(DType.Float64);
        Tensor largest = wide.Abs().Max(0);
        RequireFinite(wide, largest, features);
        Tensor unit = Tensor.Wrap(Array.ConvertAll(largest.Reshape([-1]).ToArray<double>(), value => value > 0 ? Math.ScaleB(1, Math.ILogB(value)) : 1),
            largest.Shape);
        Tensor scaled = wide / unit;
        (Tensor mean, Tensor deviation) = (scaled.Mean(0), scaled.Std(0));
        Tensor isConstant = deviation <= ConstantBelow * mean.Abs();
        bool[] constant = isConstant.Reshape([-1]).ToArray<bool>();
        return new Standardization((mean * unit).To(x.DType), Tensor.Where(isConstant, 1, deviation * unit).To(x.DType),
            [.. Enumerable.Range(0, constant.Length).Where(i => constant[i]).Select(i => Name(features, i))]);
    }

    /// <summary>Standardises samples.</summary>
    /// <param name="data">The samples, with the features of those that it was fitted to.</param>
    public Dataset Apply(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.WithX(Apply(data.X));
    }

    /// <inheritdoc cref="Apply(Dataset)"/>
    /// <param name="x"><c>[samples, …]</c>.</param>
    public Tensor Apply(Tensor x)
    {
        RequireFeatures(x, nameof(Apply));
        return (x - Mean) / Scale;
    }

    /// <summary>Brings standardised samples back to the units that they had: <c>x scale + mean</c>.</summary>
    /// <param name="x"><c>[samples, …]</c>.</param>
    public Tensor Invert(Tensor x)
    {
        RequireFeatures(x, nameof(Invert));
        return (x * Scale) + Mean;
    }

    private void RequireFeatures(Tensor x, string what)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != Mean.Rank + 1 || !x.Shape.Sizes.AsSpan()[1..].SequenceEqual(Mean.Shape.Sizes.AsSpan()))
        {
            throw new ShapeMismatchException(
                $"Standardization.{what}: samples {x.Shape} do not have the features {Mean.Shape} of those that it was fitted to.");
        }
    }

    private static void RequireFinite(Tensor x, Tensor largest, ImmutableArray<string> features)
    {
        int bad = Array.FindIndex(largest.Reshape([-1]).ToArray<double>(), value => !double.IsFinite(value));
        if (bad >= 0)
        {
            double[] column = x.Reshape([x.Shape[0], -1])[.., bad].ToArray<double>();
            int sample = Array.FindIndex(column, value => !double.IsFinite(value));
            throw new DataException($"feature {Name(features, bad)}, sample {sample}: {column[sample]} cannot be standardised; drop the sample, or fill it in");
        }
    }

    private static string Name(ImmutableArray<string> features, int index) =>
        features.IsDefaultOrEmpty || index >= features.Length ? $"{index}" : features[index];

    /// <inheritdoc/>
    public override string ToString() => $"mean {Mean}; scale {Scale}{(Constant.IsEmpty ? string.Empty : $"; constant: {string.Join(", ", Constant)}")}";
}
