namespace Hyperdiff.Primitives;

/// <summary>How <see cref="Take"/> and <see cref="ScatterAdd"/> see their shapes, outermost axes first.</summary>
/// <remarks>
/// <code>
/// whole    [batch …, before …, Size,      after …]
/// indices  [batch …,           chosen …          ]     each in 0 … Size−1
/// part     [batch …, before …, chosen …,  after …]
/// </code>
/// Element (b, p, c, a) of the part corresponds to element (b, p, indices[b, c], a) of the whole. All numbers below are counts of elements.
/// </remarks>
internal readonly struct Indexing
{
    private readonly string _name;
    private readonly int _size;
    private readonly int _batch;
    private readonly int _before;
    private readonly int _chosen;
    private readonly int _after;

    public Indexing(string name, Shape whole, Shape indices, (int Axis, int Batch) along)
    {
        (int axis, int batch) = along;
        (_name, _size) = (name, whole[axis]);
        _batch = Product(whole.Sizes.AsSpan()[..batch]);
        _before = Product(whole.Sizes.AsSpan()[batch..axis]);
        _chosen = Product(indices.Sizes.AsSpan()[batch..]);
        _after = Product(whole.Sizes.AsSpan()[(axis + 1)..]);
    }

    /// <summary>How many neighbors are moved at once.</summary>
    public int BlockSize => _after;

    /// <summary>How many blocks there are.</summary>
    public int BlockCount => _batch * _before * _chosen;

    /// <summary>The shape of the part.</summary>
    public static Shape Part(string name, Shape whole, TensorType indices, (int Axis, int Batch) along)
    {
        Require(name, whole, indices, along);
        (int axis, int batch) = along;
        return new Shape([.. whole.Sizes[..axis], .. indices.Shape.Sizes[batch..], .. whole.Sizes[(axis + 1)..]]);
    }

    /// <summary>The shape of the whole that has a size along an axis instead of the axes that were chosen.</summary>
    public static Shape Whole(string name, Shape part, TensorType indices, (int Axis, int Batch, int Size) along)
    {
        (int axis, int batch, int size) = along;
        int chosen = indices.Shape.Rank - batch;
        if (axis < 0 || chosen < 0 || axis + chosen > part.Rank)
        {
            throw new ShapeMismatchException(
                $"{name}: a part of shape {part} has no axes {axis}..{axis + chosen - 1} that correspond to indices of shape {indices.Shape}.");
        }

        var whole = new Shape([.. part.Sizes[..axis], size, .. part.Sizes[(axis + chosen)..]]);
        return Part(name, whole, indices, (axis, batch)) == part
            ? whole
            : throw new ShapeMismatchException(
                $"{name}: a part of shape {part} does not have the sizes of the indices, of shape {indices.Shape}, from axis {axis} on.");
    }

    /// <summary>The blocks of <see cref="BlockSize"/> neighbors in the order of the part: where each begins in the whole, and where in the part.</summary>
    /// <exception cref="ArgumentOutOfRangeException">While they are enumerated: an index is outside the axis.</exception>
    public Enumerator Blocks(ReadOnlySpan<int> indices) => new(this, indices, (0, BlockCount));

    /// <inheritdoc cref="Blocks(ReadOnlySpan{int})"/>
    /// <param name="indices">All indices.</param>
    /// <param name="some">Of which blocks: from one of them to before another.</param>
    public Enumerator Blocks(ReadOnlySpan<int> indices, (int From, int To) some) => new(this, indices, some);

    public static void RequireInside(string name, int index, int size)
    {
        if (index < 0 || index >= size)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index,
                $"{name}: index {index} is outside an axis of size {size}; indices run from 0 to {size - 1}.");
        }
    }

    private static void Require(string name, Shape whole, TensorType indices, (int Axis, int Batch) along)
    {
        (int axis, int batch) = along;
        if (indices.DType != DType.Int32)
        {
            throw new DTypeMismatchException($"{name}: indices are int32, not {indices}; convert them: indices.To(DType.Int32).");
        }

        bool fits = axis >= 0 && axis < whole.Rank && batch >= 0 && batch <= axis && batch <= indices.Shape.Rank;
        if (!fits || !whole.Sizes.AsSpan()[..batch].SequenceEqual(indices.Shape.Sizes.AsSpan()[..batch]))
        {
            throw new ShapeMismatchException(
                $"{name}: indices of shape {indices.Shape} do not choose along axis {axis} of shape {whole}: the first {batch} sizes must agree.");
        }
    }

    private static int Product(ReadOnlySpan<int> sizes)
    {
        int product = 1;
        foreach (int size in sizes)
        {
            product *= size;
        }

        return product;
    }

    /// <summary>Goes through the blocks.</summary>
    public ref struct Enumerator
    {
        private readonly Indexing _indexing;
        private readonly ReadOnlySpan<int> _indices;
        private int _left;
        private int _outer;
        private int _chosen;

        public Enumerator(Indexing indexing, ReadOnlySpan<int> indices, (int From, int To) some)
        {
            _indexing = indexing;
            _indices = indices;
            _left = some.To - some.From;
            (_outer, _chosen) = _left == 0 ? (0, 0) : Math.DivRem(some.From, indexing._chosen);
            _chosen--;
        }

        public (int Whole, int Part) Current { get; private set; }

        public readonly Enumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (--_left < 0)
            {
                return false;
            }

            if (++_chosen == _indexing._chosen)
            {
                (_outer, _chosen) = (_outer + 1, 0);
            }

            int index = _indices[(_outer / _indexing._before * _indexing._chosen) + _chosen];
            RequireInside(_indexing._name, index, _indexing._size);
            Current = (((_outer * _indexing._size) + index) * _indexing._after, ((_outer * _indexing._chosen) + _chosen) * _indexing._after);
            return true;
        }
    }
}
