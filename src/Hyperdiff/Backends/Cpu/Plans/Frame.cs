using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>The memory of one call of a plan: rented for the call, then kept by the plan for the next.</summary>
/// <remarks>A call has a frame to itself, so any number of threads may run one plan at once.</remarks>
internal sealed class Frame
{
    /// <summary>A frame for a number of slots.</summary>
    public Frame(int slots)
    {
        Values = new HostArray[slots];
        Tensors = new Tensor?[slots];
        Kept = new KeptPanels?[slots];
    }

    /// <summary>By slot: the window on the value. Those in the arena are set once; inputs and what leaves the plan are set by every call.</summary>
    public HostArray[] Values { get; }

    /// <summary>By slot: the tensor, for inputs and for results of primitives that work on tensors.</summary>
    public Tensor?[] Tensors { get; }

    /// <summary>By slot of a product's result: what is kept of its right factor from call to call.</summary>
    private KeptPanels?[] Kept { get; }

    /// <summary>The memory of a large arena, for this call; by element type.</summary>
    public AlignedArray[] Borrowed { get; set; } = [];

    /// <summary>What is kept of the right factor of a product, now that a call brings this one.</summary>
    /// <param name="right">The slot of the factor, an input.</param>
    /// <param name="result">The slot of the product.</param>
    public KeptPanels Keep(int right, int result)
    {
        KeptPanels kept = Kept[result] ??= new KeptPanels();
        kept.Bring(Tensors[right]?.Storage is HostStorage { IsReused: false } storage ? storage : null);
        return kept;
    }
}
