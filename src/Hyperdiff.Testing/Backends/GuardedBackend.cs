using System.Globalization;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Graphs;

namespace Hyperdiff.Testing;

/// <summary>Stands in for a GPU where there is none: memory that the host does not see, every transfer counted, and an exception where the host reads more than
/// it may.</summary>
/// <remarks>
/// Numbers are those of the CPU backend, bit by bit. What differs is how they may be reached: a read by the host of more elements than are allowed throws, so
/// that a computation that runs here runs on a device without vectors that go back and forth. Memory that is allocated holds NaN (integers −858993460, truth
/// values true) until it is written to, and memory that was released throws when it is used. Results are read under <see cref="Allow"/>:
/// <code>
/// var guarded = new GuardedBackend();
/// Tensor g = Diff.Grad(f, x.To(guarded));
/// using (guarded.Allow())
/// {
///     Console.WriteLine(g);
/// }
/// </code>
/// </remarks>
public sealed class GuardedBackend : DeviceBackend
{
    /// <summary>What iterations may read at once: more than a window of GMRES or Anderson acceleration.</summary>
    public const int WindowLength = 64;

    private readonly Func<Primitive, bool> _lacks;
    private readonly AsyncLocal<int> _allowed = new();
    private long _launches;
    private long _downloads;
    private long _downloaded;
    private long _largest;
    private long _uploads;
    private long _uploaded;
    private long _live;
    private long _peak;

    /// <summary>A backend with memory and counts of its own.</summary>
    /// <param name="allowance">The most elements that the host may read at once.</param>
    /// <param name="lacks">The primitives that it has no kernel for, so that the host computes them; none if absent. They are told by
    /// <see cref="DeviceBackend.Describe"/>, and their operands are read.</param>
    /// <exception cref="ArgumentOutOfRangeException">The allowance is negative.</exception>
    public GuardedBackend(int allowance = WindowLength, Func<Primitive, bool>? lacks = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(allowance);
        (Allowance, _lacks) = (allowance, lacks ?? (_ => false));
    }

    /// <summary>The most elements that the host may read at once.</summary>
    public int Allowance { get; }

    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"guarded (reads of {Allowance})");

    /// <summary>What was counted since <see cref="ResetCounts"/>.</summary>
    public GuardedCounts Counts => new(Interlocked.Read(ref _launches), Interlocked.Read(ref _downloads), Interlocked.Read(ref _downloaded),
        Interlocked.Read(ref _largest), Interlocked.Read(ref _uploads), Interlocked.Read(ref _uploaded), Interlocked.Read(ref _live),
        Interlocked.Read(ref _peak));

    /// <summary>Begins to count anew; live memory stays counted, and is the most so far.</summary>
    public void ResetCounts()
    {
        Interlocked.Exchange(ref _launches, 0);
        Interlocked.Exchange(ref _downloads, 0);
        Interlocked.Exchange(ref _downloaded, 0);
        Interlocked.Exchange(ref _largest, 0);
        Interlocked.Exchange(ref _uploads, 0);
        Interlocked.Exchange(ref _uploaded, 0);
        Interlocked.Exchange(ref _peak, Interlocked.Read(ref _live));
    }

    /// <summary>Until the result is disposed of, this thread and what it starts may read what they like, and it is not counted: for results, and for functions
    /// of the user's that work on the host.</summary>
    public IDisposable Allow()
    {
        _allowed.Value++;
        return new Allowed(this);
    }

    /// <inheritdoc/>
    public override Tensor Allocate(TensorType type)
    {
        HostArray elements = HostArray.Allocate(type);
        Spoil(elements);
        return Over(elements, isWritable: true);
    }

    /// <inheritdoc/>
    protected override Tensor Upload(HostArray elements)
    {
        Interlocked.Increment(ref _uploads);
        Interlocked.Add(ref _uploaded, elements.Count);
        return Over(Copy(elements));
    }

    /// <inheritdoc/>
    protected override Tensor Repeat(TensorType type, double scalar)
    {
        Launch();
        HostArray elements = HostArray.Allocate(type);
        UniformStorage.Fill(elements, scalar);
        return Over(elements);
    }

    /// <inheritdoc/>
    protected override bool Runs(Primitive primitive, ReadOnlySpan<TensorType> operands) => !_lacks(primitive);

    /// <inheritdoc/>
    protected override Tensor[] Run(Primitive primitive, ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(primitive);
        Launch();
        var hidden = new Tensor[operands.Length];
        for (int i = 0; i < hidden.Length; i++)
        {
            hidden[i] = Tensor.FromHost(((GuardedStorage)operands[i].Storage).Hidden(operands[i].Type));
        }

        // copied, since a result may be a window on an operand
        return Array.ConvertAll(CpuBackend.Instance.Execute(primitive, hidden), result => Over(Copy(result.Read())));
    }

    /// <summary>Counts a kernel.</summary>
    internal void Launch() => Interlocked.Increment(ref _launches);

    /// <summary>Counts memory.</summary>
    internal void Live(long bytes) => Raise(ref _peak, Interlocked.Add(ref _live, bytes));

    /// <summary>Counts a read by the host, if it is one that may be.</summary>
    /// <exception cref="InvalidOperationException">It is of more elements than are allowed.</exception>
    internal void Download(TensorType type)
    {
        if (_allowed.Value > 0)
        {
            return;
        }

        int count = type.Shape.ElementCount;
        if (count > Allowance)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"The host reads {count} elements of type {type} from {Name}, which allows {Allowance}: work belongs where its operands are. A result is read "
                    + $"under `using (guarded.Allow())`."));
        }

        Interlocked.Increment(ref _downloads);
        Interlocked.Add(ref _downloaded, count);
        Raise(ref _largest, count);
    }

    /// <summary>Makes elements what nobody takes for numbers.</summary>
    internal static void Spoil(HostArray elements)
    {
        if (elements.Type.DType == DType.Int32)
        {
            elements.AsSpan<int>().Fill(unchecked((int)0xCCCCCCCC));
        }
        else
        {
            UniformStorage.Fill(elements, elements.Type.DType == DType.Bool ? 1 : double.NaN);
        }
    }

    private static void Raise(ref long most, long number)
    {
        for (long known = Interlocked.Read(ref most); number > known; known = Interlocked.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, number, known);
        }
    }

    private Tensor Over(HostArray elements, bool isWritable = false) =>
        new(elements.Type, new GuardedStorage(this, new GuardedMemory(this, elements, isWritable), 0));

    private static HostArray Copy(HostArray elements)
    {
        HostArray copy = HostArray.Allocate(elements.Type);
        elements.CopyTo(copy);
        return copy;
    }

    private sealed class Allowed(GuardedBackend backend) : IDisposable
    {
        private bool _ended;

        public void Dispose()
        {
            if (!_ended)
            {
                _ended = true;
                backend._allowed.Value--;
            }
        }
    }
}
