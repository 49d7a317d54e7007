namespace DataCleaning;

/// <summary>The data in three parts, with wrong labels in the first: samples to train on, clean ones to judge sample weights by, and clean ones to judge the
/// result by.</summary>
/// <param name="Train">Half of its labels, or another part, is wrong.</param>
/// <param name="Truth">The labels of the training samples as they were.</param>
/// <param name="Validation">Clean.</param>
/// <param name="Test">Clean; looked at in the end.</param>
public sealed record CorruptedSplit(Samples Train, Tensor Truth, Samples Validation, Samples Test)
{
    private const double Grey = 16;

    /// <summary>For every training sample, whether its label is right.</summary>
    public bool[] Clean => Train.Labels.Equal(Truth).ToArray<bool>();

    /// <summary>Splits at random, and changes labels of training samples to other classes, all equally likely.</summary>
    /// <param name="data">The data.</param>
    /// <param name="sizes">The numbers of training and of validation samples; the rest is for the test.</param>
    /// <param name="corrupted">The part of the training labels that is made wrong.</param>
    /// <param name="seed">Fixes split and labels: the same seed gives the same ones on every machine.</param>
    /// <exception cref="DataException">There are too few samples.</exception>
    public static CorruptedSplit Of(Dataset data, (int Train, int Validation) sizes, double corrupted, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        if ((long)sizes.Train + sizes.Validation >= data.Samples)
        {
            throw new DataException($"{sizes.Train} training and {sizes.Validation} validation samples leave none of {data.Samples} for the test");
        }

        int used = sizes.Train + sizes.Validation;
        int[] order = [.. Enumerable.Range(0, data.Samples)];
        var random = new Random(seed);
        random.Shuffle(order);
        Samples train = Take(order.AsSpan(..sizes.Train));
        int[] labels = train.Labels.ToArray<int>();
        for (int i = 0; i < (int)Math.Round(corrupted * labels.Length); i++)
        {
            // one of the other classes; the order of samples is random already
            labels[i] = (labels[i] + random.Next(1, Samples.Classes)) % Samples.Classes;
        }

        return new CorruptedSplit(train with { Labels = Tensor.From(labels) }, train.Labels, Take(order.AsSpan(sizes.Train..used)), Take(order.AsSpan(used..)));

        Samples Take(ReadOnlySpan<int> rows)
        {
            Tensor indices = Tensor.From(rows, [rows.Length]);
            return new Samples(data.X.TakeRows(indices) / Grey, data.Y.TakeRows(indices));
        }
    }
}
