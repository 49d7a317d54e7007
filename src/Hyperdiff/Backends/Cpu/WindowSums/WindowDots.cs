using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.WindowSums;

/// <summary>The cotangent of the weights of a <see cref="WindowShape"/>: <c>result[w, o, c, k] = Σ cotangent[b, o, p] · canvas[b, c, p·stride +
/// k·dilation]</c> over positions and the items b with these weights.</summary>
/// <remarks>On the canvas the channels of a place stand side by side, and so do the elements of a row of the window: a product of the cotangents of a few
/// outputs with lines of the canvas, one for each position, gives the sums of as many terms as a line has elements, which stay in registers.</remarks>
internal sealed unsafe class WindowDots<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    // lines of so many positions, and cotangents, stay in cache while all terms are taken
    private const int MostPositions = 256;

    // sums of as many elements at most are kept for several parts of the batch
    private const int MostSums = 1 << 18;
    private const int MostParts = 16;
    private const int FewParts = 4;

    private readonly WindowShape _shape;
    private readonly WindowCanvas _canvas;
    private readonly EvenSplit _items;
    private readonly EvenSplit _outputs;

    // where a plane is made of one
    private readonly PlaneDots<T>? _planes;

    // where the line of a position starts, and what a row of the window adds to it
    private readonly int[] _positions;
    private readonly int[] _rows;
    private readonly int _line;

    // where the sum of each element of the result is, among those of an output
    private readonly int[] _sums;

    /// <summary>A kernel for a shape.</summary>
    public WindowDots(WindowShape shape)
    {
        (_shape, _canvas) = (shape, new WindowCanvas(shape));
        int channels = shape.Channels, kernel = WindowShape.Product(shape.Kernel);
        int joined = shape is { Strides: [.., 1], Dilations: [.., 1] } ? shape.Kernel[^1] : 1;
        int[] elements = shape.KernelPlaces();
        int[] places = shape.PositionPlaces();
        _planes = shape is { Channels: 1, Outputs: 1, Strides: [.., 1] } ? new PlaneDots<T>(places, shape.Positions[^1], elements) : null;
        _line = joined * channels;
        _rows = [.. Enumerable.Range(0, kernel / joined).Select(row => elements[row * joined] * channels)];
        _positions = [.. places.Select(place => place * channels)];
        _sums = [.. Enumerable.Range(0, shape.Terms).Select(term => (term % kernel * channels) + (term / kernel))];
        int parts = Math.Clamp(MostSums / (shape.Weights * shape.Outputs * shape.Terms), 1, MostParts);
        _items = IsOfAll ? EvenSplit.ByLimit(shape.Batch, Math.Max(_canvas.Items.Size(0), (shape.Batch + parts - 1) / parts)) : _canvas.Items;
        _outputs = EvenSplit.ByLimit(shape.Outputs, IsOfAll && parts < FewParts ? TLanes.TileRows : shape.Outputs);
    }

    // whether several items have the same weights
    private bool IsOfAll => _shape.Weights < _shape.Batch;

    // the sums of a part of the batch
    private int Sums => (IsOfAll ? _shape.Weights : 1) * _shape.Outputs * _shape.Terms;

    /// <summary>Computes the result.</summary>
    /// <param name="source">The planes of the source.</param>
    /// <param name="cotangent">The planes of positions.</param>
    /// <param name="result">The weights.</param>
    /// <param name="pool">The threads that share large work.</param>
    public void Run(HostArray source, HostArray? cotangent, HostArray result, WorkerPool pool)
    {
        PanelBuffer buffer = PanelBuffer.Rent<T>((long)_items.Parts * Sums);
        T* sums = (T*)buffer.Address;
        fixed (T* planes = source.AsSpan<T>(), runs = cotangent!.Value.AsSpan<T>(), weights = result.AsSpan<T>())
        {
            _canvas.Sharing(pool).Run(_items.Parts * _outputs.Parts, new Work(this, new Given(planes, runs), sums, weights));
            if (IsOfAll)
            {
                var first = new Span<T>(sums, Sums);
                for (int part = 1; part < _items.Parts; part++)
                {
                    TensorPrimitives.Add(first, new ReadOnlySpan<T>(sums + ((long)part * Sums), Sums), first);
                }

                Arrange(sums, weights, (0, _shape.Weights * _shape.Outputs));
            }
        }

        buffer.Return();
    }

    private void Arrange(T* sums, T* result, (int Start, int End) rows)
    {
        int terms = _sums.Length;
        for (int row = rows.Start; row < rows.End; row++)
        {
            T* from = sums + ((long)row * terms), to = result + ((long)row * terms);
            for (int term = 0; term < terms; term++)
            {
                to[term] = from[_sums[term]];
            }
        }
    }

    private void Add(T* canvas, T* cotangent, T* sums, (int Start, int End) outputs)
    {
        if (_planes is not null)
        {
            _planes.Add(canvas, cotangent, sums);
            return;
        }

        EvenSplit panels = EvenSplit.ByLimit(outputs.End - outputs.Start, TLanes.TileRows);
        fixed (int* positions = _positions)
        {
            for (int block = 0; block < _positions.Length; block += MostPositions)
            {
                for (int row = 0; row < _rows.Length; row++)
                {
                    for (int column = 0; column < _line; column += TileDispatch<T, TVector, TLanes>.Width)
                    {
                        int columns = Math.Min(TileDispatch<T, TVector, TLanes>.Width, _line - column);
                        for (int panel = 0; panel < panels.Parts; panel++)
                        {
                            int output = outputs.Start + panels.Start(panel);
                            TileDispatch<T, TVector, TLanes>.Multiply<RowsAtOffsets>(panels.Size(panel), columns, new TileOperands<T>
                            {
                                Left = cotangent + ((long)output * _positions.Length) + block,
                                LeftRowStep = _positions.Length,
                                LeftInnerStep = 1,
                                Right = canvas + _rows[row] + column,
                                RightOffsets = positions + block,
                                Inner = Math.Min(MostPositions, _positions.Length - block),
                                Result = sums + ((long)output * _shape.Terms) + (row * _line) + column,
                                ResultStride = _shape.Terms,
                                Accumulate = true,
                            });
                        }
                    }
                }
            }
        }
    }

    private readonly struct Given(T* planes, T* runs)
    {
        public T* Planes => planes;

        public T* Runs => runs;
    }

    private readonly struct Work(WindowDots<T, TVector, TLanes> dots, Given given, T* sums, T* result) : ITileWork
    {
        public void Execute(int tile)
        {
            (WindowShape shape, WindowCanvas canvas) = (dots._shape, dots._canvas);
            int part = tile / dots._outputs.Parts, panel = tile % dots._outputs.Parts, all = shape.Outputs * shape.Terms;
            (int Start, int End) outputs = (dots._outputs.Start(panel), dots._outputs.Start(panel + 1));
            int lengthOfCanvas = canvas.Length + Math.Max(TileDispatch<T, TVector, TLanes>.Width, Vector512<T>.Count);
            int length = lengthOfCanvas + (dots._planes?.Length ?? 0);
            PanelBuffer buffer = PanelBuffer.Rent<T>(length);
            T* lines = (T*)buffer.Address, own = sums + ((long)part * dots.Sums);
            new Span<T>(lines, length).Clear();
            for (int weight = 0; weight * all < dots.Sums; weight++)
            {
                new Span<T>(own + (weight * all) + (outputs.Start * shape.Terms), (outputs.End - outputs.Start) * shape.Terms).Clear();
            }

            for (int item = dots._items.Start(part); item < dots._items.Start(part + 1); item++)
            {
                T* positions = given.Runs + ((long)item * canvas.ItemOfPositions);
                if (dots._planes is not null)
                {
                    canvas.Place(given.Planes + ((long)item * canvas.ItemOfSource), lines);
                    new ReadOnlySpan<T>(positions, canvas.Positions).CopyTo(new Span<T>(lines + lengthOfCanvas, canvas.Positions));
                    positions = lines + lengthOfCanvas;
                }
                else
                {
                    canvas.PlaceByPlace(given.Planes + ((long)item * canvas.ItemOfSource), lines);
                }

                if (dots.IsOfAll)
                {
                    dots.Add(lines, positions, own + (item % shape.Weights * all), outputs);
                }
                else
                {
                    dots.Add(lines, positions, own, outputs);
                    dots.Arrange(own, result + ((long)item * all), outputs);
                    new Span<T>(own, all).Clear();
                }
            }

            buffer.Return();
        }
    }
}
