namespace Hyperdiff.DiffSharp;

/// <summary>Tensors across the border, without a copy where the memory allows it.</summary>
/// <remarks>
/// <para>What is shared is not to be written to. DiffSharp wraps a <c>double[]</c> that it is given instead of copying it, and so does this: a program that
/// writes to an array that it made a tensor of changes every tensor over it, on both sides.</para>
/// <para>A tensor that takes part in a differentiation by DiffSharp is refused, for its derivatives would be lost; <see cref="DiffSharpOperation"/> carries
/// them along.</para>
/// </remarks>
public static class DiffSharpTensors
{
    /// <summary>The tensor for Hyperdiff: on DiffSharp's reference backend the same array, in host memory; on any other where it lies, as a tensor of
    /// <see cref="DiffSharpBackend"/>. Nothing is copied.</summary>
    /// <param name="tensor">A tensor of <c>Float32</c>, <c>Float64</c>, <c>Int32</c> or <c>Bool</c>, of any shape.</param>
    /// <exception cref="DTypeMismatchException">It is of another element type.</exception>
    /// <exception cref="InvalidOperationException">It takes part in a differentiation by DiffSharp.</exception>
    public static Tensor ToHyperdiff(this DiffTensor tensor)
    {
        RawTensor raw = Storages.Plain(tensor);
        if (TracedRawTensor.Of(raw) is { } traced)
        {
            return traced;
        }

        TensorType type = Storages.TypeOf(raw);
        return Storages.ArrayOf(raw, type) is { } array
            ? Tensor.FromHost(new HostArray(type, array))
            : DiffSharpBackend.Of(raw.Device, raw.Backend).Wrap(tensor);
    }

    /// <summary>The tensor for DiffSharp, where it lies: a host tensor on DiffSharp's reference backend, the same array unless it holds other elements
    /// besides; what lies on a device of DiffSharp's as it is.</summary>
    /// <param name="tensor">A tensor of any shape. Of a traced one this reads the value.</param>
    public static DiffTensor ToDiffSharp(this Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Storage is DeviceStorage { Owner: DiffSharpBackend owner }
            ? tensor.ToDiffSharp(owner.Device, owner.Backend)
            : tensor.ToDiffSharp(DiffDevice.CPU, DiffBackend.Reference);
    }

    internal static DiffTensor ToDiffSharp(this Tensor tensor, DiffDevice device, DiffBackend backend)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return DiffTensor.ofRawTensor(tensor.Storage is DeviceStorage { Owner: DiffSharpBackend owner } && owner.Home == new Home(device, backend)
            ? DiffSharpBackend.RawOf(tensor).Keep()
            : Storages.Wrap(tensor.Read(), device, backend, copies: tensor.Storage is HostStorage { IsReused: true }));
    }
}
