using System.Numerics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.WindowSums;

/// <summary>Computes what a <see cref="WindowShape"/> describes, item by item, on a canvas that stays in cache.</summary>
/// <remarks>
/// Every element of the result is one chain of multiply-adds in the order of the terms, wherever it stands. All positions are computed as one run of the
/// canvas, those between its rows included; or, where there are many outputs and rows are short, in panels of positions as wide as a register tile, whose
/// rows are copied side by side for each term.
/// </remarks>
internal sealed unsafe class WindowSum<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    private const int VectorsOfOneRow = 4;

    // copying a vector into a panel takes as long as so many multiply-adds
    private const int WorkOfCopy = 2;

    private readonly WindowShape _shape;
    private readonly WindowCanvas _canvas;
    private readonly EvenSplit _outputs;

    // what each term adds to a place
    private readonly int[] _offsets;

    // the whole run, in whole vectors; and the rows of positions: places, and how many
    private readonly int _run;
    private readonly (int Place, int Count)[] _rows;

    // for each panel its runs; null where the whole run is computed at once
    private readonly (int Place, int Count)[][]? _panels;

    /// <summary>A kernel for a shape.</summary>
    public WindowSum(WindowShape shape)
    {
        (_shape, _canvas) = (shape, new WindowCanvas(shape));
        _outputs = EvenSplit.ByLimit(shape.Outputs, TLanes.TileRows);
        int[] elements = shape.KernelPlaces(), places = shape.PositionPlaces();
        _offsets = [.. Enumerable.Range(0, shape.Channels).SelectMany(channel => elements.Select(element => (channel * shape.Plane) + element))];
        _run = (places[^1] + TLanes.Count) / TLanes.Count * TLanes.Count;
        _rows = Runs(places);
        (int Place, int Count)[][] panels = [.. places.Chunk(TileDispatch<T, TVector, TLanes>.Width).Select(Runs)];
        int copied = panels.Where(panel => panel.Length > 1).Sum(panel => panel.Sum(run => run.Count));
        _panels = (_run - places.Length) * (long)shape.Outputs > WorkOfCopy * (long)copied ? panels : null;
    }

    // elements behind the canvas that are read, and never count
    private static int Beyond => TileDispatch<T, TVector, TLanes>.Width + (ShortRuns.Beyond / sizeof(T));

    /// <summary>Computes the result.</summary>
    /// <param name="source">The planes of the source.</param>
    /// <param name="weights">The weights; null for ones.</param>
    /// <param name="result">The planes of results.</param>
    /// <param name="pool">The threads that share large work.</param>
    public void Run(HostArray source, HostArray? weights, HostArray result, WorkerPool pool)
    {
        int count = _shape.Outputs * _shape.Terms, copied = weights is null || _shape.IsTransposed ? _shape.Weights * count : 0;
        PanelBuffer? buffer = copied == 0 ? null : PanelBuffer.Rent<T>(copied);
        if (weights is null)
        {
            new Span<T>(buffer!.Address, copied).Fill(T.One);
        }

        fixed (T* given = weights is null ? [] : weights.Value.AsSpan<T>(), planes = source.AsSpan<T>(), sums = result.AsSpan<T>())
        {
            if (weights is not null && buffer is not null)
            {
                Turn(given, (T*)buffer.Address);
            }

            _canvas.Sharing(pool).Run(_canvas.Items.Parts, new Work(this, planes, buffer is null ? given : (T*)buffer.Address, sums));
        }

        buffer?.Return();
    }

    private static (int Place, int Count)[] Runs(int[] places)
    {
        var runs = new List<(int Place, int Count)>();
        foreach (int place in places)
        {
            if (runs.Count > 0 && place == runs[^1].Place + runs[^1].Count)
            {
                runs[^1] = (runs[^1].Place, runs[^1].Count + 1);
            }
            else
            {
                runs.Add((place, 1));
            }
        }

        return [.. runs];
    }

    // [b, c, o, k] as [b, o, c, k], with k from the end
    private void Turn(T* weights, T* turned)
    {
        int kernel = WindowShape.Product(_shape.Kernel);
        for (int item = 0; item < _shape.Weights; item++)
        {
            for (int output = 0; output < _shape.Outputs; output++)
            {
                for (int channel = 0; channel < _shape.Channels; channel++)
                {
                    T* end = weights + ((((((long)item * _shape.Channels) + channel) * _shape.Outputs) + output + 1) * kernel);
                    for (int k = 1; k <= kernel; k++)
                    {
                        *turned++ = end[-k];
                    }
                }
            }
        }
    }

    private void Panels(T* canvas, T* weights, T* result, T* packed)
    {
        fixed (int* offsets = _offsets)
        {
            (int Place, int Count)[][] panels = _panels!;
            int width = TileDispatch<T, TVector, TLanes>.Width;
            for (int panel = 0; panel < panels.Length; panel++)
            {
                (int Place, int Count)[] runs = panels[panel];
                int columns = Math.Min(width, _canvas.Positions - (panel * width));
                if (runs.Length == 1)
                {
                    Multiply<RowsAtOffsets>(columns, new TileOperands<T> { Left = weights, Right = canvas + runs[0].Place, RightOffsets = offsets }, result);
                }
                else
                {
                    int padded = TileDispatch<T, TVector, TLanes>.PaddedWidth(columns);
                    Pack(canvas, runs, packed, padded);
                    Multiply<AnySteps>(columns, new TileOperands<T> { Left = weights, Right = packed, RightStep = padded }, result);
                }

                result += columns;
            }
        }
    }

    // the rows of a panel, side by side for each term
    private void Pack(T* canvas, (int Place, int Count)[] runs, T* packed, int padded)
    {
        foreach (int offset in _offsets)
        {
            T* to = packed;
            foreach ((int place, int count) in runs)
            {
                ShortRuns.CopyWhole(canvas + offset + place, to, count);
                to += count;
            }

            packed += padded;
        }
    }

    private void Multiply<TLayout>(int columns, TileOperands<T> operands, T* result)
        where TLayout : struct, IPanelLayout
    {
        T* left = operands.Left;
        (operands.LeftRowStep, operands.LeftInnerStep, operands.Inner) = (_offsets.Length, 1, _offsets.Length);
        operands.ResultStride = _panels is null ? _run : _canvas.Positions;
        for (int panel = 0; panel < _outputs.Parts; panel++)
        {
            int output = _outputs.Start(panel);
            operands.Left = left + (output * _offsets.Length);
            operands.Result = result + (output * operands.ResultStride);
            TileDispatch<T, TVector, TLanes>.Multiply<TLayout>(_outputs.Size(panel), columns, operands);
        }
    }

    private void WholeRun(T* canvas, T* weights, T* sums)
    {
        fixed (int* offsets = _offsets)
        {
            int place = 0, ofOneRow = VectorsOfOneRow * TLanes.Count;
            for (; _shape.Outputs == 1 && place + ofOneRow <= _run; place += ofOneRow)
            {
                OneRow(canvas + place, offsets, weights, sums + place);
            }

            for (int width; place < _run; place += width)
            {
                width = Math.Min(TileDispatch<T, TVector, TLanes>.Width, _run - place);
                Multiply<RowsAtOffsets>(width, new TileOperands<T> { Left = weights, Right = canvas + place, RightOffsets = offsets }, sums + place);
            }
        }
    }

    // four chains hide the latency of a multiply-add
    private void OneRow(T* canvas, int* offsets, T* weights, T* sums)
    {
        TVector a = TLanes.Zero, b = a, c = a, d = a;
        for (int term = 0; term < _offsets.Length; term++)
        {
            T* from = canvas + offsets[term];
            TVector weight = TLanes.Broadcast(weights[term]);
            a = TLanes.MultiplyAdd(weight, TLanes.Load(from), a);
            b = TLanes.MultiplyAdd(weight, TLanes.Load(from + TLanes.Count), b);
            c = TLanes.MultiplyAdd(weight, TLanes.Load(from + (2 * TLanes.Count)), c);
            d = TLanes.MultiplyAdd(weight, TLanes.Load(from + (3 * TLanes.Count)), d);
        }

        TLanes.Store(a, sums);
        TLanes.Store(b, sums + TLanes.Count);
        TLanes.Store(c, sums + (2 * TLanes.Count));
        TLanes.Store(d, sums + (3 * TLanes.Count));
    }

    private void LeaveOut(T* sums, T* result)
    {
        for (int output = 0; output < _shape.Outputs; output++, sums += _run)
        {
            foreach ((int place, int count) in _rows)
            {
                ShortRuns.Copy(sums + place, result, count);
                result += count;
            }
        }
    }

    private readonly struct Work(WindowSum<T, TVector, TLanes> sum, T* source, T* weights, T* result) : ITileWork
    {
        public void Execute(int tile)
        {
            (WindowShape shape, WindowCanvas canvas) = (sum._shape, sum._canvas);
            int length = canvas.Length + Beyond;
            int room = sum._panels is null ? shape.Outputs * sum._run : (sum._offsets.Length * TileDispatch<T, TVector, TLanes>.Width) + Beyond;
            PanelBuffer buffer = PanelBuffer.Rent<T>(length + room);
            T* planes = (T*)buffer.Address, sums = planes + length;
            new Span<T>(planes, length).Clear();
            for (int item = canvas.Items.Start(tile); item < canvas.Items.Start(tile + 1); item++)
            {
                canvas.Place(source + ((long)item * canvas.ItemOfSource), planes);
                T* own = weights + (item % shape.Weights * shape.Outputs * shape.Terms), written = result + ((long)item * canvas.ItemOfPositions);
                if (sum._panels is not null)
                {
                    sum.Panels(planes, own, written, sums);
                }
                else
                {
                    sum.WholeRun(planes, own, sums);
                    sum.LeaveOut(sums, written);
                }
            }

            buffer.Return();
        }
    }
}
