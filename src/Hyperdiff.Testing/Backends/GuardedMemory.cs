namespace Hyperdiff.Testing;

/// <summary>A piece of hidden memory, shared by windows on it: given back when the last of them is, and unusable from then on.</summary>
internal sealed class GuardedMemory
{
    private readonly GuardedBackend _owner;
    private readonly HostArray _elements;
    private int _windows = 1;

    public GuardedMemory(GuardedBackend owner, HostArray elements, bool isWritable)
    {
        (_owner, _elements, IsWritable) = (owner, elements, isWritable);
        owner.Live(elements.Type.Bytes);
    }

    /// <summary>What nobody gave back is found by the garbage collector.</summary>
    ~GuardedMemory()
    {
        if (_windows > 0)
        {
            _owner.Live(-_elements.Type.Bytes);
        }
    }

    /// <summary>Whether it was allocated to be written to.</summary>
    public bool IsWritable { get; }

    /// <summary>The elements of a window.</summary>
    /// <exception cref="InvalidOperationException">The memory was given back.</exception>
    public HostArray At(TensorType type, int offset) => Volatile.Read(ref _windows) > 0
        ? new HostArray(type, _elements.Data, _elements.Offset + offset)
        : throw new InvalidOperationException($"Elements of type {type} on {_owner.Name} are used after their memory was released.");

    /// <summary>One more window.</summary>
    public void Share() => Interlocked.Increment(ref _windows);

    /// <summary>One window less; with the last one, the elements are spoilt.</summary>
    public void Drop()
    {
        if (Interlocked.Decrement(ref _windows) == 0)
        {
            GuardedBackend.Spoil(_elements);
            _owner.Live(-_elements.Type.Bytes);
        }
    }
}
