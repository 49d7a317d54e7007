namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>One of equal parts, in order, without a copy.</summary>
    /// <param name="part">The shape of a part.</param>
    /// <param name="position">Which part, from 0.</param>
    internal Tensor Part(Shape part, int position)
    {
        if (position < 0 || (position + 1L) * part.ElementCount > Count)
        {
            throw new ArgumentOutOfRangeException(nameof(position), position, $"A tensor of shape {Shape} has no part {position} of shape {part}.");
        }

        TensorType type = Type with { Shape = part };
        return new Tensor(type, Storage.PartOf(Type, type, position * part.ElementCount));
    }

    /// <summary>Overwrites the elements of memory that a backend gave out to be written to.</summary>
    /// <param name="source">As many elements of the same type, on any backend.</param>
    internal void Overwrite(Tensor source) => Storage.Overwrite(Type, source);
}
