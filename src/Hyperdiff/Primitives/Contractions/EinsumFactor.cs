namespace Hyperdiff.Primitives;

/// <summary>A factor of an Einstein sum: a tensor with a letter for each of its axes.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Letters">As many letters as it has axes; once <see cref="Simple"/>, each one once.</param>
internal sealed record EinsumFactor(Tensor Tensor, string Letters)
{
    /// <summary>The factor without axes that only stretch, and with the diagonal of axes that share a letter.</summary>
    public EinsumFactor Simple(EinsumSubscripts subscripts)
    {
        int[] kept = [.. Enumerable.Range(0, Letters.Length).Where(i => Tensor.Shape[i] == subscripts.Size(Letters[i]))];
        var factor = new EinsumFactor(Tensor.Reshape([.. kept.Select(i => Tensor.Shape[i])]), string.Concat(kept.Select(i => Letters[i])));
        while (factor.Letters.GroupBy(letter => letter).FirstOrDefault(group => group.Count() > 1) is { } repeated)
        {
            factor = factor.Diagonal(repeated.Key);
        }

        return factor;
    }

    /// <summary>The sum over the axes whose letter is not kept.</summary>
    public EinsumFactor SumExcept(IEnumerable<char> kept)
    {
        int[] summed = [.. Enumerable.Range(0, Letters.Length).Where(i => !kept.Contains(Letters[i]))];
        return summed.Length == 0 ? this : new(Tensor.Sum(summed), string.Concat(Letters.Where(kept.Contains)));
    }

    /// <summary>The axes in another order.</summary>
    public Tensor Ordered(IEnumerable<char> order) => Tensor.Permute([.. order.Select(letter => Letters.IndexOf(letter, StringComparison.Ordinal))]);

    /// <summary>The product with another factor, summed over the letters that both have and that are not kept.</summary>
    /// <param name="other">The other factor.</param>
    /// <param name="kept">The letters that are still needed.</param>
    /// <param name="result">The letters of the whole sum: an order to prefer.</param>
    public EinsumFactor Times(EinsumFactor other, IReadOnlySet<char> kept, string result)
    {
        char[] shared = [.. Letters.Intersect(other.Letters)];
        char[] summed = [.. shared.Where(letter => !kept.Contains(letter))];
        char[] left = [.. Letters.Except(shared)], right = [.. other.Letters.Except(shared)];
        if (summed.Length == 0)
        {
            string all = string.Concat(Letters.Union(other.Letters).OrderBy(letter => (uint)result.IndexOf(letter, StringComparison.Ordinal)));
            return new(Stretchable(all) * other.Stretchable(all), all);
        }

        if (left.Length > 0 && right.Length > 0
            && (uint)result.IndexOf(right[0], StringComparison.Ordinal) < (uint)result.IndexOf(left[0], StringComparison.Ordinal))
        {
            return other.Times(this, kept, string.Concat(right) + string.Concat(left));
        }

        char[] batch = [.. shared.Except(summed)];
        (Tensor a, bool transposeLeft) = Matrices(batch, left, summed);
        (Tensor b, bool transposeRight) = other.Matrices(batch, summed, right);
        Shape shape = [.. batch.Concat(left).Select(SizeOf), .. right.Select(other.SizeOf)];
        return new(new MatMul(transposeLeft, transposeRight).Of(a, b).Reshape(shape), string.Concat([.. batch, .. left, .. right]));
    }

    // among axes 'all', with 1 for those it has not
    private Tensor Stretchable(string all) =>
        Ordered(all.Where(Letters.Contains)).Reshape([.. all.Select(letter => Letters.Contains(letter, StringComparison.Ordinal) ? SizeOf(letter) : 1)]);

    // as [batch, rows, columns], or [batch, columns, rows] if it lies like that; without a batch axis if there is none
    private (Tensor Matrices, bool Transposed) Matrices(char[] batch, char[] rows, char[] columns)
    {
        bool transposed = rows.Length > 0 && columns.Length > 0 && Letters.SequenceEqual([.. batch, .. columns, .. rows]);
        (int m, int n) = (Size(rows), Size(columns));
        Tensor ordered = transposed ? Tensor : Ordered([.. batch, .. rows, .. columns]);
        int[] items = batch.Length == 0 ? [] : [Size(batch)];
        return (ordered.Reshape(transposed ? [.. items, n, m] : [.. items, m, n]), transposed);
    }

    private EinsumFactor Diagonal(char letter)
    {
        (int first, int second) = (Letters.IndexOf(letter, StringComparison.Ordinal), Letters.LastIndexOf(letter));
        int[] others = [.. Enumerable.Range(0, Letters.Length).Where(i => i != first && i != second)];
        return new(Tensor.Permute([.. others, first, second]).Diagonal(), string.Concat(others.Select(i => Letters[i])) + letter);
    }

    private int SizeOf(char letter) => Tensor.Shape[Letters.IndexOf(letter, StringComparison.Ordinal)];

    private int Size(char[] letters) => letters.Aggregate(1, (size, letter) => size * SizeOf(letter));
}
