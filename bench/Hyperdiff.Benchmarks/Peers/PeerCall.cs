namespace Hyperdiff.Benchmarks.Peers;

/// <summary>Something that is timed.</summary>
/// <param name="Name">Its name, as the table of the peers has it.</param>
/// <param name="Run">Does it.</param>
/// <param name="Leaves">The numbers of its result.</param>
/// <param name="Exact">What they must be, computed by hand; slow.</param>
internal sealed record PeerCall(string Name, Func<object> Run, Func<object, Tensor[]> Leaves, Func<double[]> Exact)
{
    /// <summary>‖result − exact‖ / ‖exact‖.</summary>
    public double RelativeError()
    {
        double[] result = Numbers(Leaves(Run()));
        double[] exact = Exact();
        double difference = 0;
        double size = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            difference += (result[i] - exact[i]) * (result[i] - exact[i]);
            size += exact[i] * exact[i];
        }

        return Math.Sqrt(difference / size);
    }

    /// <summary>All elements of some tensors, in order.</summary>
    public static double[] Numbers(IEnumerable<Tensor> tensors) => [.. tensors.SelectMany(tensor => tensor.To(DType.Float64).ToArray<double>())];
}
