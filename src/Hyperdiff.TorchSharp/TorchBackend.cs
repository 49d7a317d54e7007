using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Hyperdiff.Graphs;
using Hyperdiff.TorchSharp.Kernels;
using TorchSharp;

namespace Hyperdiff.TorchSharp;

/// <summary>Runs graphs with libtorch, on one of its devices: the CPU, a GPU with CUDA, or that of Apple's MPS.</summary>
/// <remarks>
/// Every operation is one of libtorch, or composed of such; what it lacks is copied to the host and back, as <see cref="DeviceBackend.Describe"/> says.
/// Native memory of intermediate results is given back at once. A sum of −0 alone is 0; other zeros have the signs of the definitions.
/// </remarks>
public sealed class TorchBackend : DeviceBackend
{
    private static readonly ConcurrentDictionary<(DeviceType, int), TorchBackend> s_backends = new();

    private TorchBackend(torch.Device device) => Device = device;

    /// <summary>The backend on the CPU: libtorch's kernels instead of Hyperdiff's own.</summary>
    /// <exception cref="DllNotFoundException">libtorch is not there.</exception>
    public static TorchBackend Cpu => On(DeviceType.CPU);

    /// <summary>The device.</summary>
    public torch.Device Device { get; }

    /// <inheritdoc/>
    public override string Name => $"torch ({Device})";

    /// <summary>Whether the device computes in float64.</summary>
    internal bool HasFloat64 => Device.type != DeviceType.MPS;

    /// <summary>The backend on a device: always the same one.</summary>
    /// <param name="device"><c>torch.CPU</c>, <c>torch.CUDA</c>, <c>torch.device("cuda:1")</c>, …</param>
    /// <exception cref="DllNotFoundException">libtorch is not there.</exception>
    /// <exception cref="InvalidOperationException">It has no such device.</exception>
    public static TorchBackend On(torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return On(device.type, device.index);
    }

    /// <summary>The backend on the first device of a kind.</summary>
    /// <param name="kind">The kind of the device.</param>
    /// <param name="index">Which of them.</param>
    /// <exception cref="ArgumentException">It is <c>meta</c>, without elements.</exception>
    /// <exception cref="DllNotFoundException">libtorch is not there.</exception>
    /// <exception cref="InvalidOperationException">It has no such device.</exception>
    public static TorchBackend On(DeviceType kind, int index = 0)
    {
        if (kind == DeviceType.META)
        {
            throw new ArgumentException("Tensors on the device meta have no elements, so that nothing can be computed there; name another one.", nameof(kind));
        }

        TorchLibrary.Require();
        (DeviceType, int) key = (kind, kind == DeviceType.CPU ? 0 : Math.Max(index, 0));
        return s_backends.TryGetValue(key, out TorchBackend? known) ? known : s_backends.GetOrAdd(key, static key => new TorchBackend(Found(key)));
    }

    /// <inheritdoc/>
    public override Tensor Allocate(TensorType type)
    {
        RequireDType(type.DType);
        return Own(type, Guarded(type, () => torch.empty(type.Shape.ToTorch(), type.DType.ToTorch(), Device)));
    }

    /// <summary>The handle of a tensor that is here.</summary>
    internal static torch.Tensor Elements(Tensor tensor) => ((TorchStorage)tensor.Storage).Elements;

    /// <summary>A tensor over a handle of our own.</summary>
    internal Tensor Own(TensorType type, torch.Tensor elements) => new(type, new TorchStorage(this, elements));

    /// <summary>Throws unless the device has an element type.</summary>
    /// <exception cref="NotSupportedException">It has no float64.</exception>
    internal void RequireDType(DType dtype)
    {
        if (dtype == DType.Float64 && !HasFloat64)
        {
            throw new NotSupportedException($"{Name} has no float64; compute in float32 there, tensor.To(DType.Float32), or on TorchBackend.Cpu.");
        }
    }

    /// <inheritdoc/>
    protected override Tensor Upload(HostArray elements)
    {
        RequireDType(elements.Type.DType);
        using DisposeScope scope = torch.NewDisposeScope();
        return Own(elements.Type, Guarded(elements.Type, () =>
        {
            torch.Tensor here = torch.empty(elements.Type.Shape.ToTorch(), elements.Type.DType.ToTorch(), torch.CPU);
            if (elements.Count > 0)
            {
                HostBytes.Of(elements).CopyTo(here.bytes);
            }

            return here.to(Device);
        }));
    }

