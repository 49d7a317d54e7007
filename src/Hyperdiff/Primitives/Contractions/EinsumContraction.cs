namespace Hyperdiff.Primitives;

/// <summary>Evaluates an Einstein sum: diagonals and sums within operands, then products of two factors at a time, the cheapest pair first.</summary>
/// <remarks>
/// The cost of a pair is its number of multiplications, the product of the sizes of all letters of the two; among equal ones the pair goes first that leaves
/// least behind. A greedy order is not always the best one; no product of it has more multiplications than the one loop over all letters.
/// </remarks>
internal static class EinsumContraction
{
    /// <summary>The sum.</summary>
    public static Tensor Of(EinsumSubscripts subscripts, ReadOnlySpan<Tensor> operands)
    {
        var factors = new List<EinsumFactor>();
        for (int i = 0; i < operands.Length; i++)
        {
            factors.Add(new EinsumFactor(operands[i], subscripts.Operands[i]).Simple(subscripts));
        }

        for (int i = 0; i < factors.Count; i++)
        {
            factors[i] = factors[i].SumExcept(Kept(subscripts, factors, factors[i]));
        }

        while (factors.Count > 1)
        {
            (EinsumFactor left, EinsumFactor right) = Cheapest(subscripts, factors);
            int place = factors.IndexOf(left);
            EinsumFactor product = left.Times(right, Kept(subscripts, factors, left, right), subscripts.Result);
            factors[place] = product;
            factors.Remove(right);
        }

        return factors[0].Ordered(subscripts.Result);
    }

    // the letters that the result or another factor has
    private static HashSet<char> Kept(EinsumSubscripts subscripts, List<EinsumFactor> factors, params EinsumFactor[] except) =>
        [.. subscripts.Result, .. factors.Where(factor => !except.Contains(factor, ReferenceEqualityComparer.Instance)).SelectMany(factor => factor.Letters)];

    private static (EinsumFactor Left, EinsumFactor Right) Cheapest(EinsumSubscripts subscripts, List<EinsumFactor> factors)
    {
        IEnumerable<(EinsumFactor Left, EinsumFactor Right)> pairs = factors.SelectMany((left, i) => factors.Skip(i + 1).Select(right => (left, right)));
        return pairs.MinBy(pair =>
        {
            HashSet<char> kept = Kept(subscripts, factors, pair.Left, pair.Right);
            char[] all = [.. pair.Left.Letters.Union(pair.Right.Letters)];
            double growth = Count(subscripts, all.Where(kept.Contains)) - Count(subscripts, pair.Left.Letters) - Count(subscripts, pair.Right.Letters);
            return (Count(subscripts, all), growth);
        });
    }

    private static double Count(EinsumSubscripts subscripts, IEnumerable<char> letters) =>
        letters.Aggregate(1.0, (count, letter) => count * subscripts.Size(letter));
}
