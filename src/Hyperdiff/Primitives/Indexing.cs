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

    public Indexing(string name, Shape whole, Shape indices, int axis, int batch)
    {
        (_name, _size) = (name, whole[axis]);
        _batch = Product(whole.Sizes.AsSpan()[..batch]);
        _before = Product(whole.Sizes.AsSpan()[batch..axis]);
        _chosen = Product(indices.Sizes.AsSpan()[batch..]);
        _after = Product(whole.Sizes.AsSpan()[(axis + 1)..]);
    }

    /// <summary>A block of <see cref="BlockSize"/> neighbors: where it begins in the whole, and where in the part.</summary>
    public delegate void BlockAction(int whole, int part);

    /// <summary>How many neighbors are moved at once.</summary>
    public int BlockSize => _after;

    /// <summary>The shape of the part.</summary>
    public static Shape Part(string name, Shape whole, TensorType indices, int axis, int batch)
    {
        Require(name, whole, indices, axis, batch);
        return new Shape([.. whole.Sizes[..axis], .. indices.Shape.Sizes[batch..], .. whole.Sizes[(axis + 1)..]]);
    }

    /// <summary>The shape of the whole that has a size along an axis in the place of the axes that were chosen.</summary>
    public static Shape Whole(string name, Shape part, TensorType indices, int axis, int batch, int size)
    {
        int chosen = indices.Shape.Rank - batch;
        if (axis < 0 || chosen < 0 || axis + chosen > part.Rank)
        {
            throw new ShapeMismatchException($"{name}: a part of shape {part} has no axes {axis}..{axis + chosen - 1} that correspond to indices of shape {indices.Shape}.");
        }

        var whole = new Shape([.. part.Sizes[..axis], size, .. part.Sizes[(axis + chosen)..]]);
        return Part(name, whole, indices, axis, batch) == part
            ? whole
            : throw new ShapeMismatchException($"{name}: a part of shape {part} does not have the sizes of the indices, of shape {indices.Shape}, from axis {axis} on.");
    }

    /// <summary>Visits the blocks in the order of the part.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside of the axis.</exception>
    public void ForEach(ReadOnlySpan<int> indices, BlockAction visit)
    {
        for (int b = 0; b < _batch; b++)
        {
            for (int p = 0; p < _before; p++)
            {
                int outer = (b * _before) + p;
                for (int c = 0; c < _chosen; c++)
                {
                    int index = indices[(b * _chosen) + c];
                    RequireInside(_name, index, _size);
                    visit(((outer * _size) + index) * _after, ((outer * _chosen) + c) * _after);
                }
            }
        }
    }

    public static void RequireInside(string name, int index, int size)
    {
        if (index < 0 || index >= size)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"{name}: index {index} is outside of an axis of size {size}; indices run from 0 to {size - 1}.");
        }
    }

    private static void Require(string name, Shape whole, TensorType indices, int axis, int batch)
    {
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
}
