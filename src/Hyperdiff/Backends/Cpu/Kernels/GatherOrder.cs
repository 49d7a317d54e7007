using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The order in which a source is read: <c>result[i₀, i₁, …] = source[start + Σ iₐ·stepₐ]</c>, with neighboring axes that are read as one
/// joined.</summary>
internal sealed class GatherOrder
{
    // a square of this many elements a side keeps as many cache lines of source and result in L1
    private const int Square = 16;

    // what is left of a matrix beside its squares reads cache lines for few of their elements
    private const int SquaresPerPart = 2;

    // The processor fetches ahead what is written, but only along a run of several lines: of half of that a turned matrix takes twice as long, of one line
    // five times.
    private const int RunBytes = 8 * AlignedArray.Alignment;

    // innermost axes of fewer elements than this are walked by a list of their places: finding a line takes as long as reading ten of its elements
    private const int MostListed = 32;

    // what repeats is copied in pieces that stay in L1
    private const int MostRepeatedBytes = 8192;

    private readonly int[] _sizes;
    private readonly int[] _steps;
    private readonly int _start;

    // the first of the axes whose places are listed, and these; the number of axes, and none, where lines are long
    private readonly int _listed;
    private readonly int[] _places;

    /// <summary>Reads a source by these steps.</summary>
    /// <param name="shape">The shape of the result; not empty.</param>
    /// <param name="steps">How far the source moves when an index of the result grows by 1; 0 along repeated axes, negative where it is read backwards.</param>
    /// <param name="start">Where the first element is.</param>
    public GatherOrder(Shape shape, ReadOnlySpan<int> steps, int start = 0)
    {
        _start = start;
        (_sizes, _steps) = StridedAxes.Join(shape, steps);
        _listed = _sizes.Length;
        for (int count = 1; _listed > 1 && (count *= _sizes[_listed - 1]) <= MostListed;)
        {
            _listed--;
        }

        _places = _listed == _sizes.Length ? [] : StridedAxes.Places(_sizes.AsSpan(_listed), _steps.AsSpan(_listed));
    }

    /// <summary>Where in the source the result lies, if it lies there as it is; null otherwise.</summary>
    public int? Window => _sizes.Length == 1 && (_steps[0] == 1 || _sizes[0] == 1) ? _start : null;

    /// <summary>Whether the result is the source, element by element.</summary>
    public bool IsIdentity => _start == 0 && _sizes.Length == 1 && _steps[0] == 1;

    /// <summary>The outermost axis cut into parts that may be read at the same time.</summary>
    public EvenSplit Parts => StridedAxes.Cut(_sizes, leastOfTwo: SquaresPerPart * Square);

    /// <summary>Reads a part of the source in this order.</summary>
    /// <param name="source">All of the source.</param>
    /// <param name="result">All of the result.</param>
    /// <param name="part">Which of <see cref="Parts"/>.</param>
    public void Gather<T>(ReadOnlySpan<T> source, Span<T> result, int part)
        where T : unmanaged
    {
        EvenSplit parts = Parts;
        (int from, int to, int length) = (parts.Start(part), parts.Start(part + 1), result.Length / _sizes[0]);
        Gather(source, _start + (from * _steps[0]), result[(from * length)..(to * length)], (0, to - from));
    }

    /// <summary>Reads all of the source in this order.</summary>
    /// <param name="source">The source.</param>
    /// <param name="result">The result.</param>
    public void Gather<T>(ReadOnlySpan<T> source, Span<T> result)
        where T : unmanaged => Gather(source, _start, result, (0, _sizes[0]));

    // along an axis, so many of its indices
    private void Gather<T>(ReadOnlySpan<T> source, int start, Span<T> result, (int Axis, int Size) along)
        where T : unmanaged
    {
        ((int axis, int size), int step) = (along, _steps[along.Axis]);
        if (axis == _sizes.Length - 1)
        {
            Line(source, start, step, result);
            return;
        }

        int length = result.Length / size;
        if (step == 0)
        {
            Gather(source, start, result[..length], (axis + 1, _sizes[axis + 1]));
            Repeat(result, length);
        }
        else if (axis == _sizes.Length - 2 && step == 1 && _steps[axis + 1] > 1 && result.Length > MostListed)
        {
            Transpose(source[start..], _steps[axis + 1], size, _sizes[axis + 1], result);
        }
        else if (axis == _listed - 1)
        {
            Listed(source, start, (size, step), result);
        }
        else
        {
            for (int i = 0; i < size; i++)
            {
                Gather(source, start + (i * step), result.Slice(i * length, length), (axis + 1, _sizes[axis + 1]));
            }
        }
    }

    // the first elements, which are there, again and again
    private static void Repeat<T>(Span<T> result, int length)
        where T : unmanaged
    {
        int most = Math.Max(length, MostRepeatedBytes / Unsafe.SizeOf<T>() / length * length);
        for (int written = length; written < result.Length;)
        {
            int count = Math.Min(Math.Min(written, most), result.Length - written);
            result[..count].CopyTo(result[written..]);
            written += count;
        }
    }

