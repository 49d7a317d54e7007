namespace Hyperdiff.Data.Tests;

public sealed class DatasetTests : TemporaryFolder
{
    private static readonly RandomKey s_key = RandomKey.FromSeed(1);

    private static readonly Dataset s_data = new(RandomKey.FromSeed(2).Normal([60, 3]) * 5 + 2, Tensor.From<int>([.. Enumerable.Range(0, 60).Select(i =>
        i % 4)]))
    {
        Features = ["a", "b", "c"],
        Classes = ["w", "x", "y", "z"],
    };

    /// <summary>What the README shows.</summary>
    [Fact]
    public void AFile_BecomesStandardizedParts()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "data", "breast-cancer-wisconsin-diagnostic.csv");

        Dataset data = CsvFile.Read(path, new CsvOptions { Categories = [Category.Last()] }).ToDataset();
        (DataSplit split, Standardization standardization) = data.Split(RandomKey.FromSeed(0), validation: 0.2, test: 0.2, stratified: true).Standardized();

        Assert.Equal((341, 114, 114), (split.Train.Samples, split.Validation.Samples, split.Test.Samples));
        Assert.Empty(standardization.Constant);

        // 62.7 % of all samples are of class 1
        Assert.All([split.Train, split.Validation, split.Test], part => Assert.Equal(357 / 569.0, part.Y.To(DType.Float64).Mean().ToScalar(), 1.0 / 114));
    }

    [Fact]
    public void Split_KeepsRowsTogether_AndNames()
    {
        // the target tells the row
        var data = new Dataset(Tensor.Arange(60).Reshape([60, 1]).To(DType.Float64), Tensor.Arange(60)) { Features = ["row"] };

        DataSplit split = data.Split(s_key, 0.25, 0.25);

        Assert.Equal((30, 15, 15), (split.Train.Samples, split.Validation.Samples, split.Test.Samples));
        Assert.All([split.Train, split.Validation, split.Test], part => Assert.Equal(part.X.Reshape([-1]).ToArray<double>(),
            part.Y.To(DType.Float64).ToArray<double>()));
        Assert.Equal<string>(["row"], split.Test.Features);
        DataSplit stratified = s_data.Split(s_key, 0.2, 0.2, stratified: true);
        Assert.All([stratified.Validation, stratified.Test], part => Assert.All(part.Y.ToArray<int>().CountBy(y => y), pair => Assert.Equal(3, pair.Value)));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_data.Split(s_key, 0.6, 0.6));
    }

    [Fact]
    public void Minibatches_AreThoseOfTheIndices()
    {
        Assert.Equal(s_data.Take(Minibatches.Draw(60, 7, s_key)).X.ToArray<double>(), s_data.Minibatch(s_key, 7).X.ToArray<double>());
        Assert.Equal(4, s_data.Minibatch(s_key, 7, 8).Samples);
        Assert.Equal(s_data.Minibatch(s_key, 7, 3).Y.ToArray<int>(), s_data.Minibatch(s_key, 7, 3).Y.ToArray<int>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e160)]
    [InlineData(1e-200)]
    public void Standardized_HasMeanZeroAndDeviationOne_OnTrainingSamplesAlone_InAnyUnit(double unit)
    {
        DataSplit raw = s_data.WithX(s_data.X * unit).Split(s_key, 0.2, 0.2);

        (DataSplit split, Standardization standardization) = raw.Standardized();

        // rounding of a mean of some tens of numbers of size 1
        Assert.All(split.Train.X.Mean(0).ToArray<double>(), mean => Assert.Equal(0, mean, 1e-14));
        Assert.All(split.Train.X.Std(0).ToArray<double>(), deviation => Assert.Equal(1, deviation, 1e-14));
        Assert.True(split.Test.X.Mean(0).Abs().Max().ToScalar() > 1e-3);
        Assert.Empty(standardization.Constant);
        Assert.All(((standardization.Invert(split.Test.X) - raw.Test.X) / unit).ToArray<double>(), error => Assert.Equal(0, error, 1e-14));
    }

    [Fact]
    public void ConstantFeatures_AreNamed_AndZero()
    {
        Tensor x = Tensor.Concat(1, s_data.X, Tensor.Full([60, 1], 0.1), Tensor.Zeros([60, 1]));

        var named = Standardization.Fit(new Dataset(x, s_data.Y) { Features = ["a", "b", "c", "tenth", "zero"] });

        Assert.Equal<string>(["tenth", "zero"], named.Constant);
        Assert.Equal<string>(["3", "4"], Standardization.Fit(x).Constant);
        Assert.All(named.Apply(x)[.., 3..].ToArray<double>(), value => Assert.Equal(0, value, 1e-15));
        Assert.Equal(0.2, named.Apply(x + 0.2)[0, 4].ToScalar(), 1e-15);
        Assert.Equal<string>(["0", "1", "2"], Standardization.Fit(s_data.X[..1]).Constant);
    }

    [Fact]
    public void SamplesThatCannotBeStandardized_AreNamed()
    {
        Assert.Equal("feature b, sample 2: NaN cannot be standardised; drop the sample, or fill it in", Fails(double.NaN));
        Assert.Equal("feature b, sample 2: -Infinity cannot be standardised; drop the sample, or fill it in", Fails(double.NegativeInfinity));
        Assert.Throws<DataException>(() => Standardization.Fit(Tensor.Zeros([0, 3])));
        Assert.Throws<DTypeMismatchException>(() => Standardization.Fit(Tensor.Arange(3)));
        Assert.Throws<ShapeMismatchException>(() => Standardization.Fit(s_data).Apply(Tensor.Zeros([5, 2])));
        Assert.Throws<ShapeMismatchException>(() => Standardization.Fit(s_data).Invert(Tensor.Zeros([3])));

        string Fails(double bad)
        {
            double[] cells = [1, 1, 1, 2, 2, 2, 3, bad, 3];
            var data = new Dataset(Tensor.Wrap(cells, [3, 3]), Tensor.Arange(3)) { Features = ["a", "b", "c"] };
            return Assert.Throws<DataException>(() => Standardization.Fit(data)).Message;
        }
    }

    [Fact]
    public void OtherShapesAndTypes_AreStandardizedByFeature()
    {
        Tensor images = RandomKey.FromSeed(5).Normal([40, 2, 3], DType.Float32);

        Tensor x = Standardization.Fit(images).Apply(images);

        Assert.Equal((images.Shape, DType.Float32), (x.Shape, x.DType));

        // ε of float32 is 1.2e-7; a mean of 40 numbers
        Assert.All(x.Mean(0).Reshape([-1]).ToArray<float>(), mean => Assert.Equal(0, mean, 1e-6));
    }

    [Fact]
    public void Archives_AreDatasets_OrSayWhyNot()
    {
        string path = Path.Combine(Folder, "d.npz");
        NumpyFile.WriteArchive(path, new Dictionary<string, Tensor> { ["x"] = s_data.X, ["y"] = s_data.Y, ["odd"] = Tensor.Arange(3) });

        Assert.Equal(s_data.X.ToArray<double>(), Dataset.ReadArchive(path).X.ToArray<double>());
        Assert.Equal("d.npz: no array 'labels'; there are x, y, odd", Refusal(() => Dataset.ReadArchive(path, y: "labels")));
        Assert.Equal("d.npz: x is [60, 3] and odd [3]: not as many rows", Refusal(() => Dataset.ReadArchive(path, y: "odd")));
        Assert.Equal("none.npz: no such file", Refusal(() => Dataset.ReadArchive(Path.Combine(Folder, "none.npz"))));
        Assert.StartsWith("bad.npz: damaged: ", Refusal(() => Dataset.ReadArchive(Written("bad.npz", [1, 2, 3]))), StringComparison.Ordinal);
    }

    [Fact]
    public void TargetsOfOtherSamples_AreRefused()
    {
        Assert.Throws<ShapeMismatchException>(() => new Dataset(s_data.X, Tensor.Arange(59)));
        Assert.Throws<ShapeMismatchException>(() => new Dataset(Tensor.Scalar(1), Tensor.Scalar(1)));
    }
}
