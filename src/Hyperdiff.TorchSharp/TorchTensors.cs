using TorchSharp;

namespace Hyperdiff.TorchSharp;

/// <summary>Tensors of TorchSharp as tensors of Hyperdiff and back, without a copy wherever both can stand for the same memory.</summary>
public static class TorchTensors
{
    /// <summary>A tensor over the memory of a tensor of TorchSharp, on <see cref="TorchBackend"/> of its device.</summary>
    /// <param name="tensor">Of float32, float64, int32 or bool, dense, of any shape: the result has the same.</param>
    /// <remarks>
    /// Nothing is copied, unless the elements do not lie row-major without gaps: those of a transposed or sliced tensor are brought together first. The result
    /// has a handle of its own on the memory, so that the tensor may be disposed of at any time; but what is written to the memory in place later
    /// (<c>add_</c>, an optimizer's step) changes the result, which others take for immutable: give a <c>clone()</c> where that happens. Derivatives of
    /// TorchSharp's own do not pass: the result is detached.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The tensor was disposed of.</exception>
    /// <exception cref="DTypeMismatchException">It has another element type.</exception>
    /// <exception cref="ArgumentException">It is sparse, quantized, or on the device <c>meta</c>, without elements.</exception>
    public static Tensor ToHyperdiff(this torch.Tensor tensor)
    {
        Require(tensor, nameof(tensor));
        var type = new TensorType(tensor.dtype.ToHyperdiff(), tensor.ToShape());
        TorchBackend backend = TorchBackend.On(tensor.device);
        backend.RequireDType(type.DType);
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor detached = tensor.detach();
        return backend.Own(type, detached.is_contiguous() ? detached : detached.contiguous());
    }

    /// <summary>A tensor of TorchSharp over the memory of a tensor.</summary>
    /// <param name="tensor">Of any shape, with elements: the result has the same shape.</param>
    /// <param name="device">Where the result is to be; null for where the tensor is, which for tensors in host memory is the CPU.</param>
    /// <returns>A handle of the caller's own, to be disposed of by whoever asked for it, or by the scope around.</returns>
    /// <remarks>
    /// A tensor that is on a <see cref="TorchBackend"/> of that device is not copied, and then nobody may write to the result in place: the tensor is
    /// immutable. Others are copied once.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The tensor is traced: inside a traced function no value exists.</exception>
    public static torch.Tensor ToTorch(this Tensor tensor, torch.Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        TorchBackend backend = device is not null ? TorchBackend.On(device)
            : tensor.Storage is TorchStorage { Owner: TorchBackend owner } ? owner : TorchBackend.Cpu;
        Tensor placed = tensor.Storage is TorchStorage storage && !ReferenceEquals(storage.Owner, backend)
            ? backend.Own(tensor.Type, storage.Elements.to(backend.Device)) : backend.Place(tensor);
        return TorchBackend.Elements(placed).alias();
    }

    private static void Require(torch.Tensor tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.IsInvalid)
        {
            throw new ObjectDisposedException(
                name, "The torch.Tensor was disposed of, perhaps by the scope that it was made in: move it out first, MoveToOuterDisposeScope().");
        }

        if (tensor.is_sparse || tensor.is_meta)
        {
            throw new ArgumentException(
                $"A torch.Tensor {(tensor.is_sparse ? "that is sparse" : "on the device meta")} has no dense elements; "
                    + (tensor.is_sparse ? "convert it first: tensor.to_dense()." : "give it a device that holds some."), name);
        }
    }
}