    /// <inheritdoc/>
    protected override Tensor Repeat(TensorType type, double scalar)
    {
        RequireDType(type.DType);
        using DisposeScope scope = torch.NewDisposeScope();
        return Own(type, SourceKernels.Repeated(type, scalar, Device));
    }

    /// <inheritdoc/>
    protected override bool Runs(Primitive primitive, ReadOnlySpan<TensorType> operands) => KernelTable.Find(primitive) is not null;

    /// <inheritdoc/>
    protected override Tensor[] Run(Primitive primitive, ReadOnlySpan<Tensor> operands)
    {
        TorchKernel kernel = KernelTable.Find(primitive)!;
        var types = new TensorType[operands.Length];
        var given = new torch.Tensor[operands.Length];
        for (int i = 0; i < given.Length; i++)
        {
            (types[i], given[i]) = (operands[i].Type, Elements(operands[i]));
        }

        TensorType[] inferred = primitive.Infer(types);
        foreach (TensorType type in inferred)
        {
            RequireDType(type.DType);
        }

        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor[]? computed = Guarded(inferred[0], () => kernel(primitive, given, inferred));
        if (computed is null)
        {
            // the operands are not what the operation takes, and the definition says why
            return OnHost(primitive, operands);
        }

        var results = new Tensor[inferred.Length];
        for (int i = 0; i < results.Length; i++)
        {
            // a handle belongs to one storage, and memory to one result, unless the primitive is said to share it
            bool isGiven = Array.IndexOf(given, computed[i]) >= 0;
            results[i] = Own(inferred[i], !isGiven ? computed[i] : SharesMemory(primitive) ? computed[i].alias() : computed[i].clone());
        }

        return results;
    }

    /// <inheritdoc/>
    protected override bool SharesMemory(Primitive primitive) => KernelTable.Shares(primitive);

    private Tensor[] OnHost(Primitive primitive, ReadOnlySpan<Tensor> operands)
    {
        var here = new Tensor[operands.Length];
        for (int i = 0; i < here.Length; i++)
        {
            here[i] = Tensor.FromHost(operands[i].Read());
        }

        return Array.ConvertAll(HostExecution.Backend.Execute(primitive, here), result => Upload(result.Read()));
    }

    /// <summary>Something that takes memory of the device. Where there is none, what the garbage collector finds is given back, and it is tried once
    /// more.</summary>
    /// <param name="type">What the memory is for.</param>
    /// <param name="compute">Takes it.</param>
    /// <exception cref="InsufficientMemoryException">There is none then either.</exception>
    internal T Guarded<T>(TensorType type, Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (ExternalException failure) when (IsOutOfMemory(failure))
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        try
        {
            return compute();
        }
        catch (ExternalException failure) when (IsOutOfMemory(failure))
        {
            throw new InsufficientMemoryException(
                $"{Name} has no memory for a result of type {type}, {type.Bytes} bytes: use smaller batches, checkpoints in loops, or float32.", failure);
        }
    }

    private static bool IsOutOfMemory(ExternalException failure) =>
        failure.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || failure.Message.Contains("not enough memory", StringComparison.Ordinal)
        || failure.Message.Contains("can't allocate memory", StringComparison.Ordinal);

    // as the device names itself, with its number
    private static torch.Device Found((DeviceType Kind, int Index) key)
    {
        if (key.Kind == DeviceType.CPU)
        {
            return torch.CPU;
        }

        try
        {
            if (!torch.TryInitializeDeviceType(key.Kind))
            {
                throw new InvalidOperationException("the device type is not part of this libtorch");
            }

            using torch.Tensor probe = torch.empty(0, device: new torch.Device(key.Kind, key.Index));
            return probe.device;
        }
        catch (Exception failure) when (failure is not DllNotFoundException)
        {
            throw new InvalidOperationException(
                $"libtorch has no device {key.Kind.ToString().ToLowerInvariant()}:{key.Index} here; for CUDA the application needs a package of libtorch with "
                    + "CUDA (TorchSharp-cuda-linux, TorchSharp-cuda-windows) instead of TorchSharp-cpu, and the driver.",
                failure);
        }
    }
}
