namespace Hyperdiff;

/// <content>Tuples: of up to seven elements, and of any length as .NET composes them, seven and a tuple of the rest.</content>
public static partial class Tree
{
    /// <summary>The tree of the same tuples with other names of their elements, in messages and reports.</summary>
    /// <param name="tuple">A tree from <c>Tuple</c>.</param>
    /// <param name="names">One name for each element.</param>
    /// <exception cref="ArgumentException">It is no tree of tuples, or one of another number of elements.</exception>
    public static Tree<T> Named<T>(Tree<T> tuple, params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return tuple is TupleTree<T> tree && tree.Count == names.Length
            ? tree.Named(names)
            : throw new ArgumentException($"{names.Length} names were given for {typeof(T)}, which must be a tuple of as many elements.", nameof(tuple));
    }

    /// <summary>The tree of tuples of one element: the rest of one of eight.</summary>
    public static Tree<ValueTuple<T1>> Tuple<T1>(Tree<T1> first) => new TupleTree<ValueTuple<T1>>(1, (value, ref walk) => new(walk.Item(first, value.Item1)));

    /// <summary>The tree of pairs.</summary>
    public static Tree<(T1, T2)> Tuple<T1, T2>(Tree<T1> first, Tree<T2> second) =>
        new TupleTree<(T1, T2)>(2, (value, ref walk) => (walk.Item(first, value.Item1), walk.Item(second, value.Item2)));

    /// <summary>The tree of triples.</summary>
    public static Tree<(T1, T2, T3)> Tuple<T1, T2, T3>(Tree<T1> first, Tree<T2> second, Tree<T3> third) =>
        new TupleTree<(T1, T2, T3)>(3, (value, ref walk) => (
            walk.Item(first, value.Item1), walk.Item(second, value.Item2),
            walk.Item(third, value.Item3)));

    /// <summary>The tree of quadruples.</summary>
    public static Tree<(T1, T2, T3, T4)> Tuple<T1, T2, T3, T4>(Tree<T1> first, Tree<T2> second, Tree<T3> third, Tree<T4> fourth) =>
        new TupleTree<(T1, T2, T3, T4)>(4, (value, ref walk) => (
            walk.Item(first, value.Item1), walk.Item(second, value.Item2),
            walk.Item(third, value.Item3), walk.Item(fourth, value.Item4)));

    /// <summary>The tree of quintuples.</summary>
    public static Tree<(T1, T2, T3, T4, T5)> Tuple<T1, T2, T3, T4, T5>(Tree<T1> first, Tree<T2> second, Tree<T3> third, Tree<T4> fourth, Tree<T5> fifth) =>
        new TupleTree<(T1, T2, T3, T4, T5)>(5, (value, ref walk) => (
            walk.Item(first, value.Item1), walk.Item(second, value.Item2), walk.Item(third, value.Item3),
            walk.Item(fourth, value.Item4), walk.Item(fifth, value.Item5)));

    /// <summary>The tree of sextuples.</summary>
    public static Tree<(T1, T2, T3, T4, T5, T6)> Tuple<T1, T2, T3, T4, T5, T6>(
        Tree<T1> first, Tree<T2> second, Tree<T3> third, Tree<T4> fourth, Tree<T5> fifth, Tree<T6> sixth) =>
        new TupleTree<(T1, T2, T3, T4, T5, T6)>(6, (value, ref walk) => (
            walk.Item(first, value.Item1), walk.Item(second, value.Item2), walk.Item(third, value.Item3), walk.Item(fourth, value.Item4),
            walk.Item(fifth, value.Item5), walk.Item(sixth, value.Item6)));

    /// <summary>The tree of septuples.</summary>
    public static Tree<(T1, T2, T3, T4, T5, T6, T7)> Tuple<T1, T2, T3, T4, T5, T6, T7>(
        Tree<T1> first, Tree<T2> second, Tree<T3> third, Tree<T4> fourth, Tree<T5> fifth, Tree<T6> sixth, Tree<T7> seventh) =>
        new TupleTree<(T1, T2, T3, T4, T5, T6, T7)>(7, (value, ref walk) => (
            walk.Item(first, value.Item1), walk.Item(second, value.Item2), walk.Item(third, value.Item3), walk.Item(fourth, value.Item4),
            walk.Item(fifth, value.Item5), walk.Item(sixth, value.Item6), walk.Item(seventh, value.Item7)));

    /// <summary>The tree of tuples of more than seven elements: eight are <c>Tree.Tuple(a, b, c, d, e, f, g, Tree.Tuple(h))</c>.</summary>
    /// <param name="first">The tree of the first element.</param>
    /// <param name="second">The tree of the second element.</param>
    /// <param name="third">The tree of the third element.</param>
    /// <param name="fourth">The tree of the fourth element.</param>
    /// <param name="fifth">The tree of the fifth element.</param>
    /// <param name="sixth">The tree of the sixth element.</param>
    /// <param name="seventh">The tree of the seventh element.</param>
    /// <param name="rest">The tree of a tuple of all further elements, from <c>Tuple</c>.</param>
    /// <exception cref="ArgumentException">The last one is no tree of tuples.</exception>
    public static Tree<ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest>> Tuple<T1, T2, T3, T4, T5, T6, T7, TRest>(
        Tree<T1> first, Tree<T2> second, Tree<T3> third, Tree<T4> fourth, Tree<T5> fifth, Tree<T6> sixth, Tree<T7> seventh, Tree<TRest> rest)
        where TRest : struct
    {
        TupleTree<TRest> others = rest as TupleTree<TRest>
            ?? throw new ArgumentException($"{typeof(TRest)} must be the tuple of all further elements, with a tree from Tree.Tuple.", nameof(rest));
        return new TupleTree<ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest>>(7 + others.Count, (value, ref walk) => new(
            walk.Item(first, value.Item1), walk.Item(second, value.Item2), walk.Item(third, value.Item3), walk.Item(fourth, value.Item4),
            walk.Item(fifth, value.Item5), walk.Item(sixth, value.Item6), walk.Item(seventh, value.Item7), others.Walk(value.Rest, ref walk)));
    }
}
