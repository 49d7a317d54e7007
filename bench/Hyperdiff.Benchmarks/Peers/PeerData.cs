namespace Hyperdiff.Benchmarks.Peers;

/// <summary>The data of the problems of the peers: sizes and distributions as there, with random numbers of our own. Seed 0.</summary>
/// <param name="X">The data of training.</param>
/// <param name="Y">Its labels.</param>
/// <param name="ValidationX">The data of validation; none of an equilibrium.</param>
/// <param name="ValidationY">Its labels.</param>
/// <param name="Start">The leaves of the first state.</param>
/// <param name="Hyper">The leaves of λ.</param>
/// <param name="Rate">The step size; 0 of an equilibrium.</param>
internal sealed record PeerData(Tensor X, Tensor Y, Tensor ValidationX, Tensor ValidationY, Tensor[] Start, Tensor[] Hyper, Tensor Rate)
{
    private const int Batch = 256;
    private const int Pixels = 784;
    private const int Classes = 10;

    /// <summary>Labels of a noisy linear oracle, λ = −2, step size 1/L.</summary>
    public static PeerData Logistic(int samples, int features, DType dtype)
    {
        RandomKey[] keys = RandomKey.FromSeed(0).Split(5);
        Tensor oracle = keys[0].Normal([features], dtype) / Math.Sqrt(features);
        Tensor x = keys[1].Normal([samples, features], dtype), xv = keys[2].Normal([samples, features], dtype);
        Tensor Labels(Tensor data, RandomKey noise) => (data.MatMul(oracle) + (0.1 * noise.Normal([samples], dtype)) > 0).To(dtype);
        double aspect = 1 + Math.Sqrt(features / (double)samples);
        return new PeerData(
            x, Labels(x, keys[3]), xv, Labels(xv, keys[4]), [Tensor.Zeros([features], dtype)], [Tensor.Full([features], -2, dtype)],
            Tensor.Scalar(1 / ((0.25 * aspect * aspect) + Math.Exp(-2)), dtype));
    }

    /// <summary>784-128-10, classes of a linear oracle, λ = −6 for both layers.</summary>
    public static PeerData Perceptron(DType dtype)
    {
        const int Hidden = 128;
        RandomKey[] keys = RandomKey.FromSeed(0).Split(5);
        Tensor oracle = keys[0].Normal([Pixels, Classes], dtype);
        Tensor x = keys[1].Normal([Batch, Pixels], dtype), xv = keys[2].Normal([Batch, Pixels], dtype);
        return new PeerData(
            x, x.MatMul(oracle).ArgMax(-1), xv, xv.MatMul(oracle).ArgMax(-1),
            [
                keys[3].Normal([Pixels, Hidden], dtype) / 28, Tensor.Zeros([Hidden], dtype), keys[4].Normal([Hidden, Classes], dtype) / 11.3,
                Tensor.Zeros([Classes], dtype),
            ],
            [Tensor.Scalar(-6, dtype), Tensor.Scalar(-6, dtype)], Tensor.Scalar(0.1, dtype));
    }

    /// <summary>256 states of 256 samples, recurrent weights of norm 0.9; the hyperparameters are all weights.</summary>
    public static PeerData Equilibrium(DType dtype)
    {
        const int Hidden = 256;
        RandomKey[] keys = RandomKey.FromSeed(0).Split(6);
        Tensor x = keys[0].Uniform([Batch, Pixels], dtype: dtype), y = keys[1].Integers([Batch], 0, Classes), a = keys[2].Normal([Hidden, Hidden], dtype);
        Tensor Small(RandomKey from, Shape shape) => 0.01 * from.Normal(shape, dtype);
        return new PeerData(
            x, y, Tensor.Zeros([0, Pixels], dtype), Tensor.Zeros([0], DType.Int32), [Tensor.Zeros([Batch, Hidden], dtype)],
            [
                0.9 * a / Linalg.SingularValues(a)[0], Small(keys[3], [Pixels, Hidden]), Small(keys[4], [Hidden]), Small(keys[5], [Hidden, Classes]),
                Tensor.Zeros([Classes], dtype),
            ],
            Tensor.Scalar(0, dtype));
    }

    /// <summary>The same numbers in another element type.</summary>
    public PeerData To(DType dtype)
    {
        Tensor Converted(Tensor tensor) => tensor.DType == DType.Int32 ? tensor : tensor.To(dtype);
        return new PeerData(
            Converted(X), Converted(Y), Converted(ValidationX), Converted(ValidationY), [.. Start.Select(Converted)],
            [.. Hyper.Select(Converted)], Converted(Rate));
    }
}
