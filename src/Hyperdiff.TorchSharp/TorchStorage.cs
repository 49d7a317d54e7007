using System.Diagnostics.CodeAnalysis;
using Hyperdiff.Graphs;
using TorchSharp;

namespace Hyperdiff.TorchSharp;

/// <summary>Elements in a tensor of libtorch: a handle of our own on memory that others may have handles on too.</summary>
/// <remarks>
/// libtorch counts the handles on its memory. One storage has one handle, so that it can be given back early whatever else shows the same memory. What is
/// never given back is freed by finalizers; the garbage collector is told how much hangs on each, since it sees only the handle.
/// </remarks>
internal sealed class TorchStorage : BackendStorage
{
    private readonly TorchBackend _owner;
    private readonly long _pressure;
    private torch.Tensor? _elements;

    /// <summary>Takes over a handle, which no scope disposes of.</summary>
    /// <param name="owner">The backend of its device.</param>
    /// <param name="elements">Of any strides.</param>
    public TorchStorage(TorchBackend owner, torch.Tensor elements)
    {
        (_owner, _elements) = (owner, elements.DetachFromDisposeScope());
        _pressure = elements.is_contiguous() ? elements.NumberOfElements * elements.ElementSize : 0;
        if (_pressure > 0)
        {
            GC.AddMemoryPressure(_pressure);
        }
        else
        {
            GC.SuppressFinalize(this);
        }
    }

    ~TorchStorage() => GC.RemoveMemoryPressure(_pressure);

    /// <inheritdoc/>
    public override IBackend Owner => _owner;

    /// <summary>The handle; it must not outlive the storage, and nobody may write through it.</summary>
    /// <exception cref="ObjectDisposedException">The memory was given back.</exception>
    public torch.Tensor Elements => _elements is { } elements && !elements.IsInvalid
        ? elements
        : throw new ObjectDisposedException(
            nameof(Tensor), "The memory behind this tensor was given back to libtorch: it was disposed of, or overwritten by an iteration that owns it.");

    /// <inheritdoc/>
    public override HostArray Read(TensorType type)
    {
        HostArray array = HostArray.AllocateUninitialized(type);
        if (type.Shape.ElementCount == 0)
        {
            return array;
        }

        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor here = Elements.cpu().contiguous();
        here.bytes.CopyTo(HostBytes.Of(array));
        return array;
    }

    /// <inheritdoc/>
    public override BackendStorage Part(TensorType part, int offset)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor flat = Elements.contiguous().view(-1).narrow(0, offset, part.Shape.ElementCount);
        return new TorchStorage(_owner, flat.view(part.Shape.ToTorch()));
    }

    /// <inheritdoc/>
    public override void Write(TensorType type, Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using DisposeScope scope = torch.NewDisposeScope();
        Elements.copy_(TorchBackend.Elements(source).reshape(type.Shape.ToTorch()));
    }

    /// <inheritdoc/>
    [SuppressMessage("Usage", "CA1816", Justification = "the finalizer would take the pressure off a second time")]
    public override void Release()
    {
        if (Interlocked.Exchange(ref _elements, null) is not { } elements)
        {
            return;
        }

        elements.Dispose();
        if (_pressure > 0)
        {
            GC.SuppressFinalize(this);
            GC.RemoveMemoryPressure(_pressure);
        }
    }
}
