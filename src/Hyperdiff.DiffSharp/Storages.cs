using Microsoft.FSharp.Core;

namespace Hyperdiff.DiffSharp;

/// <summary>What is known of the memory behind a DiffSharp tensor, and the two ways across: what is an array on either side is not copied.</summary>
internal static class Storages
{
    private static readonly (DiffDtype Theirs, DType Ours)[] s_types =
    [
        (DiffDtype.Float32, DType.Float32), (DiffDtype.Float64, DType.Float64), (DiffDtype.Int32, DType.Int32), (DiffDtype.Bool, DType.Bool),
    ];

    /// <summary>The element type here.</summary>
    /// <exception cref="DTypeMismatchException">There is none.</exception>
    public static DType Ours(DiffDtype dtype)
    {
        foreach ((DiffDtype theirs, DType ours) in s_types)
        {
            if (theirs.Equals(dtype))
            {
                return ours;
            }
        }

        throw new DTypeMismatchException(
            $"A DiffSharp tensor of {dtype} has no counterpart, for Hyperdiff holds float32, float64, int32 and bool; "
                + $"cast it first: tensor.cast(Dtype.Float64) or tensor.cast(Dtype.Int32).");
    }

    /// <summary>The element type there.</summary>
    public static DiffDtype Theirs(DType dtype) => s_types[(int)dtype].Theirs;

    /// <summary>The type of a tensor.</summary>
    public static TensorType TypeOf(RawTensor raw) => new(Ours(raw.Dtype), new Shape(raw.Shape));

    /// <summary>The array that holds the elements, row-major and no others; null where they lie elsewhere.</summary>
    public static Array? ArrayOf(RawTensor raw, TensorType type) =>
        raw.Backend.IsReference && raw.Handle is Array array && array.GetType() == type.DType.ArrayType() && array.Length == type.Shape.ElementCount
            ? array
            : null;

    /// <summary>The elements on the host: the array itself where there is one, otherwise one transfer.</summary>
    public static HostArray Read(RawTensor raw, TensorType type)
    {
        if (type.Shape.ElementCount == 0)
        {
            return HostArray.Allocate(type);
        }

        if (ArrayOf(raw, type) is { } array)
        {
            return new HostArray(type, array);
        }

        // of one axis, for what has more than six comes back as objects
        RawTensor near = raw.Device.Equals(DiffDevice.CPU) ? raw : raw.MoveTo(DiffDevice.CPU);
        RawTensor flat = near.ViewT([type.Shape.ElementCount]);
        var copied = new HostArray(type, (Array)flat.ToValues());
        Release(flat, raw);
        Release(near, raw);
        return copied;
    }

    /// <summary>The elements as a tensor there: the array itself on DiffSharp's reference backend if it holds no others, otherwise a copy.</summary>
    /// <param name="elements">The elements.</param>
    /// <param name="device">The device.</param>
    /// <param name="backend">DiffSharp's backend.</param>
    /// <param name="copies">Whether the array may be written to afterwards, so that it is copied wherever it goes.</param>
    public static RawTensor Wrap(HostArray elements, DiffDevice device, DiffBackend backend, bool copies = false)
    {
        Array whole = elements.Data;
        if (copies || elements.Offset != 0 || whole.Length != elements.Count)
        {
            // an array that holds nothing else, as theirs do
            var part = HostArray.Allocate(elements.Type);
            elements.CopyTo(part);
            whole = part.Data;
        }

        return RawTensor.CreateFromFlatArray(whole, elements.Type.Shape.Sizes.ToArray(), FSharpOption<DiffDtype>.Some(Theirs(elements.Type.DType)),
            FSharpOption<DiffDevice>.Some(device), FSharpOption<DiffBackend>.Some(backend));
    }

    /// <summary>Gives native memory back at once: DiffSharp leaves that to the garbage collector, which does not see how much there is.</summary>
    /// <param name="raw">What nobody uses any more.</param>
    /// <param name="unless">What may be the same tensor, and is used.</param>
    public static void Release(RawTensor raw, RawTensor? unless = null)
    {
        if (!ReferenceEquals(raw, unless) && raw.Handle is IDisposable native && !ReferenceEquals(native, unless?.Handle))
        {
            native.Dispose();
        }
    }

    /// <summary>The same elements for one more owner: a handle of its own where there are handles to be given back, and the tensor itself otherwise.</summary>
    public static RawTensor Shared(RawTensor raw) => raw.Handle is IDisposable ? raw.ViewT(raw.Shape) : raw;

    /// <summary>A tensor without derivatives.</summary>
    /// <exception cref="InvalidOperationException">It takes part in a differentiation by DiffSharp.</exception>
    public static RawTensor Plain(DiffTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.isNoDiff
            ? tensor.primalRaw
            : throw new InvalidOperationException(
                $"A DiffSharp tensor of shape [{string.Join(", ", tensor.shape)}] takes part in {(tensor.isForwardDiff ? "forward" : "reverse")} "
                    + $"differentiation, {tensor.depth} level{(tensor.depth == 1 ? string.Empty : "s")} deep, and to convert it would lose that. Let "
                    + "Hyperdiff's part be an operation of the program, DiffSharpOperation.Of(function), which is differentiated with it; or drop the "
                    + "derivatives yourself: tensor.noDiff().");
    }
}
