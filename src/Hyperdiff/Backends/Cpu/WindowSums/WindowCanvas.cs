using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.WindowSums;

/// <summary>Where an item of a <see cref="WindowShape"/> lies while it is computed, in whole vectors.</summary>
internal sealed class WindowCanvas
{
    // some ten to twenty microseconds of multiply-adds
    private const long LeastSharedWork = 1 << 18;

    private readonly bool _isShared;

    /// <summary>A canvas for vectors of so many lanes.</summary>
    public WindowCanvas(WindowShape shape, int lanes)
    {
        int[] steps = shape.Steps;
        Shape = shape;
        Offsets = shape.Offsets();
        Run = (shape.Run + lanes - 1) / lanes * lanes;
        Length = (shape.Channels * shape.Plane) + lanes;
        Planes = new ScatterOrder([shape.Channels, .. shape.Sizes], [shape.Plane, .. steps], shape.Before.Select((before, axis) => before * steps[axis]).Sum());
        Positions = new GatherOrder([shape.Outputs, .. shape.Positions], [Run, .. steps]);
        Runs = new ScatterOrder([shape.Outputs, .. shape.Positions], [Run, .. steps], start: 0);
        long work = (long)shape.Run * shape.Terms * shape.Outputs;
        _isShared = work * shape.Batch >= LeastSharedWork;
        Items = EvenSplit.ByLimit(shape.Batch, (int)Math.Clamp(LeastSharedWork / 4 / work, 1, shape.Batch));
    }

    /// <summary>The window.</summary>
    public WindowShape Shape { get; }

    /// <summary>What each term adds to a place of the canvas.</summary>
    public int[] Offsets { get; }

    /// <summary>The run that holds all positions.</summary>
    public int Run { get; }

    /// <summary>The elements of the canvas, and of what is read behind it.</summary>
    public int Length { get; }

    /// <summary>How the planes of the source are placed on it.</summary>
    public ScatterOrder Planes { get; }

    /// <summary>How positions are read from the runs of all outputs.</summary>
    public GatherOrder Positions { get; }

    /// <summary>How positions are placed in them.</summary>
    public ScatterOrder Runs { get; }

    /// <summary>The items that are computed at the same time.</summary>
    public EvenSplit Items { get; }

    /// <summary>The elements of an item of the source.</summary>
    public int ItemOfSource => Shape.Channels * WindowShape.Product(Shape.Sizes);

    /// <summary>The positions of all outputs of an item.</summary>
    public int ItemOfPositions => Shape.Outputs * WindowShape.Product(Shape.Positions);

    /// <summary>The threads that share the items: one, where they are too few.</summary>
    public WorkerPool Sharing(WorkerPool pool) => _isShared ? pool : WorkerPool.Inline;
}
