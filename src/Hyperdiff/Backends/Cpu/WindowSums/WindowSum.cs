using System.Numerics;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.WindowSums;

/// <summary>Computes what a <see cref="WindowShape"/> describes, item by item, on a canvas that stays in cache.</summary>
/// <remarks>Every element of the result is one chain of multiply-adds in the order of the terms, wherever it stands. Nothing is written out for the window,
/// which would take its size times as much memory as the source.</remarks>
internal sealed unsafe class WindowSum<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    private const int VectorsOfOneRow = 4;

    private readonly WindowShape _shape;
    private readonly WindowCanvas _canvas;
    private readonly EvenSplit _rows;

    /// <summary>A kernel for a shape.</summary>
    public WindowSum(WindowShape shape)
    {
        (_shape, _canvas) = (shape, new WindowCanvas(shape, TLanes.Count));
        _rows = EvenSplit.ByLimit(shape.Outputs, TLanes.TileRows);
    }

    /// <summary>Computes the result.</summary>
    /// <param name="source">The planes of the source.</param>
    /// <param name="weights">The weights; null for ones.</param>
    /// <param name="result">The planes of results.</param>
    /// <param name="pool">The threads that share large work.</param>
    public void Run(HostArray source, HostArray? weights, HostArray result, WorkerPool pool)
    {
        int count = _shape.Outputs * _shape.Terms, copied = weights is null || _shape.IsTransposed ? _shape.Weights * count : 0;
        PanelBuffer? buffer = copied == 0 ? null : PanelBuffer.Rent<T>(copied);
        Span<T> room = buffer is null ? [] : new Span<T>(buffer.Address, copied);
        if (weights is null)
        {
            room.Fill(T.One);
        }
        else if (buffer is not null && !Turned(weights.Value.AsSpan<T>(), room))
        {
            // between the rows of a canvas an infinite weight would meet zeros that no window sees
            buffer.Return();
            TermByTerm(source.AsSpan<T>(), weights.Value.AsSpan<T>(), result.AsSpan<T>());
            return;
        }

        fixed (T* given = weights is null ? [] : weights.Value.AsSpan<T>())
        {
            _canvas.Sharing(pool).Run(_canvas.Items.Parts, new Work(this, source, buffer is null ? given : (T*)buffer.Address, result));
        }

        buffer?.Return();
    }

    // [b, c, o, k] as [b, o, c, k], with k from the end; false if one of them is not finite
    private bool Turned(ReadOnlySpan<T> weights, Span<T> turned)
    {
        int kernel = WindowShape.Product(_shape.Kernel), place = 0;
        bool finite = true;
        for (int item = 0; item < _shape.Weights; item++)
        {
            for (int output = 0; output < _shape.Outputs; output++)
            {
                for (int channel = 0; channel < _shape.Channels; channel++)
                {
                    int end = ((((item * _shape.Channels) + channel) * _shape.Outputs) + output + 1) * kernel;
                    for (int k = 1; k <= kernel; k++)
                    {
                        T weight = weights[end - k];
                        finite &= T.IsFinite(weight);
                        turned[place++] = weight;
                    }
                }
            }
        }

        return finite;
    }

    // the transpose by its definition: every element of the source, times the weights, is added where the window put it
    private void TermByTerm(ReadOnlySpan<T> source, ReadOnlySpan<T> weights, Span<T> result)
    {
        int[] offsets = new WindowShape
        {
            Batch = 1,
            Channels = 1,
            Outputs = 1,
            Weights = 1,
            Sizes = _shape.Sizes,
            Before = _shape.Before,
            Canvas = _shape.Positions,
            Kernel = _shape.Kernel,
            Dilations = _shape.Dilations,
            Positions = _shape.Positions,
        }.Offsets();
        int plane = WindowShape.Product(_shape.Positions), size = WindowShape.Product(_shape.Sizes), kernel = offsets.Length;
        int[] places = StridedAxes.Places(_shape.Sizes, new Shape(_shape.Positions).Strides());
        result.Clear();
        for (int pair = 0; pair < _shape.Batch * _shape.Channels; pair++)
        {
            int item = pair / _shape.Channels, weight = ((item % _shape.Weights * _shape.Channels) + (pair % _shape.Channels)) * _shape.Outputs * kernel;
            for (int output = 0; output < _shape.Outputs; output++)
            {
                Span<T> target = result.Slice(((item * _shape.Outputs) + output) * plane, plane);
                for (int i = 0; i < size; i++)
                {
                    for (int k = 0; k < kernel; k++)
                    {
                        target[places[i] + offsets[k]] += weights[weight + (output * kernel) + k] * source[(pair * size) + i];
                    }
                }
            }
        }
    }

    private void Sum(T* canvas, T* weights, T* sums)
    {
        fixed (int* offsets = _canvas.Offsets)
        {
            int place = 0, ofOneRow = VectorsOfOneRow * TLanes.Count, terms = _canvas.Offsets.Length, run = _canvas.Run;
            for (; _shape.Outputs == 1 && place + ofOneRow <= run; place += ofOneRow)
            {
                OneRow(canvas + place, offsets, weights, sums + place);
            }

            for (int width; place < run; place += width)
            {
                width = Math.Min(TileDispatch<T, TVector, TLanes>.Width, run - place);
                for (int panel = 0; panel < _rows.Parts; panel++)
                {
                    int row = _rows.Start(panel);
                    TileDispatch<T, TVector, TLanes>.Multiply<RowsAtOffsets>(_rows.Size(panel), width, new TileOperands<T>
                    {
                        Left = weights + (row * terms),
                        LeftRowStep = terms,
                        LeftInnerStep = 1,
                        Right = canvas + place,
                        RightOffsets = offsets,
                        Inner = terms,
                        Result = sums + (row * run) + place,
                        ResultStride = run,
                    });
                }
            }
        }
    }

    // four chains hide the latency of a multiply-add
    private void OneRow(T* canvas, int* offsets, T* weights, T* sums)
    {
        TVector a = TLanes.Zero, b = a, c = a, d = a;
        for (int term = 0; term < _canvas.Offsets.Length; term++)
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

    private readonly struct Work(WindowSum<T, TVector, TLanes> sum, HostArray source, T* weights, HostArray result) : ITileWork
    {
        public void Execute(int tile)
        {
            (WindowShape shape, WindowCanvas canvas) = (sum._shape, sum._canvas);
            (int read, int written, int count) = (canvas.ItemOfSource, canvas.ItemOfPositions, shape.Outputs * canvas.Run);
            PanelBuffer buffer = PanelBuffer.Rent<T>(canvas.Length + count);
            T* planes = (T*)buffer.Address, sums = planes + canvas.Length;
            new Span<T>(planes, canvas.Length).Clear();
            for (int item = canvas.Items.Start(tile); item < canvas.Items.Start(tile + 1); item++)
            {
                canvas.Planes.Scatter<T, Placement<T>>(source.AsSpan<T>().Slice(item * read, read), new Span<T>(planes, canvas.Length));
                sum.Sum(planes, weights + (item % shape.Weights * shape.Outputs * shape.Terms), sums);
                canvas.Positions.Gather(new ReadOnlySpan<T>(sums, count), result.AsSpan<T>().Slice(item * written, written));
            }

            buffer.Return();
        }
    }
}
