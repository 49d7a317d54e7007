namespace Hyperdiff.Graphs;

/// <summary>Elements that live in the memory of a backend other than the host's.</summary>
public abstract class BackendStorage : TensorStorage
{
    /// <summary>The backend that owns the memory.</summary>
    public abstract IBackend Owner { get; }

    /// <summary>A window on the same memory, without a copy. It stays valid when this storage is released.</summary>
    /// <param name="part">Element type, and the shape of the window.</param>
    /// <param name="offset">The first of its elements, counted row-major.</param>
    public abstract BackendStorage Part(TensorType part, int offset);

    /// <summary>Overwrites the elements: of memory that <see cref="IBackend.Allocate"/> gave out, or of a part of it.</summary>
    /// <param name="type">Element type and shape of the memory.</param>
    /// <param name="source">As many elements of the same type, of any shape, in memory of the same backend.</param>
    public abstract void Write(TensorType type, Tensor source);

    /// <summary>Gives memory back at once that nobody uses any more, instead of when the garbage collector finds it. Nothing to do by default.</summary>
    public virtual void Release()
    {
    }

    internal sealed override TensorStorage PartOf(TensorType whole, TensorType part, int offset) => Part(part, offset);

    internal sealed override void Overwrite(TensorType type, Tensor source) => Write(type, Owner.Place(source));
}
