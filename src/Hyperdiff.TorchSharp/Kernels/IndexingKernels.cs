using System.Runtime.CompilerServices;
using Hyperdiff.Primitives;
using TorchSharp;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>Elements chosen by numbers, and numbers of elements.</summary>
/// <remarks>On a GPU an index outside the axis ends the process. So they are compared with the axis first, once as long as they live: that is one
/// read.</remarks>
internal static class IndexingKernels
{
    private static readonly ConditionalWeakTable<torch.Tensor, StrongBox<(long Least, long Greatest)>> s_ranges = [];

    public static IEnumerable<KeyValuePair<Type, TorchKernel>> All { get; } =
    [
        Line.With<Take>(Taken),
        Line.All<ScatterAdd>((scatter, x, type) => Scattered(scatter, x[0], x[1], type)),
        Line.All<OneHot>((hot, x, type) => Inside(x[0], hot.Classes)
            ? x[0].unsqueeze(-1).eq(torch.arange(hot.Classes, torch.ScalarType.Int32, x[0].device)).to(type.DType.ToTorch()) : null),
        Line.With<ArgSort>((sort, x) => Order(x, sort).to(torch.ScalarType.Int32)),
        Line.With<ArgMax>((extremum, x) => x.argmax(extremum.Axis).to(torch.ScalarType.Int32)),
        Line.With<ArgMin>((extremum, x) => x.argmin(extremum.Axis).to(torch.ScalarType.Int32)),
    ];

    /// <summary>Whether all indices are at least 0 and below a size.</summary>
    /// <param name="indices">Held by a storage, so that what is found is found again.</param>
    /// <param name="size">The size of the axis.</param>
    public static bool Inside(torch.Tensor indices, long size)
    {
        if (indices.NumberOfElements == 0)
        {
            return true;
        }

        (long least, long greatest) = s_ranges.GetValue(indices, static tensor =>
        {
            torch.Tensor ends = torch.stack([tensor.min(), tensor.max()]).cpu();
            ReadOnlySpan<int> found = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(ends.bytes);
            return new((found[0], found[1]));
        }).Value;
        return least >= 0 && greatest < size;
    }

    private static torch.Tensor? Taken(Take take, torch.Tensor x, torch.Tensor indices)
    {
        long[] whole = x.shape;
        if (!Inside(indices, whole[take.Axis]))
        {
            return null;
        }

        long[] part = [.. whole[..take.Axis], .. indices.shape[take.Batch..], .. whole[(take.Axis + 1)..]];
        if (take.Batch == 0)
        {
            return x.index_select(take.Axis, indices.reshape(-1)).reshape(part);
        }

        (long[] sizes, torch.Tensor places) = Places(whole, indices, take.Axis, take.Batch);
        return x.reshape(sizes).gather(2, places).reshape(part);
    }

    private static torch.Tensor? Scattered(ScatterAdd scatter, torch.Tensor x, torch.Tensor indices, TensorType type)
    {
        if (!Inside(indices, scatter.Size))
        {
            return null;
        }

        (long[] sizes, torch.Tensor places) = Places(type.Shape.ToTorch(), indices, scatter.Axis, scatter.Batch);
        return x.new_zeros(sizes).scatter_add_(2, places, x.reshape(places.shape)).reshape(type.Shape.ToTorch());
    }

    // [batch, before, size, after] of the whole, and for each element of the part [batch, before, chosen, after] its place along the size
    private static (long[] Sizes, torch.Tensor Places) Places(long[] whole, torch.Tensor indices, int axis, int batch)
    {
        long items = Product(whole[..batch]), before = Product(whole[batch..axis]), after = Product(whole[(axis + 1)..]);
        long chosen = Product(indices.shape[batch..]);
        torch.Tensor places = indices.to(torch.ScalarType.Int64).reshape(items, 1, chosen, 1).expand([items, before, chosen, after]);
        return ([items, before, whole[axis], after], places);

        static long Product(long[] factors) => factors.Aggregate(1L, (product, factor) => product * factor);
    }

    // libtorch sorts NaN as the greatest; negated, what is descending ascends, and NaN stays last
    private static torch.Tensor Order(torch.Tensor x, ArgSort sort)
    {
        torch.Tensor keys = !sort.Descending ? x : x.dtype == torch.ScalarType.Int32 ? x.to(torch.ScalarType.Int64).neg() : x.neg();
        return keys.sort(sort.Axis, descending: false, stable: true).Indices;
    }
}
