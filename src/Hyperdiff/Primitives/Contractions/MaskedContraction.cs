using System.Numerics;
using System.Numerics.Tensors;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>A contraction without the terms that masks leave out: <c>z = Σ aₖ bₖ</c> over the terms where both masks are true, whatever the others would
/// be.</summary>
/// <remarks>
/// Operands: the plain product, then what the contraction takes, then the masks. What is left out is 0 because of a choice, so the plain product is right
/// unless a term was 0·∞: only where it is not finite is anything computed anew. Bilinear like the contraction, and so are its transposes.
/// </remarks>
/// <param name="Contraction">The contraction.</param>
/// <param name="MasksLeft">Whether its first operand has a mask.</param>
/// <param name="MasksRight">Whether its last operand has one.</param>
internal sealed record MaskedContraction(Contraction Contraction, bool MasksLeft, bool MasksRight) : Operation
{
    private int Masks => (MasksLeft ? 1 : 0) + (MasksRight ? 1 : 0);

    /// <summary>The contraction of masked operands; a mask that is null is true everywhere.</summary>
    /// <param name="contraction">The contraction.</param>
    /// <param name="operands">Its operands, 0 where masked.</param>
    /// <param name="left">The mask of the first.</param>
    /// <param name="right">The mask of the last.</param>
    public static Tensor Of(Contraction contraction, Tensor[] operands, Tensor? left, Tensor? right)
    {
        Tensor product = contraction.Of(operands);
        Tensor[] masks = [.. left is null ? Array.Empty<Tensor>() : [left], .. right is null ? Array.Empty<Tensor>() : [right]];
        return masks.Length == 0 ? product : new MaskedContraction(contraction, left is not null, right is not null).Of([product, .. operands, .. masks]);
    }

    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        ReadOnlySpan<TensorType> contracted = operands[1..^Masks];
        TensorType result = Contraction.InferResult(contracted);
        bool fits = operands[0] == result && (!MasksLeft || operands[^Masks] == contracted[0] with { DType = DType.Bool })
            && (!MasksRight || operands[^1] == contracted[^1] with { DType = DType.Bool });
        return fits ? result : throw new ShapeMismatchException(
            $"{Name}: the product is {result}, and masks have the shapes of the operands {contracted[0]} and {contracted[^1]}.");
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        if (result.Type.DType == DType.Float32)
        {
            Run<float>(operands, result);
        }
        else
        {
            Run<double>(operands, result);
        }
    }

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) =>
        Of([operands[0].Repeated(size), .. Contraction.OfBatch(operands[1..], size)]);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor? maskLeft, Tensor? maskRight) = (MasksLeft ? operands[^Masks] : null, MasksRight ? operands[^1] : null);
        Tensor[] contracted = operands[1..^Masks].ToArray();
        (contracted[0], contracted[^1]) = (LiveMasks.Kept(contracted[0], maskLeft), LiveMasks.Kept(contracted[^1], maskRight));
        Tensor? left = tangents[1] is { } da ? Of(Contraction, [LiveMasks.Kept(da, maskLeft), .. contracted[1..]], maskLeft, maskRight) : null;
        Tensor? right = tangents[contracted.Length] is { } db
            ? Of(Contraction, [.. contracted[..^1], LiveMasks.Kept(db, maskRight)], maskLeft, maskRight) : null;
        return left is null ? right : right is null ? left : left + right;
    }

    /// <summary>The plain product is not an operand of its own: what it is made of has the cotangents.</summary>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands)
    {
        int last = operands.Length - Masks - 1;
        bool ofLeft = operands[1].IsLinear;
        var types = new TensorType[last];
        var known = new Tensor[last - 2];
        for (int i = 0; i < last; i++)
        {
            types[i] = operands[i + 1].Type;
            if (i > 0 && i < last - 1)
            {
                known[i - 1] = operands[i + 1].Value;
            }
        }

        (Tensor? left, Tensor? right) = (MasksLeft ? operands[^Masks].Value : null, MasksRight ? operands[^1].Value : null);
        (Tensor? own, Tensor? others) = ofLeft ? (left, right) : (right, left);
        Tensor other = LiveMasks.Kept(operands[ofLeft ? last : 1].Value, others);
        (Contraction adjoint, bool first) = Contraction.Adjoint(ofLeft, types);
        Tensor transposed = first ? Of(adjoint, [cotangent, .. known, other], null, others) : Of(adjoint, [other, .. known, cotangent], others, null);
        var cotangents = new Tensor?[operands.Length];
        cotangents[ofLeft ? 1 : last] = LiveMasks.Kept(transposed, own);
        return cotangents;
    }

    /// <inheritdoc/>
    public override bool Chooses(ReadOnlySpan<bool> linear) => true;

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands)
    {
        Tensor[] tensors = LiveMasks.Tensors(operands);
        Tensor[] contracted = tensors[1..^Masks];
        Tensor? left = LiveMasks.Both(operands[1].Mask, MasksLeft ? tensors[^Masks] : null);
        Tensor? right = LiveMasks.Both(operands[contracted.Length].Mask, MasksRight ? tensors[^1] : null);
        return new LiveResult(Of(Contraction, contracted, left, right), Contraction.Live(contracted, left, right));
    }

    private void Run<T>(ReadOnlySpan<HostArray> operands, HostArray result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> z = result.AsSpan<T>();
        operands[0].AsSpan<T>().CopyTo(z);
        if (TensorPrimitives.IsFiniteAll<T>(z))
        {
            return;
        }

        HostArray[] contracted = operands[1..^Masks].ToArray();
        HostArray? left = MasksLeft ? operands[^Masks] : null, right = MasksRight ? operands[^1] : null;
        Span<T> finite = Sum(x => T.IsFinite(x) ? x : T.Zero, x => T.IsFinite(x) ? x : T.Zero);

        // of the live terms that are not finite: how many there are, how many are ±∞, and the sum of their signs
        Span<T> odd = Sum(x => One(!T.IsFinite(x)), _ => T.One);
        Span<T> oddRight = Sum(x => One(T.IsFinite(x)), x => One(!T.IsFinite(x)));
        Span<T> infinite = Sum(x => One(T.IsInfinity(x)), x => One(Sign(x) != T.Zero));
        Span<T> infiniteRight = Sum(x => One(T.IsFinite(x) && x != T.Zero), x => One(T.IsInfinity(x)));
        Span<T> signs = Sum(x => T.IsInfinity(x) ? Sign(x) : T.Zero, Sign);
        Span<T> signsRight = Sum(x => T.IsFinite(x) ? Sign(x) : T.Zero, x => T.IsInfinity(x) ? Sign(x) : T.Zero);
        for (int i = 0; i < z.Length; i++)
        {
            T count = odd[i] + oddRight[i], sign = signs[i] + signsRight[i];
            bool oneSided = infinite[i] + infiniteRight[i] == count && T.Abs(sign) == count;
            z[i] = T.IsFinite(z[i]) ? z[i] : count == T.Zero ? finite[i] : oneSided ? sign / T.Zero : T.NaN;
        }

        Span<T> Sum(Func<T, T> ofLeft, Func<T, T> ofRight)
        {
            HostArray sum = HostArray.Allocate(result.Type);
            Contraction.Evaluate([Map(contracted[0], left, ofLeft), .. contracted[1..^1], Map(contracted[^1], right, ofRight)], sum);
            return sum.AsSpan<T>();
        }

        static T One(bool holds) => holds ? T.One : T.Zero;
        static T Sign(T x) => x > T.Zero ? T.One : x < T.Zero ? -T.One : T.Zero;
    }

    private static HostArray Map<T>(HostArray source, HostArray? mask, Func<T, T> function)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        HostArray mapped = HostArray.Allocate(source.Type);
        Span<T> x = source.AsSpan<T>(), y = mapped.AsSpan<T>();
        Span<bool> live = mask is { } given ? given.AsSpan<bool>() : default;
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = mask is null || live[i] ? function(x[i]) : T.Zero;
        }

        return mapped;
    }
}
