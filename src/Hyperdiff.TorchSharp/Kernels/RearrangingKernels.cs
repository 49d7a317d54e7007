using Hyperdiff.Primitives;
using TorchSharp;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>The same elements elsewhere. What libtorch can show by strides alone is not copied.</summary>
internal static class RearrangingKernels
{
    public static IEnumerable<KeyValuePair<Type, TorchKernel>> All { get; } =
    [
        Line.With<Reshape>((reshape, x) => x.reshape(reshape.Target.ToTorch())),
        Line.With<BroadcastTo>((broadcast, x) => x.expand(broadcast.Target.ToTorch())),
        Line.With<Permute>((permute, x) => x.permute(Longs(permute.Order))),
        Line.With<Slice>(Sliced),
        Line.With<Pad>(Padded),
        Line.All<Concat>((concat, x, _) => torch.cat(x, concat.Axis)),
        Line.With<Band>((band, x) => x.triu(Diagonal(band.Lowest, x)).tril(Diagonal(band.Highest, x))),
        Line.All<Windows>((windows, x, type) => Seen(windows, x[0], type)),
        Line.All<OverlapAdd>((overlap, x, type) => Overlapped(overlap, x[0], type)),
    ];

    public static long[] Longs(Axes axes) => [.. axes.Items.Select(axis => (long)axis)];

    private static torch.Tensor Sliced(Slice slice, torch.Tensor x)
    {
        var backwards = new List<long>();
        for (int axis = 0; axis < slice.Starts.Count; axis++)
        {
            (long start, long count, long step) = (slice.Starts[axis], slice.Counts[axis], slice.Steps[axis]);
            if (count == 0)
            {
                x = x.narrow(axis, 0, 0);
                continue;
            }

            // what reads backwards is read forwards from its last element, and turned round
            long last = start + ((count - 1) * step);
            x = x.slice(axis, Math.Min(start, last), Math.Max(start, last) + 1, Math.Abs(step));
            if (step < 0)
            {
                backwards.Add(axis);
            }
        }

        return backwards.Count == 0 ? x : x.flip([.. backwards]);
    }

    private static torch.Tensor Padded(Pad pad, torch.Tensor x)
    {
        torch.Tensor whole = x.new_zeros(pad.Target.ToTorch()), place = whole;
        var backwards = new List<long>();
        long[] sizes = x.shape;
        if (Array.IndexOf(sizes, 0) >= 0)
        {
            return whole;
        }

        for (int axis = 0; axis < sizes.Length; axis++)
        {
            (long start, long step) = (pad.Starts[axis], pad.Steps[axis]);
            long last = start + ((sizes[axis] - 1) * step);
            place = place.slice(axis, Math.Min(start, last), Math.Max(start, last) + 1, Math.Abs(step));
            if (step < 0)
            {
                backwards.Add(axis);
            }
        }

        place.copy_(backwards.Count == 0 ? x : x.flip([.. backwards]));
        return whole;
    }

    private static long Diagonal(int diagonal, torch.Tensor x) => Math.Clamp(diagonal, -x.shape[^2], x.shape[^1]);

    private static torch.Tensor Seen(Windows windows, torch.Tensor x, TensorType type)
    {
        Shape whole = x.ToShape();
        return type.Shape.ElementCount == 0
            ? x.new_empty(type.Shape.ToTorch())
            : Strided(x.contiguous(), type.Shape, Windows.Walk(whole, windows.Strides, windows.Dilations), 0);
    }

    // a window's element after the other, or a position after the other, whichever are fewer: each step adds elements of which no two meet
    private static torch.Tensor Overlapped(OverlapAdd overlap, torch.Tensor x, TensorType type)
    {
        torch.Tensor sum = x.new_zeros(type.Shape.ToTorch());
        if (Array.IndexOf(x.shape, 0) >= 0)
        {
            return sum;
        }

        int moved = overlap.Sizes.Count, batch = type.Shape.Rank - moved;
        int[] own = type.Shape.Strides(), sizes = [.. x.ToShape().Sizes];
        int[] kernel = sizes[batch..(batch + moved)], positions = sizes[(batch + moved)..];
        bool byKernel = Product(kernel) <= Product(positions);
        (int[] outer, int[] inner) = byKernel ? (kernel, positions) : (positions, kernel);
        (Axes outerSteps, Axes innerSteps) = byKernel ? (overlap.Dilations, overlap.Strides) : (overlap.Strides, overlap.Dilations);
        var seen = new Shape([.. sizes[..batch], .. inner]);
        int[] strides = [.. own[..batch], .. Enumerable.Range(0, moved).Select(axis => own[batch + axis] * innerSteps[axis])];
        for (long step = 0; step < Product(outer); step++)
        {
            torch.Tensor part = x;
            long rest = step, offset = 0;
            for (int axis = moved - 1; axis >= 0; axis--)
            {
                (rest, long at) = Math.DivRem(rest, outer[axis]);
                part = part.select(byKernel ? batch + axis : batch + moved + axis, at);
                offset += at * outerSteps[axis] * own[batch + axis];
            }

            Strided(sum, seen, strides, offset).add_(part);
        }

        return sum;

        static long Product(int[] factors) => factors.Aggregate(1L, (product, factor) => product * factor);
    }

    private static torch.Tensor Strided(torch.Tensor x, Shape shape, int[] strides, long offset) =>
        x.as_strided(shape.ToTorch(), [.. strides.Select(stride => (long)stride)], x.storage_offset() + offset);
}
