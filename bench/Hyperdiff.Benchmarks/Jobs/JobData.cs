using Hyperdiff.Data;

namespace Hyperdiff.Benchmarks.Jobs;

/// <summary>The data and settings of the jobs, the same for all sides.</summary>
internal static class JobData
{
    private const int Classes = 10;

    /// <summary>Half of the labels are one of the nine others.</summary>
    public static string Cleaning(string folder, bool quick)
    {
        RandomKey[] keys = RandomKey.FromSeed(0).Split(4);
        bool small = quick || FashionMnist.Absence() is not null;
        (Dataset all, Dataset test) = small ? Halves(Digits(), keys[0]) : FashionMnist.Load();
        var parts = Splits.ByCounts(all.Samples, keys[1], small ? (int[])[500, 200] : [5000, 5000]);
        (Dataset train, Dataset clean) = (all.Take(parts[0].AsSpan()), all.Take(parts[1].AsSpan()));
        Tensor isRight = keys[2].Uniform(train.Y.Shape) < 0.5, shifted = train.Y + keys[3].Integers(train.Y.Shape, 1, Classes);
        Tensor noisy = Tensor.Where(isRight, train.Y, Tensor.Where(shifted < Classes, shifted, shifted - Classes));
        JobInput.Write(folder,
            new() { ["ridge"] = 0.005, ["rate"] = small ? 0.1 : 0.03, ["outer_rate"] = 0.5, ["steps"] = small ? 10 : 30, ["inner_steps"] = 20, ["products"] = 20 },
            ("x", train.X), ("y", noisy.OneHot(Classes, DType.Float32)), ("xv", clean.X), ("yv", clean.Y.OneHot(Classes, DType.Float32)),
            ("xt", test.X), ("labels", test.Y));
        return $"{train.Samples} {(small ? "images of digits" : "images of Fashion-MNIST")} with half of the labels wrong, {clean.Samples} clean ones";
    }

    // float32, from 0 to 1
    private static Dataset Digits()
    {
        Dataset data = CsvFile.Read(Path.Combine(AppContext.BaseDirectory, "data", "optical-digits.csv"), new CsvOptions { Categories = [Category.Last()] })
            .ToDataset();
        return data.WithX((data.X / 16).To(DType.Float32));
    }

    private static (Dataset, Dataset) Halves(Dataset data, RandomKey key)
    {
        var halves = Splits.ByShares(data.Samples, key, 0.5, 0.5);
        return (data.Take(halves[0].AsSpan()), data.Take(halves[1].AsSpan()));
    }
}
