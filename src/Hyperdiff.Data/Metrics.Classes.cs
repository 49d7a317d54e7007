namespace Hyperdiff.Data;

/// <content>Of predicted classes.</content>
public static partial class Metrics
{
    /// <summary>The part of the samples whose class is predicted right.</summary>
    /// <param name="predicted">The predicted classes, whole numbers from 0 on, <c>[samples]</c>: <c>logits.ArgMax(1)</c>.</param>
    /// <param name="labels">The classes, <c>[samples]</c>.</param>
    /// <returns>From 0 to 1.</returns>
    public static double Accuracy(Tensor predicted, Tensor labels)
    {
        ReadOnlySpan<int> guesses = ClassLabels.Of(predicted, $"Metrics.{nameof(Accuracy)}"), classes = Labels(labels, guesses.Length, nameof(Accuracy));
        int right = 0;
        for (int i = 0; i < classes.Length; i++)
        {
            right += guesses[i] == classes[i] ? 1 : 0;
        }

        return right / (double)classes.Length;
    }

    /// <summary>How often which class is taken for which.</summary>
    /// <param name="predicted">The predicted classes, <c>[samples]</c>.</param>
    /// <param name="labels">The classes, <c>[samples]</c>.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <returns><c>int32 [classes, classes]</c>: row i, column j counts the samples of class i that are predicted to be of class j.</returns>
    /// <exception cref="DataException">A class is not below <paramref name="classes"/>.</exception>
    public static Tensor Confusion(Tensor predicted, Tensor labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ReadOnlySpan<int> guesses = ClassLabels.Of(predicted, $"Metrics.{nameof(Confusion)}"), truth = Labels(labels, guesses.Length, nameof(Confusion));

        // a table that no process holds is refused as a tensor is
        int[] counts = Tensor.Zeros([classes, classes], DType.Int32).ToArray<int>();
        for (int i = 0; i < truth.Length; i++)
        {
            int largest = Math.Max(guesses[i], truth[i]);
            if (largest >= classes)
            {
                throw new DataException($"Metrics.Confusion: sample {i}: class {largest} is none of the {classes} classes from 0 on");
            }

            counts[(truth[i] * classes) + guesses[i]]++;
        }

        return Tensor.Wrap(counts, [classes, classes]);
    }

    /// <summary>Of the samples that are predicted to be of a class, the part that is: TP / (TP + FP).</summary>
    /// <param name="predicted">The predicted classes, <c>[samples]</c>.</param>
    /// <param name="labels">The classes, <c>[samples]</c>.</param>
    /// <param name="positive">The class.</param>
    /// <param name="undefined">What 0/0 is: where no sample is predicted to be of that class.</param>
    public static double Precision(Tensor predicted, Tensor labels, int positive = 1, double undefined = double.NaN) =>
        Counts.Of(Pairs(predicted, labels, nameof(Precision)), positive).Precision(undefined);

    /// <summary>Of the samples of a class, the part that is predicted to be: TP / (TP + FN).</summary>
    /// <param name="predicted">The predicted classes, <c>[samples]</c>.</param>
    /// <param name="labels">The classes, <c>[samples]</c>.</param>
    /// <param name="positive">The class.</param>
    /// <param name="undefined">What 0/0 is: where no sample is of that class.</param>
    public static double Recall(Tensor predicted, Tensor labels, int positive = 1, double undefined = double.NaN) =>
        Counts.Of(Pairs(predicted, labels, nameof(Recall)), positive).Recall(undefined);

    /// <summary>The harmonic mean of precision and recall of a class: 2 TP / (2 TP + FP + FN). Source: van Rijsbergen (1979), "Information retrieval",
    /// chapter 7.</summary>
    /// <param name="predicted">The predicted classes, <c>[samples]</c>.</param>
    /// <param name="labels">The classes, <c>[samples]</c>.</param>
    /// <param name="positive">The class.</param>
    /// <param name="undefined">What 0/0 is: where no sample is of that class, or predicted to be.</param>
    public static double F1(Tensor predicted, Tensor labels, int positive = 1, double undefined = double.NaN) =>
        Counts.Of(Pairs(predicted, labels, nameof(F1)), positive).F1(undefined);

    /// <summary>The mean of <see cref="Precision"/> over the classes that occur among labels or predictions.</summary>
    /// <inheritdoc cref="Precision"/>
    public static double MacroPrecision(Tensor predicted, Tensor labels, double undefined = double.NaN) =>
        Macro(predicted, labels, nameof(MacroPrecision), counts => counts.Precision(undefined));

    /// <summary>The mean of <see cref="Recall"/> over the classes that occur among the labels: the balanced accuracy.</summary>
    /// <param name="predicted">The predicted classes, <c>[samples]</c>.</param>
    /// <param name="labels">The classes, <c>[samples]</c>.</param>
    public static double MacroRecall(Tensor predicted, Tensor labels)
    {
        (int[] Guesses, int[] Truth) pairs = Pairs(predicted, labels, nameof(MacroRecall));
        return pairs.Truth.Distinct().Average(positive => Counts.Of(pairs, positive).Recall(double.NaN));
    }

    /// <summary>The mean of <see cref="F1"/> over the classes that occur among labels or predictions.</summary>
    /// <param name="predicted">The predicted classes, <c>[samples]</c>.</param>
    /// <param name="labels">The classes, <c>[samples]</c>.</param>
    public static double MacroF1(Tensor predicted, Tensor labels) => Macro(predicted, labels, nameof(MacroF1), counts => counts.F1(double.NaN));

    private static double Macro(Tensor predicted, Tensor labels, string who, Func<Counts, double> of)
    {
        (int[] Guesses, int[] Truth) pairs = Pairs(predicted, labels, who);
        return pairs.Guesses.Union(pairs.Truth).Average(positive => of(Counts.Of(pairs, positive)));
    }

    private static (int[] Guesses, int[] Truth) Pairs(Tensor predicted, Tensor labels, string who)
    {
        int[] guesses = ClassLabels.Of(predicted, $"Metrics.{who}").ToArray();
        return (guesses, Labels(labels, guesses.Length, who).ToArray());
    }

    /// <summary>True positives, false positives, false negatives.</summary>
    private readonly record struct Counts(int True, int False, int Missed)
    {
        public static Counts Of((int[] Guesses, int[] Truth) pairs, int positive)
        {
            (int right, int guessed, int there) = (0, 0, 0);
            for (int i = 0; i < pairs.Truth.Length; i++)
            {
                (bool isGuessed, bool isThere) = (pairs.Guesses[i] == positive, pairs.Truth[i] == positive);
                right += isGuessed && isThere ? 1 : 0;
                guessed += isGuessed ? 1 : 0;
                there += isThere ? 1 : 0;
            }

            return new Counts(right, guessed - right, there - right);
        }

        public double Precision(double undefined) => Share(True, True + False, undefined);

        public double Recall(double undefined) => Share(True, True + Missed, undefined);

        public double F1(double undefined) => Share(2.0 * True, (2.0 * True) + False + Missed, undefined);

        private static double Share(double part, double whole, double undefined) => whole > 0 ? part / whole : undefined;
    }
}
