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
            new()
            {
                ["ridge"] = 0.005,
                ["rate"] = small ? 0.1 : 0.03,
                ["outer_rate"] = 0.5,
                ["steps"] = small ? 10 : 30,
                ["inner_steps"] = 20,
                ["products"] = 20,
            },
            ("x", train.X), ("y", noisy.OneHot(Classes, DType.Float32)), ("xv", clean.X), ("yv", clean.Y.OneHot(Classes, DType.Float32)),
            ("xt", test.X), ("labels", test.Y));
        return $"{train.Samples} {(small ? "images of digits" : "images of Fashion-MNIST")} with half of the labels wrong, {clean.Samples} clean ones";
    }

    /// <summary>Minibatches in an order that is part of the data.</summary>
    public static string Equilibrium(string folder, bool quick)
    {
        RandomKey[] keys = RandomKey.FromSeed(1).Split(5);
        DataSplit split = Digits().Split(keys[0], validation: 0.2, test: 0.2, stratified: true);
        (int units, int pixels, int batch, int steps) = (128, split.Train.X.Shape[1], 256, quick ? 20 : 200);
        RandomKey[] order = keys[4].Split(steps);
        JobInput.Write(folder,
            new() { ["outer_rate"] = 0.003, ["steps"] = steps, ["inner_steps"] = 30, ["products"] = 30 },
            ("x", split.Train.X), ("y", split.Train.Y.OneHot(Classes, DType.Float32)), ("xt", split.Test.X), ("labels", split.Test.Y),
            ("batches", Tensor.Stack(0, [.. order.Select(key => key.Permutation(split.Train.Samples)[new Range(0, batch)])])),
            ("v", 0.1 * keys[1].Normal([units, units], DType.Float32)), ("u", keys[2].Normal([pixels, units], DType.Float32) / Math.Sqrt(pixels)),
            ("b", Tensor.Zeros([units], DType.Float32)), ("out", keys[3].Normal([units, Classes], DType.Float32) / Math.Sqrt(units)));
        return $"{units} units, {steps} minibatches of {batch} of {split.Train.Samples} images of digits, 30 iterations there and 30 back";
    }

    /// <summary>Penalties from too large to about the best, so that the loss falls; the conjugate gradients of hypertorch end at a tolerance.</summary>
    public static string RidgePath(string folder, bool quick)
    {
        RandomKey[] keys = RandomKey.FromSeed(3).Split(5);
        (int samples, int features, int steps) = quick ? (500, 50, 20) : (10_000, 1000, 1000);
        Tensor oracle = keys[0].Normal([features]) / Math.Sqrt(features), x = keys[1].Normal([samples, features]), xv = keys[2].Normal([samples, features]);
        Tensor y = x.MatMul(oracle) + keys[3].Normal([samples]), yv = xv.MatMul(oracle) + keys[4].Normal([samples]);
        JobInput.Write(folder, new() { ["products"] = 100, ["tolerance"] = 1e-10 }, ("x", x), ("y", y), ("xv", xv), ("yv", yv),
            ("path", 6 - (8 * Tensor.Arange(steps).To(DType.Float64) / (steps - 1))));
        return $"{steps} penalties of a ridge regression of {samples} samples and {features} features";
    }

    /// <summary>Minibatches of training and of validation in an order that is part of the data.</summary>
    public static string Darts(string folder, bool quick)
    {
        RandomKey[] keys = RandomKey.FromSeed(4).Split(7);
        DataSplit split = Digits().Split(keys[0], validation: 0.4, test: 0.2, stratified: true);
        (int channels, int batch, int steps) = (16, 64, quick ? 20 : 300);
        static Tensor Images(Dataset data) => data.X.Reshape([data.Samples, 1, 8, 8]);
        Tensor Normal(int i, Shape shape, int inputs) => keys[i].Normal(shape, DType.Float32) * Math.Sqrt(2.0 / inputs);
        Tensor Order(int i, int samples) => Tensor.Stack(0, [.. keys[i].Split(steps).Select(key => key.Permutation(samples)[new Range(0, batch)])]);
        JobInput.Write(folder, new() { ["rate"] = 0.1, ["outer_rate"] = 0.02, ["steps"] = steps },
            ("x", Images(split.Train)), ("y", split.Train.Y.OneHot(Classes, DType.Float32)), ("xv", Images(split.Validation)),
            ("yv", split.Validation.Y.OneHot(Classes, DType.Float32)), ("xt", Images(split.Test)), ("labels", split.Test.Y),
            ("batches", Order(1, split.Train.Samples)), ("others", Order(2, split.Validation.Samples)), ("alphas", Tensor.Zeros([2, 4], DType.Float32)),
            ("stem", Normal(3, [channels, 1, 3, 3], 9)), ("first", Normal(4, [channels, channels, 3, 3], 9 * channels)),
            ("second", Normal(5, [channels, channels, 3, 3], 9 * channels)), ("out", Normal(6, [4 * channels, Classes], 4 * channels)),
            ("offset", Tensor.Zeros([Classes], DType.Float32)));
        return $"{steps} steps of the operations of two edges of {channels} channels, on minibatches of {batch} images of digits";
    }

    /// <summary>All samples at every step.</summary>
    public static string LearningRate(string folder, bool quick)
    {
        DataSplit split = Digits().Split(RandomKey.FromSeed(2), validation: 0.25, test: 0.5, stratified: true);
        (int steps, int inner) = (quick ? 5 : 10, quick ? 100 : 1000);
        JobInput.Write(folder,
            new() { ["log_rate"] = Math.Log(0.01), ["momentum"] = 0, ["outer_rate"] = 0.3, ["steps"] = steps, ["inner_steps"] = inner },
            ("x", split.Train.X), ("y", split.Train.Y.OneHot(Classes, DType.Float32)), ("xv", split.Validation.X),
            ("yv", split.Validation.Y.OneHot(Classes, DType.Float32)), ("xt", split.Test.X), ("labels", split.Test.Y));
        return $"{steps} steps of two rates, each through {inner} steps of training on {split.Train.Samples} images of digits";
    }

    /// <summary>Sinusoids of random amplitude (0.1 to 5) and phase (0 to π), as in Finn, Abbeel and Levine (2017), arXiv 1703.03400, section 5.1.</summary>
    public static string MetaLearning(string folder, bool quick)
    {
        (int tasks, int steps, int heldOut, int shots, int hidden) = (16, quick ? 3 : 40, quick ? 8 : 100, 10, 40);
        int all = (steps * tasks) + heldOut;
        RandomKey[] keys = RandomKey.FromSeed(3).Split(7);
        Tensor amplitude = keys[0].Uniform([all, 1, 1], 0.1, 5, DType.Float32), phase = keys[1].Uniform([all, 1, 1], 0, Math.PI, DType.Float32);
        Tensor x = keys[2].Uniform([all, shots, 1], -5, 5, DType.Float32), xq = keys[3].Uniform([all, shots, 1], -5, 5, DType.Float32);
        Tensor Weights(RandomKey key, int from, int to) => key.Normal([from, to], DType.Float32) / Math.Sqrt(from);
        JobInput.Write(folder,
            new()
            {
                ["rate"] = 0.01,
                ["penalty"] = 5,
                ["outer_rate"] = 0.005,
                ["tasks"] = tasks,
                ["steps"] = steps,
                ["inner_steps"] = 16,
                ["products"] = 16,
                ["held_out"] = heldOut,
            },
            ("x", x), ("y", amplitude * (x - phase).Sin()), ("xq", xq), ("yq", amplitude * (xq - phase).Sin()),
            ("w1", Weights(keys[4], 1, hidden)), ("b1", Tensor.Zeros([hidden], DType.Float32)), ("w2", Weights(keys[5], hidden, hidden)),
            ("b2", Tensor.Zeros([hidden], DType.Float32)), ("w3", Weights(keys[6], hidden, 1)), ("b3", Tensor.Zeros([1], DType.Float32)));
        return $"{steps} steps of the first weights over {tasks} sinusoids each, known at {shots} points, 16 steps towards each and 16 products back";
    }

    // float32, from 0 to 1
    internal static Dataset Digits()
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
