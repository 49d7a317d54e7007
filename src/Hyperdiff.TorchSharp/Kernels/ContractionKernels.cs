using System.Runtime.CompilerServices;
using Hyperdiff.Primitives;
using TorchSharp;
using static Hyperdiff.TorchSharp.Kernels.Numbers;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>Products that add up terms: of matrices, of sparse and dense ones, and those from which masks leave terms out.</summary>
internal static class ContractionKernels
{
    private static readonly Scalar s_notANumber = double.NaN;

    // by the row pointers
    private static readonly ConditionalWeakTable<torch.Tensor, StrongBox<(bool Ascends, torch.Tensor Lengths)>> s_pointers = [];

    public static IEnumerable<KeyValuePair<Type, TorchKernel>> All { get; } =
    [
        Line.With<MatMul>((product, x, y) => Multiplied(product, x, y)),
        Line.All<SparseMatMul>(SparseProduct),
        Line.All<SampledMatMul>(SampledProduct),
        Line.All<MaskedContraction>(Masked),
    ];

    private static torch.Tensor Multiplied(MatMul product, torch.Tensor x, torch.Tensor y) =>
        (product.TransposeLeft ? x.transpose(-2, -1) : x).matmul(product.TransposeRight ? y.transpose(-2, -1) : y);

    private static torch.Tensor? SparseProduct(SparseMatMul product, torch.Tensor[] x, TensorType type)
    {
        (torch.Tensor values, torch.Tensor dense) = (x[0], x[3]);
        if (Entries(x[1], x[2], values.shape[..^1], product.Columns) is not { } entries)
        {
            return null;
        }

        (long inner, long n, long outer) = (dense.shape[^2], dense.shape[^1], type.Shape[^2]);
        (torch.Tensor from, torch.Tensor to) = product.Transposed ? (entries.Rows, entries.Columns) : (entries.Columns, entries.Rows);
        torch.Tensor terms = dense.reshape(entries.Items * inner, n).index_select(0, entries.In(from, inner)).mul(values.reshape(-1, 1));
        return dense.new_zeros(entries.Items * outer, n).index_add_(0, entries.In(to, outer), terms, WholeOne).reshape(type.Shape.ToTorch());
    }

    private static torch.Tensor? SampledProduct(SampledMatMul product, torch.Tensor[] x, TensorType type)
    {
        (torch.Tensor left, torch.Tensor right) = (x[0], x[3]);
        (long rows, long columns, long n) = (left.shape[^2], right.shape[^2], left.shape[^1]);
        if (Entries(x[1], x[2], left.shape[..^2], columns) is not { } entries)
        {
            return null;
        }

        torch.Tensor ofLeft = left.reshape(entries.Items * rows, n).index_select(0, entries.In(entries.Rows, rows));
        torch.Tensor ofRight = right.reshape(entries.Items * columns, n).index_select(0, entries.In(entries.Columns, columns));
        return ofLeft.mul(ofRight).sum(-1).reshape(type.Shape.ToTorch());
    }

    // every entry of every matrix of a batch, one after the other; null where pointers or columns are none
    private static SparseEntries? Entries(torch.Tensor columns, torch.Tensor pointers, long[] batch, long size)
    {
        long items = batch.Aggregate(1L, (product, factor) => product * factor), each = columns.shape[^1], rows = pointers.shape[^1] - 1;
        (bool ascends, torch.Tensor lengths) = s_pointers.GetValue(pointers, given => new(Lengths(given, each))).Value;
        if (!ascends || !IndexingKernels.Inside(columns, size))
        {
            return null;
        }

        torch.Tensor numbers = torch.arange(rows, torch.ScalarType.Int64, pointers.device).expand([lengths.NumberOfElements / Math.Max(rows, 1), rows]);
        torch.Tensor ofEntries = rows == 0 ? numbers.reshape(-1) : numbers.reshape(-1).repeat_interleave(lengths);
        return new SparseEntries(items, each, PerItem(ofEntries), PerItem(columns.to(torch.ScalarType.Int64)));

        // −1 does not say how many where there is nothing
        torch.Tensor PerItem(torch.Tensor given) => given.reshape(each == 0 ? items : given.NumberOfElements / each, each).expand([items, each]);
    }

