using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Stretches operands to their common shape by explicit equations, so that every elementwise rule sees equal shapes.</summary>
internal static class Broadcasting
{
    public static (Tensor Left, Tensor Right) Align(string name, Tensor left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        RequireSameDType(name, left, right);
        Shape shape = Common(name, left, right);
        return (left.Beside(right).BroadcastTo(shape), right.Beside(left).BroadcastTo(shape));
    }

    /// <summary>A mask and the two tensors it chooses between.</summary>
    public static (Tensor Mask, Tensor Left, Tensor Right) Align(string name, Tensor mask, Tensor left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(mask);
        (left, right) = Align(name, left, right);
        Shape shape = Common(name, mask, left);
        return (mask.Beside(left).BroadcastTo(shape), left.Beside(mask).BroadcastTo(shape), right.Beside(mask).BroadcastTo(shape));
    }

    private static Shape Common(string name, Tensor left, Tensor right) => Shape.TryBroadcast(left.Shape, right.Shape, out Shape shape)
        ? shape
        : throw Labelled.Mismatch(
            $"{name}: shapes {left.Shape} and {right.Shape} do not broadcast: aligned at the last axis, sizes must agree or one of them be 1", left, right);

    private static void RequireSameDType(string name, Tensor left, Tensor right)
    {
        if (left.DType != right.DType)
        {
            throw Labelled.DTypes(
                $"{name}: element types {left.DType.Name()} and {right.DType.Name()} differ; {Labelled.Conversion(left.DType, right.DType)}", left, right);
        }
    }
}
