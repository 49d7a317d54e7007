using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>The trees of types: looked up, registered, and built for tensors, tuples and arrays.</summary>
public static partial class Tree
{
    /// <summary>A tensor is a structure of one leaf.</summary>
    public static Tree<Tensor> Tensor { get; } = new TensorTree();

    /// <summary>A number is a structure of one scalar leaf, of type <c>float64</c>. It cannot be traced: methods over numbers are lifted.</summary>
    public static Tree<double> Number { get; } = new NumberTree();

    /// <summary>An array of numbers is a structure of one leaf of shape [n], of type <c>float64</c>, which cannot be traced either.</summary>
    public static Tree<double[]> NumberArray { get; } = new NumberArrayTree();

    /// <summary>A table of numbers is a structure of one leaf of shape [n, m], of type <c>float64</c>, which cannot be traced either.</summary>
    public static Tree<double[,]> NumberTable { get; } = new NumberTableTree();

    /// <summary>The structure without leaves: for functions without data.</summary>
    public static Tree<ValueTuple> Unit { get; } = new UnitTree();

    /// <summary>The tree of a type: built in for <see cref="Hyperdiff.Tensor"/>, arrays and tuples of up to seven of it, and <see cref="Hyperdiff.RandomKey"/>,
    /// otherwise registered by generated code.</summary>
    /// <exception cref="InvalidOperationException">The type has none.</exception>
    public static Tree<T> Of<T>() => Slot<T>.Tree ?? throw new InvalidOperationException(
        $"No tree is known for {typeof(T)}. Mark a record of your own with [Tree]; use it in an annotated method, which registers tuples and arrays in its "
            + $"signature; "
        + "or pass a tree: Tree.Tuple(Tree.Tensor, Tree.Of<Weights>()), Tree.Array(Tree.Tensor).");

    /// <summary>The tree of a type, if <see cref="Of{T}"/> knows one: for code that can make one itself.</summary>
    public static bool TryOf<T>([NotNullWhen(true)] out Tree<T>? tree) => (tree = Slot<T>.Tree) is not null;

    /// <summary>A structure with all its tensors in memory of a backend (<see cref="Hyperdiff.Tensor.To(IBackend)"/>): what is computed from it is computed
    /// there. Numbers that are not tensors stay with the host.</summary>
    /// <param name="structure">The structure; its tensors may be of any shape, and lie on any backend.</param>
    /// <param name="backend">The backend, as <c>CpuBackend.Instance</c> for the host.</param>
    /// <param name="tree">How the structure is made of tensors; looked up by type if absent.</param>
    /// <exception cref="InvalidOperationException">No tree is known for the type, or a tensor lies on another backend than the host's and this one.</exception>
    public static T Place<T>(T structure, IBackend backend, Tree<T>? tree = null)
    {
        ArgumentNullException.ThrowIfNull(backend);
        var flat = new FlatTree<T>(tree ?? Of<T>(), structure, nameof(structure));
        return flat.Rebuild([.. flat.Tensors.Select(tensor => tensor.To(backend))]);
    }

    /// <summary>Makes a tree known to <see cref="Of{T}"/>; the first one for a type stays. Called by generated code.</summary>
    public static void Register<T>(Tree<T> tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        Interlocked.CompareExchange(ref Slot<T>.Tree, tree, null);
    }

    /// <summary>The tree of arrays of a structure; the length is part of the structure.</summary>
    public static Tree<T[]> Array<T>(Tree<T> element) => new ArrayTree<T>(element);

    /// <summary>The tree of immutable arrays of a structure; the length is part of the structure.</summary>
    public static Tree<ImmutableArray<T>> ImmutableArray<T>(Tree<T> element) => new ImmutableArrayTree<T>(element);

    /// <summary>The tree of structures that may be absent: whether one is there is part of the structure.</summary>
    public static Tree<T?> Optional<T>(Tree<T> value)
        where T : class => new OptionalTree<T>(value);

    /// <summary>The tree of structures of a value type that may be absent: whether one is there is part of the structure.</summary>
    public static Tree<T?> Nullable<T>(Tree<T> value)
        where T : struct => new NullableTree<T>(value);

    /// <summary>The tree of dictionaries of a structure: the keys are part of the structure, and leaves stand in their ordinal order.</summary>
    public static Tree<Dictionary<string, T>> Dictionary<T>(Tree<T> element) => new DictionaryTree<Dictionary<string, T>, T>(
        element, static (like, pairs) => new Dictionary<string, T>(pairs, like.Comparer));

    /// <summary>The tree of dictionaries of which only the interface is known; what is rebuilt is immutable.</summary>
    public static Tree<IReadOnlyDictionary<string, T>> ReadOnlyDictionary<T>(Tree<T> element) => new DictionaryTree<IReadOnlyDictionary<string, T>, T>(
        element, static (_, pairs) => System.Collections.Immutable.ImmutableDictionary.CreateRange(pairs));

    /// <summary>The tree of immutable dictionaries of a structure: the keys are part of the structure, and leaves stand in their ordinal order.</summary>
    public static Tree<ImmutableDictionary<string, T>> ImmutableDictionary<T>(Tree<T> element) => new DictionaryTree<ImmutableDictionary<string, T>, T>(
        element, static (like, pairs) => like.Clear().AddRange(pairs));

    /// <summary>The tree of values that have no leaves, and are part of the structure: integers, <c>bool</c>, <c>char</c>, <c>string</c>, enums.</summary>
    public static Tree<T> Static<T>() => new StaticTree<T>();

    private static class Slot<T>
    {
        public static Tree<T>? Tree = BuiltIn();

        private static Tree<T>? BuiltIn() =>
            typeof(T) == typeof(Tensor) ? (Tree<T>)(object)Hyperdiff.Tree.Tensor
            : typeof(T) == typeof(Tensor[]) ? (Tree<T>)(object)Array(Hyperdiff.Tree.Tensor)
            : typeof(T) == typeof(RandomKey) ? (Tree<T>)(object)RandomKey.Tree
            : typeof(T) == typeof(double) ? (Tree<T>)(object)Number
            : typeof(T) == typeof(double[]) ? (Tree<T>)(object)NumberArray
            : typeof(T) == typeof(double[,]) ? (Tree<T>)(object)NumberTable
            : typeof(T) == typeof(ValueTuple) ? (Tree<T>)(object)Unit
            : (Tree<T>?)OfTensors();

        // by hand: types made at run time are not there after ahead-of-time compilation
        private static object? OfTensors()
        {
            Tree<Tensor> leaf = Hyperdiff.Tree.Tensor;
            return typeof(T) == typeof((Tensor, Tensor)) ? Tuple(leaf, leaf)
                : typeof(T) == typeof((Tensor, Tensor, Tensor)) ? Tuple(leaf, leaf, leaf)
                : typeof(T) == typeof((Tensor, Tensor, Tensor, Tensor)) ? Tuple(leaf, leaf, leaf, leaf)
                : typeof(T) == typeof((Tensor, Tensor, Tensor, Tensor, Tensor)) ? Tuple(leaf, leaf, leaf, leaf, leaf)
                : typeof(T) == typeof((Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)) ? Tuple(leaf, leaf, leaf, leaf, leaf, leaf)
                : typeof(T) == typeof((Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)) ? Tuple(leaf, leaf, leaf, leaf, leaf, leaf, leaf)
                : null;
        }
    }
}