    // result[i, …] = source[start + i·step + place]
    private void Listed<T>(ReadOnlySpan<T> source, int start, (int Size, int Step) axis, Span<T> result)
        where T : unmanaged
    {
        ReadOnlySpan<int> places = _places;
        int last = (axis.Size - 1) * axis.Step, least = start + Math.Min(0, last), greatest = start + Math.Max(0, last);
        foreach (int place in places)
        {
            // the extremes say that all others are inside
            _ = (source[least + place], source[greatest + place]);
        }

        _ = result[(axis.Size * places.Length) - 1];
        ref T from = ref Unsafe.Add(ref MemoryMarshal.GetReference(source), start), to = ref MemoryMarshal.GetReference(result);
        for (int i = 0; i < axis.Size; i++)
        {
            for (int j = 0; j < places.Length; j++)
            {
                Unsafe.Add(ref to, j) = Unsafe.Add(ref from, places[j]);
            }

            to = ref Unsafe.Add(ref to, places.Length);
            from = ref Unsafe.Add(ref from, axis.Step);
        }
    }

    private static void Line<T>(ReadOnlySpan<T> source, int start, int step, Span<T> result)
        where T : unmanaged
    {
        if (step == 1)
        {
            source.Slice(start, result.Length).CopyTo(result);
        }
        else if (step == 0)
        {
            result.Fill(source[start]);
        }
        else
        {
            // the last element says that all others are inside
            _ = (source[start], source[start + ((result.Length - 1) * step)]);
            ref T from = ref Unsafe.Add(ref MemoryMarshal.GetReference(source), start), to = ref MemoryMarshal.GetReference(result);
            for (int i = step == 2 ? EverySecond(ref from, ref to, result.Length) : 0; i < result.Length; i++)
            {
                Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i * step);
            }
        }
    }

    // as many as there are whole vectors of: what is left out of the last pair may not be there
    private static int EverySecond<T>(ref T from, ref T to, int count)
        where T : unmanaged
    {
        if (!Avx2.IsSupported || Unsafe.SizeOf<T>() is not (sizeof(float) or sizeof(double)))
        {
            return 0;
        }

        // of each half of two vectors the even elements, and these in order
        const byte EvenElements = 0x88, EvenPairs = 0xD8;
        ref byte source = ref Unsafe.As<T, byte>(ref from), target = ref Unsafe.As<T, byte>(ref to);
        int lanes = Vector256<byte>.Count / Unsafe.SizeOf<T>(), i = 0;
        for (; i + lanes < count; i += lanes)
        {
            nuint at = (nuint)(i * Unsafe.SizeOf<T>());
            Vector256<byte> first = Vector256.LoadUnsafe(ref source, 2 * at), next = Vector256.LoadUnsafe(ref source, (2 * at) + (nuint)Vector256<byte>.Count);
            Vector256<double> even = Unsafe.SizeOf<T>() == sizeof(float)
                ? Avx.Shuffle(first.AsSingle(), next.AsSingle(), EvenElements).AsDouble() : Avx.UnpackLow(first.AsDouble(), next.AsDouble());
            Avx2.Permute4x64(even, EvenPairs).AsByte().StoreUnsafe(ref target, at);
        }

        return i;
    }

    // result[i, j] = source[i + j·stride]
    private static void Transpose<T>(ReadOnlySpan<T> source, int stride, int rows, int columns, Span<T> result)
        where T : unmanaged
    {
        // the last element of either says that all others are inside
        _ = (source[rows - 1 + ((columns - 1) * stride)], result[(rows * columns) - 1]);
        ref T from = ref MemoryMarshal.GetReference(source), to = ref MemoryMarshal.GetReference(result);
        int bottom = 0, right = 0;
        if (TurnedSquare.Turns<T>())
        {
            (bottom, right) = (rows - (rows % TurnedSquare.Side), columns - (columns % TurnedSquare.Side));
            Turn(ref from, stride, ref to, (bottom, right, columns));
        }

        OneByOne(ref from, stride, ref to, (0, bottom, right, columns));
        OneByOne(ref from, stride, ref to, (bottom, rows, 0, columns));
    }

    // whole squares: along runs of the result, and side by side as many as read a line of the source
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn<T>(ref T from, int stride, ref T to, (int Rows, int Columns, int Step) size)
        where T : unmanaged
    {
        int run = RunBytes / Unsafe.SizeOf<T>(), line = AlignedArray.Alignment / Unsafe.SizeOf<T>();
        for (int first = 0; first < size.Columns; first += run)
        {
            int end = Math.Min(first + run, size.Columns);
            for (int top = 0; top < size.Rows; top += line)
            {
                int bottom = Math.Min(top + line, size.Rows);
                for (int left = first; left < end; left += TurnedSquare.Side)
                {
                    for (int i = top; i < bottom; i += TurnedSquare.Side)
                    {
                        TurnedSquare.Turn(
                            ref Unsafe.Add(ref from, i + ((nint)left * stride)), stride, ref Unsafe.Add(ref to, ((nint)i * size.Step) + left), size.Step);
                    }
                }
            }
        }
    }

    private static void OneByOne<T>(ref T from, int stride, ref T to, (int Top, int Bottom, int Left, int Right) part)
        where T : unmanaged
    {
        for (int top = part.Top; top < part.Bottom; top += Square)
        {
            int bottom = Math.Min(top + Square, part.Bottom);
            for (int left = part.Left; left < part.Right; left += Square)
            {
                int right = Math.Min(left + Square, part.Right);
                for (int i = top; i < bottom; i++)
                {
                    ref T line = ref Unsafe.Add(ref to, i * part.Right);
                    ref T column = ref Unsafe.Add(ref from, i + (left * stride));
                    for (int j = left; j < right; j++)
                    {
                        Unsafe.Add(ref line, j) = column;
                        column = ref Unsafe.Add(ref column, stride);
                    }
                }
            }
        }
    }
}
