using Hyperdiff.Backends.Cpu;

namespace Hyperdiff.Testing;

/// <summary>Tensors that come and go: what is brought to a backend and read back has the same bits, and says where it lies.</summary>
internal static class MemoryConformance
{
    private static readonly Tensor[] s_samples =
    [
        Tensor.From<double>([-2.5], []), Tensor.From([1.0, -0.0, double.NaN, double.NegativeInfinity, 5e-324, double.MaxValue]),
        Tensor.From(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }), Tensor.From<double>([]).Reshape(2, 0, 3),
        Tensor.From([1f, -0f, float.NaN, float.PositiveInfinity, 1.4e-45f, float.MinValue]), Tensor.From<float>([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]),
        Tensor.From([int.MinValue, -1, 0, int.MaxValue]), Tensor.From([true, false, true]), Tensor.From<bool>([]), Tensor.From<int>([7], []),
    ];

    /// <summary>The cases.</summary>
    public static IEnumerable<ConformanceCase> Cases() =>
    [
        .. s_samples.Select(sample => new ConformanceCase("memory", $"a round trip of {sample.Type}", subject => RoundTrip(subject, sample))),
        .. Enum.GetValues<DType>().Select(dtype => new ConformanceCase("memory", $"repeated scalars of {dtype.Name()}", subject => Repeated(subject, dtype))),
        .. Enum.GetValues<DType>().Select(dtype => new ConformanceCase("memory", $"parts and zeros of {dtype.Name()}", subject => Parts(subject, dtype))),
        new("memory", "a window of host memory", Window),
        new("memory", "a name", subject => string.IsNullOrWhiteSpace(subject.Backend.Name) ? "the backend has no name" : null),
        new("memory", "numbers for a person, one element, all of them", Readings),
        new("memory", "what is written to host memory that was brought here", Rewritten),
        new("memory", "operands of two backends", TwoBackends),
    ];

    private static string? RoundTrip(BackendSubject subject, Tensor sample)
    {
        subject.Require(sample.DType);
        Tensor placed = subject.Place(sample);
        return Closeness.Exact.Difference(sample, subject.Read(placed)) is { } difference ? $"the element{difference}"
            : subject.OwnsMemory && !ReferenceEquals(placed.Backend, subject.Backend) ? $"it lies on {placed.Backend.Name}"
            : !ReferenceEquals(subject.Place(placed), placed) ? "brought there again it is another tensor"
            : !ReferenceEquals(subject.Read(placed).Backend, CpuBackend.Instance) ? "what was read lies elsewhere than on the host" : null;
    }

    private static string? Repeated(BackendSubject subject, DType dtype)
    {
        subject.Require(dtype);
        double[] scalars = dtype == DType.Bool ? [0, 1] : dtype == DType.Int32 ? [0, -7, int.MaxValue] : [0, -0.0, 0.1, double.NaN, double.NegativeInfinity];
        foreach (Shape shape in new Shape[] { [], [3], [2, 0], [2, 2] })
        {
            foreach (double scalar in scalars)
            {
                Tensor uniform = Tensor.Full(shape, scalar, dtype);
                if (Closeness.Exact.Difference(uniform, subject.Read(subject.Place(uniform))) is { } difference)
                {
                    return $"of shape {shape}, the element{difference}";
                }
            }
        }

        return null;
    }

    private static string? Parts(BackendSubject subject, DType dtype)
    {
        subject.Require(dtype);
        Tensor zeros = subject.Backend.AllocateZeros(new TensorType(dtype, [3, 2]));
        if (Closeness.ExactNumbers.Difference(Tensor.FromHost(HostArray.Allocate(zeros.Type)), subject.Read(zeros)) is { } wrong)
        {
            return $"zeros: the element{wrong}";
        }

        Tensor rows = Tensor.From([1.0, 0, 1, 1, 0, 1]).To(dtype).Reshape(3, 2);
        Tensor memory = subject.Backend.Allocate(rows.Type);
        memory.Overwrite(subject.Place(rows));
        memory.Part([2], 1).Overwrite(subject.Place(rows[0]));
        memory.Part([2], 2).Overwrite(rows[1]);
        Tensor expected = Tensor.Stack(0, rows[0], rows[0], rows[1]);
        return Closeness.Exact.Difference(expected, subject.Read(memory)) is { } difference ? $"rows that are overwritten: the element{difference}"
            : Closeness.Exact.Difference(rows[1], subject.Read(memory.Part([2], 2))) is { } other ? $"the last row: the element{other}" : null;
    }

    // rows of a matrix, without a copy on the host
    private static string? Window(BackendSubject subject)
    {
        DType dtype = subject.Floating().First();
        Tensor whole = Tensor.FromHost(new HostArray(new TensorType(DType.Float64, [4, 2]), new double[] { 9, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, 1)).To(dtype);
        return Closeness.Exact.Difference(whole[2], subject.Read(subject.Place(whole[2]))) is { } difference ? $"a row: the element{difference}"
            : Closeness.Exact.Difference(whole[1..3], subject.Read(subject.Place(whole[1..3]))) is { } rows ? $"two rows: the element{rows}" : null;
    }

    private static string? Readings(BackendSubject subject)
    {
        using IDisposable? allowed = subject.Allow();
        DType dtype = subject.Floating().First();
        Tensor host = Tensor.From([1.5, -2]).To(dtype), placed = subject.Place(host), scalar = subject.Place(Tensor.From<double>([0.25], []).To(dtype));
        return placed.ToString() != host.ToString() ? $"{placed} instead of {host}"
            : scalar.ToScalar() != 0.25 ? $"the only element is {scalar.ToScalar()}"
            : !Closeness.Numbers(host).SequenceEqual(Closeness.Numbers(Tensor.FromHost(placed.Read()))) ? "the elements read are others" : null;
    }

    // memory that is written to again and again may be brought to a backend again and again
    private static string? Rewritten(BackendSubject subject)
    {
        DType dtype = subject.Floating().First();
        Tensor memory = CpuBackend.Instance.Allocate(new TensorType(dtype, [2]));
        memory.Overwrite(Tensor.From([1.0, 2]).To(dtype));
        Tensor first = subject.Read(subject.Place(memory));
        memory.Overwrite(Tensor.From([3.0, 4]).To(dtype));
        return Closeness.Exact.Difference([Tensor.From([1.0, 2]).To(dtype), Tensor.From([3.0, 4]).To(dtype)], [first, subject.Read(subject.Place(memory))]);
    }

    private static string? TwoBackends(BackendSubject subject)
    {
        if (!subject.IsDevice)
        {
            throw new NotApplicableException("tensors in host memory go with those of any backend");
        }

        DType dtype = subject.Floating().First();
        var other = new GuardedBackend();
        Tensor x = Tensor.From([1.0, 2]).To(dtype), here = subject.Place(x), there = x.To(other);
        try
        {
            _ = here + there;
            return "the sum of tensors of two backends was computed";
        }
        catch (InvalidOperationException exception)
        {
            return new[] { subject.Backend.Name, other.Name }.All(name => exception.Message.Contains(name, StringComparison.Ordinal))
                ? null : $"the message does not name both backends: {exception.Message}";
        }
    }
}