    private static (bool Ascends, torch.Tensor Lengths) Lengths(torch.Tensor pointers, long entries)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor wide = pointers.to(torch.ScalarType.Int64), lengths = wide.diff();
        torch.Tensor wrong = wide.select(-1, 0).ne(WholeZero).any()
            .logical_or(wide.select(-1, pointers.shape[^1] - 1).sub(entries).ne(WholeZero).any()).logical_or(lengths.lt(WholeZero).any());
        return (!wrong.ToBoolean(), lengths.reshape(-1).DetachFromDisposeScope());
    }

    // what is left out is 0 by a choice, so the plain product is right unless a term was 0·∞: read off one truth value
    private static torch.Tensor? Masked(MaskedContraction masked, torch.Tensor[] x, TensorType type)
    {
        torch.Tensor plain = x[0];
        if (plain.isfinite().all().ToBoolean())
        {
            return plain;
        }

        int masks = (masked.MasksLeft ? 1 : 0) + (masked.MasksRight ? 1 : 0), last = x.Length - masks - 1;
        torch.Tensor? left = masked.MasksLeft ? x[^masks] : null, right = masked.MasksRight ? x[^1] : null;
        (torch.Tensor a, torch.Tensor b) = (x[1], x[last]);
        TorchKernel kernel = KernelTable.Find(masked.Contraction)!;
        (Parts ofA, Parts ofB) = (new Parts(a), new Parts(b));
        if (Sum(ofA.Finite, ofB.Finite) is not { } finite)
        {
            return null;
        }

        // of the live terms that are not finite: how many there are, how many are ±∞, and the sum of their signs
        torch.Tensor odd = Sum(ofA.Odd, torch.ones_like(b))!.add(Sum(ofA.Regular, ofB.Odd)!);
        torch.Tensor infinite = Sum(ofA.Infinite, ofB.HasSign)!.add(Sum(ofA.RegularWithSign, ofB.Infinite)!);
        torch.Tensor signs = Sum(ofA.InfiniteSign, ofB.Sign)!.add(Sum(ofA.RegularSign, ofB.InfiniteSign)!);
        torch.Tensor oneSided = infinite.eq(odd).logical_and(signs.abs().eq(odd));
        torch.Tensor unbounded = signs.div(signs.new_zeros(signs.shape)).masked_fill(oneSided.logical_not(), s_notANumber);
        return torch.where(plain.isfinite(), plain, torch.where(odd.eq(Zero), finite, unbounded));

        torch.Tensor? Sum(torch.Tensor ofLeft, torch.Tensor ofRight) =>
            kernel(masked.Contraction, [Kept(ofLeft, left), .. x[2..last], Kept(ofRight, right)], [type])?[0];

        static torch.Tensor Kept(torch.Tensor given, torch.Tensor? mask) => mask is null ? given : given.masked_fill(mask.logical_not(), Zero);
    }

    /// <summary>The entries of sparse matrices, one row of numbers for each matrix.</summary>
    private readonly record struct SparseEntries(long Items, long Each, torch.Tensor Rows, torch.Tensor Columns)
    {
        /// <summary>Numbers within each matrix as numbers within all that lie under each other.</summary>
        public torch.Tensor In(torch.Tensor numbers, long size) =>
            numbers.add(torch.arange(Items, torch.ScalarType.Int64, numbers.device).mul(size).unsqueeze(-1)).reshape(-1);
    }

    /// <summary>What the terms of a product with a factor that is not finite depend on, each as numbers 0, 1 and −1.</summary>
    private sealed class Parts(torch.Tensor x)
    {
        private readonly torch.Tensor _finite = x.isfinite(), _infinite = x.isinf();

        public torch.Tensor Finite => x.masked_fill(_finite.logical_not(), Zero);

        public torch.Tensor Odd => _finite.logical_not().to(x.dtype);

        public torch.Tensor Regular => _finite.to(x.dtype);

        public torch.Tensor Infinite => _infinite.to(x.dtype);

        public torch.Tensor Sign => x.gt(Zero).to(x.dtype).sub(x.lt(Zero).to(x.dtype));

        public torch.Tensor HasSign => Sign.abs();

        public torch.Tensor RegularWithSign => _finite.logical_and(x.ne(Zero)).to(x.dtype);

        public torch.Tensor InfiniteSign => Sign.masked_fill(_infinite.logical_not(), Zero);

        public torch.Tensor RegularSign => Sign.masked_fill(_finite.logical_not(), Zero);
    }
}
