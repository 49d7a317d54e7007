using Hyperdiff.Backends.Cpu;
using Hyperdiff.Graphs;

namespace Hyperdiff.Testing;

/// <summary>A backend as the cases of the conformance suite see it: data are placed on it, work is done there, and results are read.</summary>
internal sealed class BackendSubject(IBackend backend)
{
    private static readonly DType[] s_floating = [DType.Float64, DType.Float32];

    /// <summary>The backend.</summary>
    public IBackend Backend => backend;

    /// <summary>Whether tensors that are placed on it are computed there without being told: not so of a second backend over the host's memory.</summary>
    public bool OwnsMemory => ReferenceEquals(Place(Tensor.From([true])).Backend, backend);

    /// <summary>Whether it has memory other than the host's.</summary>
    public bool IsDevice => OwnsMemory && !ReferenceEquals(backend, CpuBackend.Instance);

    /// <summary>The floating types that it has, out of some.</summary>
    /// <exception cref="NotApplicableException">It has none of them.</exception>
    public IEnumerable<DType> Floating(IEnumerable<DType>? among = null)
    {
        DType[] found = [.. s_floating.Where(type => (among ?? s_floating).Contains(type) && Has(type))];
        return found.Length > 0 ? found : throw new NotApplicableException($"{backend.Name} refuses {string.Join(" and ", among ?? s_floating)}");
    }

    /// <summary>Looks at every floating type that it has.</summary>
    /// <param name="check">What is wrong in a type; null if nothing is.</param>
    /// <param name="among">Out of which; both if absent.</param>
    /// <exception cref="NotApplicableException">It has none of them.</exception>
    public string? Each(Func<DType, string?> check, IEnumerable<DType>? among = null)
    {
        foreach (DType dtype in Floating(among))
        {
            if (check(dtype) is { } wrong)
            {
                return $"{dtype.Name()}, {wrong}";
            }
        }

        return null;
    }

    /// <summary>What a call throws; null if nothing.</summary>
    public static Exception? Caught(Action call)
    {
        try
        {
            call();
            return null;
        }
#pragma warning disable CA1031 // which it is, is the question
        catch (Exception exception)
        {
            return exception;
        }
#pragma warning restore CA1031
    }

    /// <summary>What differs between what two calls throw; null if it is of the same type.</summary>
    public static string? Difference(Exception? expected, Exception? found) => expected?.GetType() == found?.GetType() ? null
        : $"{found?.GetType().Name ?? "nothing"} instead of {expected?.GetType().Name ?? "nothing"}: {found?.Message}";

    /// <summary>Whether it has an element type.</summary>
    public bool Has(DType type)
    {
        try
        {
            return Place(Tensor.FromHost(HostArray.Allocate(new TensorType(type, [1])))).DType == type;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Ends the case if it does not have an element type.</summary>
    public void Require(DType type)
    {
        if (!Has(type))
        {
            throw new NotApplicableException($"{backend.Name} refuses {type.Name()}");
        }
    }

    /// <summary>Ends the case for a backend that has to be told to compute, since its tensors lie in the host's memory.</summary>
    public void RequireOwnMemory()
    {
        if (!OwnsMemory)
        {
            throw new NotApplicableException(
                $"tensors of {backend.Name} lie in host memory, where {CpuBackend.Instance.Name} computes what no graph is made of");
        }
    }

    /// <summary>The same elements on the backend.</summary>
    public Tensor Place(Tensor tensor) => tensor.To(backend);

    /// <summary>The same elements on the backend.</summary>
    public Tensor[] Place(IEnumerable<Tensor> tensors) => [.. tensors.Select(Place)];

    /// <summary>Until it is disposed of, reads are those that a user makes, which a guarded backend allows.</summary>
    public IDisposable? Allow() => (backend as GuardedBackend)?.Allow();

    /// <summary>A copy of the elements on the host.</summary>
    public Tensor Read(Tensor tensor)
    {
        using IDisposable? allowed = Allow();
        HostArray copy = HostArray.Allocate(tensor.Type);
        tensor.Read().CopyTo(copy);
        return Tensor.FromHost(copy);
    }

    /// <summary>Copies on the host.</summary>
    public Tensor[] Read(IEnumerable<Tensor> tensors) => [.. tensors.Select(Read)];

    /// <summary>Runs a graph there, and reads what it gives.</summary>
    public Tensor[] Run(Graph graph, IEnumerable<Tensor> operands) => Read(graph.Run(backend, Place(operands)).Outputs);
}
