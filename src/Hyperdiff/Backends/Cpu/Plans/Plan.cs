using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>A compiled graph: steps in order, over slots whose places in memory were assigned beforehand.</summary>
/// <remarks>In the steady state a call allocates its results, and what primitives that work on tensors allocate; nothing else.</remarks>
internal sealed class Plan : IExecutable
{
    private readonly Frame?[] _idle = new Frame?[2 * Environment.ProcessorCount];
    private readonly PlanLayout _layout;
    private readonly Step[] _steps;
    private readonly TensorSource[] _outputs;

    // for memory of the caller: which output the memory of each fresh slot is, or −1, and which outputs are copied there because they lie elsewhere
    private readonly int[] _outputOfFresh;
    private readonly int[] _copied;

    /// <summary>A plan.</summary>
    public Plan(PlanLayout layout, Step[] steps, TensorSource[] outputs)
    {
        (_layout, _steps, _outputs) = (layout, steps, outputs);
        var outputOf = new Dictionary<int, int>();
        for (int i = 0; i < outputs.Length; i++)
        {
            outputOf.TryAdd(outputs[i].Slot, i);
        }

        _outputOfFresh = [.. layout.Fresh.Select(fresh => outputOf.GetValueOrDefault(fresh.Slot, -1))];
        _copied = [.. Enumerable.Range(0, outputs.Length).Except(_outputOfFresh)];
    }

    /// <summary>The steps, for tests that ask what was planned.</summary>
    public ReadOnlySpan<Step> Steps => _steps;

    /// <summary>The bytes of one call's arena.</summary>
    public long ArenaBytes => _layout.ArenaBytes;

    /// <inheritdoc/>
    public long PeakBytes => _layout.Bytes + _steps.Select(step => step.WorkingBytes).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public Tensor[] Run(ReadOnlySpan<Tensor> operands)
    {
        Frame frame = Begin(operands);
        foreach ((int slot, TensorType type) in _layout.Fresh)
        {
            frame.Values[slot] = HostArray.AllocateUninitialized(type);
        }

        RunSteps(frame);
        var results = new Tensor[_outputs.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = _outputs[i].Read(frame);
        }

        Return(frame);
        return results;
    }

    /// <inheritdoc/>
    public void RunInto(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results)
    {
        Frame frame = Begin(operands);
        for (int i = 0; i < _layout.Fresh.Length; i++)
        {
            (int slot, TensorType type) = _layout.Fresh[i];
            frame.Values[slot] = _outputOfFresh[i] >= 0 ? results[_outputOfFresh[i]].Read().Reshaped(type.Shape) : HostArray.AllocateUninitialized(type);
        }

        RunSteps(frame);
        foreach (int i in _copied)
        {
            _outputs[i].CopyTo(frame, results[i].Read());
        }

        Return(frame);
    }

    private Frame Begin(ReadOnlySpan<Tensor> operands)
    {
        Frame frame = Rent();
        _layout.Enter(frame);
        for (int i = 0; i < operands.Length; i++)
        {
            PlanInput input = _layout.Inputs[i];
            frame.Tensors[input.Slot] = operands[i];
            if (input.IsRead)
            {
                frame.Values[input.Slot] = operands[i].Read();
            }
        }

        return frame;
    }

    private void RunSteps(Frame frame)
    {
        _layout.Lodge(frame);
        foreach (Step step in _steps)
        {
            step.Run(frame);
        }
    }

    private Frame Rent()
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            if (Volatile.Read(ref _idle[i]) is not null && Interlocked.Exchange(ref _idle[i], null) is { } frame)
            {
                return frame;
            }
        }

        return _layout.NewFrame();
    }

    // after an exception a frame is not returned at all
    private void Return(Frame frame)
    {
        _layout.Leave(frame);
        for (int i = 0; i < _idle.Length; i++)
        {
            if (Volatile.Read(ref _idle[i]) is null && Interlocked.CompareExchange(ref _idle[i], frame, null) is null)
            {
                return;
            }
        }
    }
}
