using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.WindowSums;

/// <summary>Where an item of a <see cref="WindowShape"/> lies while it is computed.</summary>
internal sealed unsafe class WindowCanvas
{
    // some ten microseconds of multiply-adds
    private const long LeastSharedWork = 1 << 19;

    // an element that is copied takes as long as so many multiply-adds
    private const int WorkOfElement = 8;

    // of the elements of a row of the source, and of the first one of each row
    private readonly int[] _columns;
    private readonly int[] _rows;
    private readonly int _plane;
    private readonly bool _isShared;

    /// <summary>The canvas of a shape.</summary>
    public WindowCanvas(WindowShape shape)
    {
        (Shape, _plane) = (shape, shape.Plane);
        int columns = shape.Sizes[^1];
        int[] places = shape.SourcePlaces();
        _columns = [.. places[..columns].Select(place => place - places[0])];
        _rows = [.. Enumerable.Range(0, places.Length / columns).Select(row => places[row * columns])];
        Positions = WindowShape.Product(shape.Positions);
        long work = ((long)Positions * shape.Terms * shape.Outputs) + (WorkOfElement * (long)(ItemOfSource + ItemOfPositions));
        _isShared = work * shape.Batch >= LeastSharedWork;
        Items = EvenSplit.ByLimit(shape.Batch, (int)Math.Clamp(LeastSharedWork / work, 1, shape.Batch));
    }

    /// <summary>The window.</summary>
    public WindowShape Shape { get; }

    /// <summary>The positions of an item.</summary>
    public int Positions { get; }

    /// <summary>The elements of the canvas, without what is read behind it.</summary>
    public int Length => Shape.Channels * _plane;

    /// <summary>The items that are computed at the same time.</summary>
    public EvenSplit Items { get; }

    /// <summary>The elements of an item of the source.</summary>
    public int ItemOfSource => Shape.Channels * _rows.Length * _columns.Length;

    /// <summary>The positions of all outputs of an item.</summary>
    public int ItemOfPositions => Shape.Outputs * Positions;

    /// <summary>The threads that share the items: one, where they are too few.</summary>
    public WorkerPool Sharing(WorkerPool pool) => _isShared ? pool : WorkerPool.Inline;

    /// <summary>Places an item of the source among the zeros that are there.</summary>
    public void Place<T>(T* source, T* canvas)
        where T : unmanaged
    {
        int columns = _columns.Length;
        bool isRun = Shape.Strides[^1] == 1;
        for (int channel = 0; channel < Shape.Channels; channel++, canvas += _plane)
        {
            foreach (int row in _rows)
            {
                if (isRun)
                {
                    ShortRuns.Copy(source, canvas + row, columns);
                }
                else
                {
                    for (int i = 0; i < columns; i++)
                    {
                        canvas[row + _columns[i]] = source[i];
                    }
                }

                source += columns;
            }
        }
    }

    /// <summary>Places an item of the source among the zeros that are there, with the channels of each place side by side.</summary>
    public void PlaceByPlace<T>(T* source, T* canvas)
        where T : unmanaged
    {
        int channels = Shape.Channels;
        for (int channel = 0; channel < channels; channel++)
        {
            foreach (int row in _rows)
            {
                T* to = canvas + (row * channels) + channel;
                for (int i = 0; i < _columns.Length; i++)
                {
                    to[_columns[i] * channels] = *source++;
                }
            }
        }
    }
}
