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
        (left, right) = (left.Beside(right), right.Beside(left));
        return (Stretched(left, shape, right), Stretched(right, shape, left));
    }

    /// <summary>A tensor stretched to a shape, which it has in common with another one: in the trace of that, where there is one, since what is stretched
    /// there is a view, and not written out before.</summary>
    public static Tensor Stretched(Tensor tensor, Shape shape, Tensor other) =>
        tensor.Shape != shape && tensor.Storage is HostStorage && Trace.Innermost(null, [other]) is { } trace
            ? trace.RecordOne(new BroadcastTo(shape), [tensor]) : tensor.BroadcastTo(shape);

    /// <summary>A mask and the two tensors it chooses between.</summary>
    public static (Tensor Mask, Tensor Left, Tensor Right) Align(string name, Tensor mask, Tensor left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(mask);
        (left, right) = Align(name, left, right);
        Shape shape = Common(name, mask, left);
        (Tensor ofMask, Tensor ofLeft, Tensor ofRight) = (mask.Beside(left), left.Beside(mask), right.Beside(mask));
        Tensor other = ofLeft.IsTraced ? ofLeft : ofRight;
        return (Stretched(ofMask, shape, other), Stretched(ofLeft, shape, ofMask), Stretched(ofRight, shape, ofMask));
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
