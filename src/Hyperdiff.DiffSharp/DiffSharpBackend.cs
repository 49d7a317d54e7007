using System.Collections.Concurrent;
using DiffSharp;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Microsoft.FSharp.Core;

namespace Hyperdiff.DiffSharp;

/// <summary>Runs graphs over DiffSharp tensors, on any device and backend of DiffSharp's: <c>tensor.To(DiffSharpBackend.Of(Device.GPU,
/// Backend.Torch))</c>.</summary>
/// <remarks>
/// Solvers keep their vectors where their operands are, so that a problem of tensors of this backend is solved there. What DiffSharp has no operation for is
/// computed on copies by the CPU backend; <see cref="DeviceBackend.Describe"/> tells. On DiffSharp's reference backend tensors are arrays of the host, where
/// the CPU backend computes the same many times faster: there <see cref="DiffSharpTensors.ToHyperdiff"/> makes host tensors of them, and this class is for
/// tests.
/// </remarks>
public sealed class DiffSharpBackend : DeviceBackend
{
    private const int MostExpansions = 64;

    private static readonly RecentlyUsed<(Composite, TensorType), Graph> s_expansions = new(MostExpansions);
    private static readonly ConcurrentDictionary<Home, DiffSharpBackend> s_backends = [];

    private DiffSharpBackend(Home home) => Home = home;

    /// <summary>The device.</summary>
    public DiffDevice Device => Home.Device;

    /// <summary>DiffSharp's backend there.</summary>
    public DiffBackend Backend => Home.Backend;

    /// <inheritdoc/>
    public override string Name => $"DiffSharp {Home}";

    internal Home Home { get; }

    /// <summary>The backend over a device; the same object whenever it is asked for.</summary>
    /// <param name="device">The device.</param>
    /// <param name="backend">DiffSharp's backend.</param>
    /// <exception cref="InvalidOperationException">The application does not have that backend, or the device is not there; or it has two versions of
    /// TorchSharp.</exception>
    public static DiffSharpBackend Of(DiffDevice device, DiffBackend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return s_backends.GetOrAdd(new Home(device, backend), Opened);
    }

    /// <summary>The tensor as one of this backend, without a copy.</summary>
    /// <param name="tensor">A tensor of any shape, on this device and backend.</param>
    /// <exception cref="InvalidOperationException">It lies elsewhere, or takes part in a differentiation by DiffSharp.</exception>
    /// <exception cref="DTypeMismatchException">Its element type has no counterpart.</exception>
    public Tensor Wrap(DiffTensor tensor)
    {
        RawTensor raw = Storages.Plain(tensor);
        var found = new Home(raw.Device, raw.Backend);
        return found == Home
            ? new Tensor(Storages.TypeOf(raw), new DeviceStorage(this, DeviceMemory.Of(raw)))
            : throw new InvalidOperationException(
                $"A DiffSharp tensor lies on {found}, and is wanted on {Home}; move it: tensor.move(device, dtype, backend).");
    }

    /// <inheritdoc/>
    public override Tensor Allocate(TensorType type) =>
        new(type, new DeviceStorage(this, new DeviceMemory(type.DType, type.Shape.ElementCount, Home)));

    /// <summary>The elements of a tensor of such a backend.</summary>
    internal static Lent RawOf(Tensor tensor) => ((DeviceStorage)tensor.Storage).Raw(tensor.Type);

    /// <summary>A tensor over one of DiffSharp's that nobody else has.</summary>
    internal Tensor Own(RawTensor raw) => new(Storages.TypeOf(raw), new DeviceStorage(this, DeviceMemory.Over(raw)));

    /// <inheritdoc/>
    protected override Tensor Upload(HostArray elements) => Own(Storages.Wrap(elements, Device, Backend, copies: true));

