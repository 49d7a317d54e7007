using System.Numerics;
using System.Numerics.Tensors;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.WindowSums;

/// <summary>The cotangent of the weights of a <see cref="WindowShape"/>, item by item: <c>result[b, o, c, k] = Σ_p cotangent[b, o, p] · canvas[b, c, p +
/// k·dilation]</c>.</summary>
/// <remarks>Positions are a run with zeros in the places that are left out, so that each element is the dot product of two runs. What stands in these places
/// of the canvas must be finite then: where an item holds anything that is not, it is added up position by position.</remarks>
internal sealed unsafe class WindowDots<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    // so many outputs meet as many terms: sixteen sums, from eight vectors that are read
    private const int Four = 4;

    private readonly WindowCanvas _canvas;

    /// <summary>A kernel for a shape.</summary>
    public WindowDots(WindowShape shape) => _canvas = new WindowCanvas(shape, TLanes.Count);

    /// <summary>Computes the result.</summary>
    /// <param name="source">The planes of the source.</param>
    /// <param name="cotangent">The planes of positions.</param>
    /// <param name="result">The weights.</param>
    /// <param name="pool">The threads that share large work.</param>
    public void Run(HostArray source, HostArray? cotangent, HostArray result, WorkerPool pool) =>
        _canvas.Sharing(pool).Run(_canvas.Items.Parts, new Work(this, source, cotangent!.Value, result));

    private void Dots(T* planes, T* runs, Span<T> result)
    {
        int outputs = _canvas.Shape.Outputs, terms = _canvas.Offsets.Length;
        T* sums = stackalloc T[Four * Four];
        T** left = stackalloc T*[Four], right = stackalloc T*[Four];
        for (int output = 0; output < outputs; output += Four)
        {
            for (int term = 0; term < terms; term += Four)
            {
                // beyond the last, the last once more
                for (int i = 0; i < Four; i++)
                {
                    left[i] = runs + (Math.Min(output + i, outputs - 1) * _canvas.Run);
                    right[i] = planes + _canvas.Offsets[Math.Min(term + i, terms - 1)];
                }

                Sixteen(left, right, _canvas.Run, sums);
                for (int i = 0; i < Math.Min(Four, outputs - output); i++)
                {
                    new ReadOnlySpan<T>(sums + (i * Four), Math.Min(Four, terms - term)).CopyTo(result[(((output + i) * terms) + term)..]);
                }
            }
        }
    }

    private static void Sixteen(T** left, T** right, int length, T* sums)
    {
        T* l0 = left[0], l1 = left[1], l2 = left[2], l3 = left[3], r0 = right[0], r1 = right[1], r2 = right[2], r3 = right[3];
        TVector a0 = TLanes.Zero, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        TVector c0 = a0, c1 = a0, c2 = a0, c3 = a0, d0 = a0, d1 = a0, d2 = a0, d3 = a0;
        for (nint i = 0; i < length; i += TLanes.Count)
        {
            TVector x0 = TLanes.Load(r0 + i), x1 = TLanes.Load(r1 + i), x2 = TLanes.Load(r2 + i), x3 = TLanes.Load(r3 + i), y = TLanes.Load(l0 + i);
            (a0, a1) = (TLanes.MultiplyAdd(y, x0, a0), TLanes.MultiplyAdd(y, x1, a1));
            (a2, a3) = (TLanes.MultiplyAdd(y, x2, a2), TLanes.MultiplyAdd(y, x3, a3));
            y = TLanes.Load(l1 + i);
            (b0, b1) = (TLanes.MultiplyAdd(y, x0, b0), TLanes.MultiplyAdd(y, x1, b1));
            (b2, b3) = (TLanes.MultiplyAdd(y, x2, b2), TLanes.MultiplyAdd(y, x3, b3));
            y = TLanes.Load(l2 + i);
            (c0, c1) = (TLanes.MultiplyAdd(y, x0, c0), TLanes.MultiplyAdd(y, x1, c1));
            (c2, c3) = (TLanes.MultiplyAdd(y, x2, c2), TLanes.MultiplyAdd(y, x3, c3));
            y = TLanes.Load(l3 + i);
            (d0, d1) = (TLanes.MultiplyAdd(y, x0, d0), TLanes.MultiplyAdd(y, x1, d1));
            (d2, d3) = (TLanes.MultiplyAdd(y, x2, d2), TLanes.MultiplyAdd(y, x3, d3));
        }

        (sums[0], sums[1], sums[2], sums[3]) = (TLanes.Sum(a0), TLanes.Sum(a1), TLanes.Sum(a2), TLanes.Sum(a3));
        (sums[4], sums[5], sums[6], sums[7]) = (TLanes.Sum(b0), TLanes.Sum(b1), TLanes.Sum(b2), TLanes.Sum(b3));
        (sums[8], sums[9], sums[10], sums[11]) = (TLanes.Sum(c0), TLanes.Sum(c1), TLanes.Sum(c2), TLanes.Sum(c3));
        (sums[12], sums[13], sums[14], sums[15]) = (TLanes.Sum(d0), TLanes.Sum(d1), TLanes.Sum(d2), TLanes.Sum(d3));
    }

    private void PositionByPosition(T* planes, ReadOnlySpan<T> cotangent, Span<T> result)
    {
        int[] places = StridedAxes.Places(_canvas.Shape.Positions, _canvas.Shape.Steps);
        for (int i = 0; i < result.Length; i++)
        {
            ReadOnlySpan<T> positions = cotangent.Slice(i / _canvas.Offsets.Length * places.Length, places.Length);
            T* plane = planes + _canvas.Offsets[i % _canvas.Offsets.Length];
            T sum = T.Zero;
            for (int p = 0; p < places.Length; p++)
            {
                sum += positions[p] * plane[places[p]];
            }

            result[i] = sum;
        }
    }

    private readonly struct Work(WindowDots<T, TVector, TLanes> dots, HostArray source, HostArray cotangent, HostArray result) : ITileWork
    {
        public void Execute(int tile)
        {
            WindowCanvas canvas = dots._canvas;
            (int read, int met, int written) = (canvas.ItemOfSource, canvas.ItemOfPositions, canvas.Shape.Outputs * canvas.Offsets.Length);
            int count = canvas.Shape.Outputs * canvas.Run;
            PanelBuffer buffer = PanelBuffer.Rent<T>(canvas.Length + count);
            T* planes = (T*)buffer.Address, runs = planes + canvas.Length;
            new Span<T>(planes, canvas.Length + count).Clear();
            for (int item = canvas.Items.Start(tile); item < canvas.Items.Start(tile + 1); item++)
            {
                ReadOnlySpan<T> elements = source.AsSpan<T>().Slice(item * read, read), positions = cotangent.AsSpan<T>().Slice(item * met, met);
                Span<T> target = result.AsSpan<T>().Slice(item * written, written);
                canvas.Planes.Scatter<T, Placement<T>>(elements, new Span<T>(planes, canvas.Length));
                if (T.IsFinite(TensorPrimitives.SumOfMagnitudes(elements)))
                {
                    canvas.Runs.Scatter<T, Placement<T>>(positions, new Span<T>(runs, count));
                    dots.Dots(planes, runs, target);
                }
                else
                {
                    dots.PositionByPosition(planes, positions, target);
                }
            }

            buffer.Return();
        }
    }
}
