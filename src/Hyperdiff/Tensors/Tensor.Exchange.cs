using System.Numerics.Tensors;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>A tensor with a copy of the elements of a tensor of System.Numerics.Tensors, and its shape.</summary>
    /// <typeparam name="T">float, double, int or bool.</typeparam>
    /// <param name="elements">Of any rank and any strides: the copy is row-major.</param>
    /// <exception cref="ArgumentException">The size of an axis, or the number of elements, exceeds 2³¹ − 1.</exception>
    public static Tensor From<T>(Tensor<T> elements)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        return From(elements.AsReadOnlyTensorSpan());
    }

    /// <summary>A tensor with a copy of the elements that a window of System.Numerics.Tensors shows, and its shape.</summary>
    /// <inheritdoc cref="From{T}(Tensor{T})"/>
    public static Tensor From<T>(scoped in ReadOnlyTensorSpan<T> elements)
        where T : unmanaged
    {
        if (elements.FlattenedLength > Array.MaxLength)
        {
            throw new ArgumentException($"Tensor.From: {elements.FlattenedLength} elements do not fit into one array, which holds at most {Array.MaxLength}.",
                nameof(elements));
        }

        int[] sizes = new int[elements.Rank];
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            sizes[axis] = checked((int)elements.Lengths[axis]);
        }

        T[] flat = new T[elements.FlattenedLength];
        elements.FlattenTo(flat);
        return Wrap(flat, new Shape(sizes));
    }

    /// <summary>A tensor of System.Numerics.Tensors with a copy of the elements, and this shape; of rank 1 with one element if this one has no axes.</summary>
    /// <inheritdoc cref="ToArray{T}"/>
    public Tensor<T> ToTensor<T>()
        where T : unmanaged => System.Numerics.Tensors.Tensor.Create(ToArray<T>(), Lengths());

    /// <summary>The elements as a read-only window of System.Numerics.Tensors, without a copy; of rank 1 with one element if this tensor has no axes.</summary>
    /// <inheritdoc cref="AsSpan{T}"/>
    public ReadOnlyTensorSpan<T> AsTensorSpan<T>()
        where T : unmanaged => new(AsSpan<T>(), Lengths());

    private nint[] Lengths() => Rank == 0 ? [1] : Array.ConvertAll([.. Shape], size => (nint)size);
}