    /// <inheritdoc/>
    protected override Tensor Repeat(TensorType type, double scalar)
    {
        FSharpOption<DiffDtype> dtype = FSharpOption<DiffDtype>.Some(Storages.Theirs(type.DType));
        FSharpOption<DiffDevice> device = FSharpOption<DiffDevice>.Some(Device);
        FSharpOption<DiffBackend> backend = FSharpOption<DiffBackend>.Some(Backend);

        // an array of one element, then repeated: every element type takes it, and on a device nothing but that crosses
        var one = HostArray.Allocate(type with { Shape = [1] });
        UniformStorage.Fill(one, scalar);
        int[] sizes = type.Shape.Sizes.ToArray();
        if (type.Shape.ElementCount == 0)
        {
            return Own(RawTensor.Zeros(sizes, dtype, device, backend));
        }

        using var scratch = new Scratch([]);
        RawTensor single = scratch.Add(RawTensor.CreateFromFlatArray(one.Data, [1], dtype, device, backend));
        return Own(scratch.Kept(scratch.Add(single.Expand([type.Shape.ElementCount])), type));
    }

    /// <inheritdoc/>
    protected override bool Runs(Primitive primitive, ReadOnlySpan<TensorType> operands) =>
        primitive is Composite || DiffSharpKernels.Find(primitive, operands) is not null;

    /// <inheritdoc/>
    protected override Tensor[] Run(Primitive primitive, ReadOnlySpan<Tensor> operands)
    {
        if (primitive is Composite composite)
        {
            return Expanded(composite, operands);
        }

        var raws = new Lent[operands.Length];
        var types = new TensorType[operands.Length];
        for (int i = 0; i < raws.Length; i++)
        {
            (raws[i], types[i]) = (RawOf(operands[i]), operands[i].Type);
        }

        using var scratch = new Scratch(raws);
        TensorType result = primitive.Infer(types)[0];
        var call = new KernelCall(primitive, Array.ConvertAll(raws, raw => raw.Raw), result, this, scratch);
        return [Own(scratch.Kept(DiffSharpKernels.Find(primitive, types)!(call), result))];
    }

    // the operations that it is made of, as a plan, which gives back what it computes on the way
    private Tensor[] Expanded(Composite composite, ReadOnlySpan<Tensor> operands)
    {
        (Composite, TensorType) key = (composite, operands[0].Type);
        Graph graph = s_expansions.Find(key) ?? s_expansions.Keep(key, TracedFunction.Of(all => [composite.Expand(all)], [operands[0].Type]).Graph);
        return graph.Executable(this).Run(operands);
    }

    private static DiffSharpBackend Opened(Home home)
    {
        if (home.Backend.Equals(DiffBackend.Torch))
        {
            TorchVersions.RequireOne();
        }

        RequireThere(home.Backend);
        return dsharp.isDeviceAvailable(home.Device, FSharpOption<DiffBackend>.Some(home.Backend))
            ? new DiffSharpBackend(home)
            : throw new InvalidOperationException($"DiffSharp's backend {home.Backend} has no device {home.Device} here; for CUDA the application needs a "
                + "bundle with it, DiffSharp-cuda-linux or DiffSharp-cuda-windows, and the machine a driver.");
    }

    // DiffSharp asks its own two backends only, and sets its defaults before it finds that one is missing
    private static void RequireThere(DiffBackend backend)
    {
        try
        {
            _ = RawTensor.Zeros([1], FSharpOption<DiffDtype>.Some(DiffDtype.Float32), FSharpOption<DiffDevice>.Some(DiffDevice.CPU),
                FSharpOption<DiffBackend>.Some(backend));
        }
        catch (Exception exception)
        {
            bool missing = exception.Message.Contains("find assembly", StringComparison.Ordinal);
            throw new InvalidOperationException(
                $"DiffSharp's backend {backend} {(missing ? "is not in this application" : $"is there and does not start: {exception.Message}")}; reference "
                    + $"{(missing ? $"the package DiffSharp.Backends.{backend}, or a bundle" : "a bundle, which has its native library")}: DiffSharp-cpu, "
                    + "DiffSharp-cuda-linux, DiffSharp-cuda-windows.",
                exception);
        }
    }
}
