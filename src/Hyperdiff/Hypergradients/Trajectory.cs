namespace Hyperdiff;

/// <summary>The iterates <c>w_{t+1} = Φ(w_t)</c> of a number of steps, of which the last few are gone back through.</summary>
internal sealed class Trajectory
{
    private readonly Func<Tensor[], Tensor[]> _step;
    private readonly Func<Tensor[], Tensor[], double> _distance;
    private readonly Checkpointing _checkpointing;
    private readonly List<(int Step, Tensor[] State)> _kept;
    private readonly int _capacity;
    private readonly int _last;

    private Trajectory(Func<Tensor[], Tensor[]> step, Func<Tensor[], Tensor[], double> distance, Tensor[] start, (int Steps, int Last) length, Checkpointing checkpointing)
    {
        (_step, _checkpointing, _last) = (step, checkpointing, length.Last);
        _distance = distance;
        _capacity = checkpointing.Capacity(start.Sum(leaf => (long)leaf.Count * (leaf.DType switch { DType.Float64 => sizeof(double), DType.Bool => sizeof(bool), _ => sizeof(int) })));
        Tensor[] state = start;
        for (int t = 0; t < length.Steps - length.Last; t++)
        {
            state = Next(state, t, length.Steps);
        }

        _kept = Run(state, length.Last, _capacity - 1, next: (from, t) => Next(from, t + length.Steps - length.Last, length.Steps), toEnd: true, out Tensor[] end);
        End = end;
    }

    /// <summary>‖w₁ − w₀‖; 0 if there is no step.</summary>
    public double FirstStep { get; private set; }

    /// <summary>‖w_T − w_{T−1}‖; 0 if there is no step.</summary>
    public double LastStep { get; private set; }

    /// <summary>w_T.</summary>
    public Tensor[] End { get; }

    /// <summary>How often the map was applied so far.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Runs the steps.</summary>
    /// <param name="step">Φ.</param>
    /// <param name="distance">Of two iterates.</param>
    /// <param name="start">w₀.</param>
    /// <param name="length">T, and k, how many of the last steps will be gone back through.</param>
    /// <param name="checkpointing">What is kept for that.</param>
    public static Trajectory Of(
        Func<Tensor[], Tensor[]> step, Func<Tensor[], Tensor[], double> distance, Tensor[] start, (int Steps, int Last) length, Checkpointing checkpointing) =>
        new(step, distance, start, length, checkpointing);

    /// <summary>The iterates from which the last steps were taken: w_{T−1}, …, w_{T−k}.</summary>
    public IEnumerable<Tensor[]> Backwards() => Backwards(_kept, _last, _capacity);

    private IEnumerable<Tensor[]> Backwards(List<(int Step, Tensor[] State)> kept, int end, int capacity)
    {
        for (int i = kept.Count - 1; i >= 0; i--)
        {
            (int from, Tensor[] state) = kept[i];
            kept.RemoveAt(i);
            int length = end - from;
            end = from;
            foreach (Tensor[] iterate in Within(state, length, capacity - i))
            {
                yield return iterate;
            }
        }
    }

    // goes back through a part of the trajectory whose first iterate is one of those that may be kept
    private IEnumerable<Tensor[]> Within(Tensor[] state, int length, int capacity)
    {
        List<(int Step, Tensor[] State)> kept = length <= 1 ? [] : Run(state, length, capacity - 1, (from, _) => Advance(from), toEnd: false, out _);
        if (length == 0)
        {
            yield break;
        }

        if (length == 1)
        {
            yield return state;
        }
        else if (kept.Count > 1)
        {
            foreach (Tensor[] iterate in Backwards(kept, length, capacity))
            {
                yield return iterate;
            }
        }
        else
        {
            // nothing more may be kept: every iterate is computed from the first
            for (int t = length - 1; t >= 0; t--)
            {
                Tensor[] iterate = state;
                for (int i = 0; i < t; i++)
                {
                    iterate = Advance(iterate);
                }

                yield return iterate;
            }
        }
    }

    private List<(int Step, Tensor[] State)> Run(Tensor[] state, int length, int free, Func<Tensor[], int, Tensor[]> next, bool toEnd, out Tensor[] end)
    {
        var kept = new List<(int, Tensor[])> { (0, state) };
        int[] positions = [.. _checkpointing.Positions(length, free)];
        int stop = toEnd ? length : positions.Length == 0 ? 0 : positions[^1];
        int following = 0;
        for (int t = 0; t < stop; t++)
        {
            state = next(state, t);
            if (following < positions.Length && positions[following] == t + 1)
            {
                kept.Add((t + 1, state));
                following++;
            }
        }

        end = state;
        return kept;
    }

    private Tensor[] Next(Tensor[] state, int t, int steps)
    {
        Tensor[] next = Advance(state);
        FirstStep = t == 0 ? _distance(next, state) : FirstStep;
        LastStep = t == steps - 1 ? _distance(next, state) : LastStep;
        return next;
    }

    private Tensor[] Advance(Tensor[] state)
    {
        Evaluations++;
        return _step(state);
    }
}
