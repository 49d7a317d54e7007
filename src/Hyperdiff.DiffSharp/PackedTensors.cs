using DiffSharp;
using Microsoft.FSharp.Core;

namespace Hyperdiff.DiffSharp;

/// <summary>Several DiffSharp tensors as one vector, since its operations take no more than two: sums of vectors in which each has its place. Unlike its
/// <c>cat</c>,
/// a sum takes tensors with and without derivatives together.</summary>
internal static class PackedTensors
{
    /// <summary>All elements in a row.</summary>
    public static DiffTensor Pack(params DiffTensor[] tensors)
    {
        int count = tensors.Sum(tensor => tensor.nelement), next = 0;
        DiffTensor? packed = null;
        foreach (DiffTensor tensor in tensors)
        {
            DiffTensor placed = Place(tensor.view([tensor.nelement]), next, count);
            packed = packed is null ? placed : packed + placed;
            next += tensor.nelement;
        }

        return packed!;
    }

    /// <summary>The tensors of these shapes.</summary>
    public static DiffTensor[] Unpack(DiffTensor packed, IReadOnlyList<Shape> shapes)
    {
        var tensors = new DiffTensor[shapes.Count];
        for (int i = 0, next = 0; i < tensors.Length; next += shapes[i++].ElementCount)
        {
            tensors[i] = Take(packed, next, shapes[i].ElementCount).view(shapes[i].Sizes.ToArray());
        }

        return tensors;
    }

    private static DiffTensor Place(DiffTensor vector, int offset, int count) =>
        vector.nelement == count ? vector : DiffTensor.Op(new PlaceOperation(offset, count)).Invoke(vector);

    private static DiffTensor Take(DiffTensor vector, int offset, int length) =>
        vector.nelement == length ? vector : DiffTensor.Op(new TakeOperation(offset, length)).Invoke(vector);

    private sealed class PlaceOperation(int offset, int count) : UnaryOp("place")
    {
        public override RawTensor fRaw(RawTensor a)
        {
            RawTensor[] pieces = [Zeros(a, offset), a, Zeros(a, count - offset - a.Nelement)];
            return a.CatTs([.. pieces.Where(piece => piece.Nelement > 0)], 0);
        }

        public override DiffTensor ad_dfda(DiffTensor a, DiffTensor ad, DiffTensor f) => Place(ad, offset, count);

        public override DiffTensor fd_dfda(DiffTensor a, DiffTensor f, DiffTensor fd) => Take(fd, offset, a.nelement);

        private static RawTensor Zeros(RawTensor like, int length) => RawTensor.Zeros([length], FSharpOption<DiffDtype>.Some(like.Dtype),
            FSharpOption<DiffDevice>.Some(like.Device), FSharpOption<DiffBackend>.Some(like.Backend));
    }

    private sealed class TakeOperation(int offset, int length) : UnaryOp("take")
    {
        public override RawTensor fRaw(RawTensor a) => a.GetSlice(new[,] { { offset, offset + length - 1, 0 } });

        public override DiffTensor ad_dfda(DiffTensor a, DiffTensor ad, DiffTensor f) => Take(ad, offset, length);

        public override DiffTensor fd_dfda(DiffTensor a, DiffTensor f, DiffTensor fd) => Place(fd, offset, a.nelement);
    }
}
