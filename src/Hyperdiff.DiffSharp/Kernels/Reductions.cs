using Hyperdiff.Primitives;

namespace Hyperdiff.DiffSharp;

/// <summary>Sums over axes, and products.</summary>
internal static class Reductions
{
    public static RawTensor Sum(KernelCall call, RawTensor x, Axes reduced)
    {
        RawTensor sum = x;
        foreach (int axis in reduced.Items.OrderDescending())
        {
            sum = call.Sum(sum, axis);
        }

        return sum;
    }

    /// <summary>The largest or smallest, not a number where an element is none, whatever DiffSharp's backends do with those.</summary>
    public static RawTensor Extremum(KernelCall call, Axes reduced, Func<RawTensor, int, Tuple<RawTensor, RawTensor>> pick)
    {
        RawTensor found = call.X;
        foreach (int axis in reduced)
        {
            found = Picked(call, pick(found, axis));
        }

        if (call.Result.DType == DType.Int32 || reduced.Count == 0)
        {
            return found;
        }

        int[] kept = found.Shape;
        RawTensor numbers = call.Cast(call.Scratch.Add(call.X.EqTT(call.X)), call.Result.DType);
        RawTensor others = call.View(Sum(call, call.Add(call.Negate(numbers), 1), reduced), kept);
        return call.Select(call.Scratch.Add(others.GtTT(call.Full(others, 0))), call.Full(found, double.NaN), found);
    }

    /// <summary>Scaled by the largest element, so that no square overflows; where that is 0 or not finite, there is nothing to scale.</summary>
    public static RawTensor EuclideanNorm(KernelCall call)
    {
        Axes reduced = ((EuclideanNorm)call.Primitive).Reduced;
        RawTensor sizes = call.Abs(call.X), largest = sizes;
        int[] kept = [.. call.X.Shape];
        foreach (int axis in reduced)
        {
            largest = Picked(call, largest.MaxReduceT(axis, true));
            kept[axis] = 1;
        }

        RawTensor one = call.Full(largest, 1), zero = call.Full(largest, 0);
        RawTensor difference = call.Subtract(largest, largest);
        RawTensor usable = Masks.And(call, call.Scratch.Add(largest.GtTT(zero)), call.Scratch.Add(difference.EqTT(difference)));
        RawTensor scale = call.Select(usable, largest, one);
        RawTensor scaled = call.Divide(sizes, call.Expand(scale, call.X.Shape));
        RawTensor squares = call.View(Sum(call, call.Multiply(scaled, scaled), reduced), kept);
        return call.Multiply(call.Scratch.Add(squares.SqrtT()), scale);
    }

    public static RawTensor MatMul(KernelCall call)
    {
        var product = (MatMul)call.Primitive;
        RawTensor x = Matrices(call, call.X, product.TransposeLeft), y = Matrices(call, call.Y, product.TransposeRight);
        return call.Scratch.Add(x.Dim == 2 ? x.MatMulTT(y) : x.BMMTT(y));
    }

    // the numbers, and where they are
    private static RawTensor Picked(KernelCall call, Tuple<RawTensor, RawTensor> found)
    {
        _ = call.Scratch.Add(found.Item2);
        return call.Scratch.Add(found.Item1);
    }

    // one matrix, or a batch along one axis
    private static RawTensor Matrices(KernelCall call, RawTensor x, bool transposed)
    {
        int[] sizes = x.Shape;
        if (sizes.Length == 2)
        {
            return transposed ? call.Scratch.Add(x.TransposeT2()) : x;
        }

        RawTensor batch = call.View(x, x.Nelement / (sizes[^2] * sizes[^1]), sizes[^2], sizes[^1]);
        return transposed ? call.Scratch.Add(batch.TransposeT(1, 2)) : batch;
    }
}
