namespace Hyperdiff.Data.Tests;

public sealed class FashionMnistTests : TemporaryFolder
{
    /// <summary>Skips, with the sentence that users read.</summary>
    public sealed class WhereItIsAttribute : FactAttribute
    {
        public WhereItIsAttribute() => Skip = FashionMnist.Absence();
    }

    [WhereItIs]
    public void Load_OfDebiansPackage_HasThePublishedSizes()
    {
        (Dataset train, Dataset test) = FashionMnist.Load();

        Assert.Equal((new Shape(60_000, 784), new Shape(10_000, 784)), (train.X.Shape, test.X.Shape));
        Assert.All(train.Y.ToArray<int>().CountBy(label => label), pair => Assert.Equal(6000, pair.Value));
        Assert.Equal((0f, 1f, DType.Float32), (train.X[..1000].Min().AsSpan<float>()[0], train.X[..1000].Max().AsSpan<float>()[0], train.X.DType));
        Assert.Equal("ankle boot", train.Classes[train.Y[0].AsSpan<int>()[0]]);
    }

    [Fact]
    public void Load_OfAFolder_ReadsItsFourFiles()
    {
        Write("train", 3, 2);
        Write("t10k", 2, 2);

        (Dataset train, Dataset test) = FashionMnist.Load(Folder, DType.Float64);

        Assert.Null(FashionMnist.Absence(Folder));
        Assert.Equal((new Shape(3, 4), new Shape(2, 4)), (train.X.Shape, test.X.Shape));
        Assert.Equal(51 / 255.0, train.X[0, 0].ToScalar());
        Assert.Equal([0, 1, 2], train.Y.ToArray<int>());
    }

    [Fact]
    public void AbsentFiles_AreOneSentence()
    {
        string sentence = FashionMnist.Absence(Folder)!;

        Assert.Contains("dataset-fashion-mnist", sentence, StringComparison.Ordinal);
        Assert.Equal(sentence, Assert.Throws<DataException>(() => FashionMnist.Load(Folder)).Message);
    }

    [Fact]
    public void FilesThatDoNotBelongToEachOther_AreRefused()
    {
        Write("t10k", 2, 2);
        Write("train", 3, 2);
        Written("train-labels-idx1-ubyte", [.. IdxFileTests.Header(0x08, 2), 0, 1]);
        Assert.Contains("images [3, 2, 2] do not belong to the labels [2]", Refusal(() => FashionMnist.Load(Folder)), StringComparison.Ordinal);
        Written("train-labels-idx1-ubyte", [.. IdxFileTests.Header(0x08, 3), 0, 1, 10]);
        Assert.Contains("label 2 is none of the classes from 0 to 9", Refusal(() => FashionMnist.Load(Folder)), StringComparison.Ordinal);
    }

    private void Write(string part, int count, int side)
    {
        Written($"{part}-images-idx3-ubyte", [.. IdxFileTests.Header(0x08, count, side, side), .. Enumerable.Repeat((byte)51, count * side * side)]);
        Written($"{part}-labels-idx1-ubyte.gz", Compressed([.. IdxFileTests.Header(0x08, count), .. Enumerable.Range(0, count).Select(i => (byte)i)]));
    }
}
