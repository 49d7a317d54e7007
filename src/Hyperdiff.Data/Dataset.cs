using System.Collections.Immutable;

namespace Hyperdiff.Data;

/// <summary>Samples, and what is to be predicted of each.</summary>
public sealed record Dataset
{
    /// <summary>Samples with their targets.</summary>
    /// <param name="x">The samples, <c>[samples, …]</c>.</param>
    /// <param name="y">The targets, <c>[samples, …]</c>: classes as <c>int32 [samples]</c>, or numbers.</param>
    /// <exception cref="ShapeMismatchException">There are not as many of both.</exception>
    public Dataset(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Rank == 0 || y.Rank == 0 || x.Shape[0] != y.Shape[0])
        {
            throw new ShapeMismatchException($"Dataset: samples {x.Shape} and targets {y.Shape} do not have as many rows; both are [samples, …].");
        }

        (X, Y) = (x, y);
    }

    /// <summary>The samples, <c>[samples, …]</c>.</summary>
    public Tensor X { get; }

    /// <summary>The targets, <c>[samples, …]</c>.</summary>
    public Tensor Y { get; }

    /// <summary>The names of the features; empty if they have none.</summary>
    public ImmutableArray<string> Features
    {
        get; init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>The names of the classes, in the order of their indices; empty if there are none.</summary>
    public ImmutableArray<string> Classes
    {
        get; init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>The number of samples.</summary>
    public int Samples => X.Shape[0];

    /// <summary>Reads the two arrays from an <c>.npz</c> archive, as <c>numpy.savez(path, x=…, y=…)</c> writes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="x">The name of the samples.</param>
    /// <param name="y">The name of the targets.</param>
    /// <exception cref="DataException">The file is missing or damaged, or an array is, or they do not have as many rows.</exception>
    public static Dataset ReadArchive(string path, string x = "x", string y = "y")
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        IReadOnlyDictionary<string, Tensor> arrays = DataFile.Read(path, (stream, _) => NumpyFile.ReadArchive(stream));
        Tensor Find(string name) => arrays.TryGetValue(name, out Tensor? array) ? array
            : throw DataException.Of(path, $"no array {DataException.Quoted(name)}; there are {string.Join(", ", arrays.Keys)}");
        (Tensor samples, Tensor targets) = (Find(x), Find(y));
        return samples.Rank > 0 && targets.Rank > 0 && samples.Shape[0] == targets.Shape[0] ? new Dataset(samples, targets)
            : throw DataException.Of(path, $"{x} is {samples.Shape} and {y} {targets.Shape}: not as many rows");
    }

    /// <summary>Some of the samples, in the order of their indices.</summary>
    /// <param name="samples">Indices, each from 0 to <see cref="Samples"/> − 1; they may repeat.</param>
    public Dataset Take(ReadOnlySpan<int> samples) => Take(Tensor.From(samples, [samples.Length]));

    /// <inheritdoc cref="Take(ReadOnlySpan{int})" path="/*[not(self::param)]"/>
    /// <param name="samples"><c>int32 [taken]</c>, each from 0 to <see cref="Samples"/> − 1; they may repeat.</param>
    public Dataset Take(Tensor samples) => With(X.TakeRows(samples), Y.TakeRows(samples));

    /// <summary>The same targets of other samples: of standardised ones, say.</summary>
    /// <param name="x">The samples, <c>[samples, …]</c>.</param>
    public Dataset WithX(Tensor x) => With(x, Y);

    /// <summary>Training, validation and test samples at random: every sample in one of them.</summary>
    /// <param name="key">What is drawn from.</param>
    /// <param name="validation">The share of the validation samples.</param>
    /// <param name="test">The share of the test samples.</param>
    /// <param name="stratified">Whether every class has the same share in all three, up to one sample; <see cref="Y"/> are classes then.</param>
    /// <exception cref="DataException">There are too few samples, of a class if it is stratified.</exception>
    public DataSplit Split(RandomKey key, double validation, double test, bool stratified = false)
    {
        double[] shares = [1 - validation - test, validation, test];
        ImmutableArray<ImmutableArray<int>> parts = stratified ? Splits.StratifiedByShares(Y, key, shares) : Splits.ByShares(Samples, key, shares);
        return new DataSplit(Take(parts[0].AsSpan()), Take(parts[1].AsSpan()), Take(parts[2].AsSpan()));
    }

    /// <summary>Some of the samples at random, without repetition; independent of other keys' minibatches.</summary>
    /// <param name="key">What is drawn from.</param>
    /// <param name="size">How many, from 1 to <see cref="Samples"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many samples.</exception>
    public Dataset Minibatch(RandomKey key, int size) => Take(Minibatches.Draw(Samples, size, key));

    /// <summary>The minibatch of a step, where every sample comes once per epoch, in an order that each epoch has of its own. The last of an epoch is smaller
    /// if the size does not divide the number of samples.</summary>
    /// <param name="key">What the orders are drawn from: the same for all steps.</param>
    /// <param name="size">How many, from 1 to <see cref="Samples"/>.</param>
    /// <param name="step">The number of the step, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many samples, or the step is negative.</exception>
    public Dataset Minibatch(RandomKey key, int size, int step) => Take(Minibatches.OfEpoch(Samples, size, key, step));

    private Dataset With(Tensor x, Tensor y) => new(x, y) { Features = Features, Classes = Classes };

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Samples} samples {X.Type}, targets {Y.Type}{(Classes.IsEmpty ? string.Empty : $" of the classes {string.Join(", ", Classes)}")}";
}
