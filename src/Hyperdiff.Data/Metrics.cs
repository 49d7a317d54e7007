namespace Hyperdiff.Data;

/// <summary>How good predictions are. Numbers for people and for stopping, computed in double precision; for what is differentiated there are
/// <see cref="Losses"/>.</summary>
/// <remarks>Refused are predictions and targets of other shapes than the other's (<see cref="ShapeMismatchException"/>); no samples, numbers that are not
/// finite, and
/// what a measure is not defined for (<see cref="DataException"/>).</remarks>
public static partial class Metrics
{
    // those of float64 where they lie
    private static ReadOnlySpan<double> Numbers(Tensor values, string who, bool mayBeInfinite = false)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Shape.ElementCount == 0)
        {
            throw new DataException($"Metrics.{who}: there is no sample");
        }

        ReadOnlySpan<double> numbers = values.To(DType.Float64).AsSpan<double>();
        for (int i = 0; i < numbers.Length; i++)
        {
            if (mayBeInfinite ? double.IsNaN(numbers[i]) : !double.IsFinite(numbers[i]))
            {
                throw new DataException($"Metrics.{who}: element {i} of {values.Type} is {numbers[i]}");
            }
        }

        return numbers;
    }

    // [samples] and classes of as many
    private static ReadOnlySpan<int> Labels(Tensor labels, int samples, string who)
    {
        ReadOnlySpan<int> classes = ClassLabels.Of(labels, $"Metrics.{who}");
        return classes.Length == samples ? classes : throw Mismatch(who, samples, classes.Length);
    }

    private static bool[] Positives(Tensor labels, int samples, string who)
    {
        int[] classes = Labels(labels, samples, who).ToArray();
        int bad = Array.FindIndex(classes, label => label > 1);
        return bad < 0 ? Array.ConvertAll(classes, label => label == 1)
            : throw new DataException($"Metrics.{who}: sample {bad} is of class {classes[bad]}; 0 and 1 are distinguished here");
    }

    private static ShapeMismatchException Mismatch(string who, int predictions, int targets) =>
        new($"Metrics.{who}: {predictions} predictions and {targets} targets; each sample has one of both.");

    private static void RequireVector(Tensor values, string who)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Rank != 1)
        {
            throw new ShapeMismatchException($"Metrics.{who}: a number per sample is [samples], not {values.Shape}.");
        }
    }
}
