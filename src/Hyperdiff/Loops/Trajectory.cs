namespace Hyperdiff;

/// <summary>The iterates <c>w_{t+1} = Φ(w_t, t)</c> of a number of steps, of which the last few are gone back through.</summary>
internal sealed class Trajectory
{
    private readonly Func<Tensor[], int, Tensor[]> _step;
    private readonly Action<Tensor[]>? _release;
    private readonly Checkpointing _checkpointing;
    private readonly List<(int Step, Tensor[] State)> _kept;
    private readonly int _capacity;
    private readonly int _steps;

    /// <summary>Runs the steps.</summary>
    /// <param name="step">Φ, given an iterate and the number t of the step.</param>
    /// <param name="start">The first inner iterate w₀.</param>
    /// <param name="length">T, and k, how many of the last steps will be gone back through.</param>
    /// <param name="checkpointing">What is kept for that.</param>
    /// <param name="observe">Is told of every step, once: t, w_t, w_{t+1}.</param>
    /// <param name="release">Is given every iterate that will not be looked at again, and perhaps the start: its memory may be used for another.</param>
    public Trajectory(Func<Tensor[], int, Tensor[]> step, Tensor[] start, (int Steps, int Last) length, Checkpointing checkpointing,
        Action<int, Tensor[], Tensor[]>? observe = null, Action<Tensor[]>? release = null)
    {
        (_step, _release, _checkpointing, _steps) = (step, release, checkpointing, length.Steps);
        _capacity = checkpointing.Capacity(start.Sum(leaf => leaf.Type.Bytes));
        Tensor[] next(Tensor[] state, int t)
        {
            Tensor[] following = Advance(state, t);
            observe?.Invoke(t, state, following);
            return following;
        }

        Tensor[] state = start;
        int first = length.Steps - length.Last;
        for (int t = 0; t < first; t++)
        {
            Tensor[] following = next(state, t);
            Release(state);
            state = following;
        }

        (_kept, Tensor[] end) = Run(state, (first, length.Steps), _capacity - 1, next, toEnd: true);
        End = end;
    }

    /// <summary>w_T.</summary>
    public Tensor[] End { get; }

    /// <summary>How often the map was applied so far.</summary>
    public int Evaluations { get; private set; }

    /// <summary>The iterates from which the last steps were taken: w_{T−1}, …, w_{T−k}. Each is valid until the next is asked for.</summary>
    public IEnumerable<Tensor[]> Backwards() => Backwards(_kept, _steps, _capacity);

    private IEnumerable<Tensor[]> Backwards(List<(int Step, Tensor[] State)> kept, int end, int capacity)
    {
        for (int i = kept.Count - 1; i >= 0; i--)
        {
            (int from, Tensor[] state) = kept[i];
            kept.RemoveAt(i);
            foreach (Tensor[] iterate in Within(state, from, end, capacity - i))
            {
                yield return iterate;
            }

            // the first belongs to who called
            ReleaseUnless(i == 0, state);

            end = from;
        }
    }

    // goes back through a part of the trajectory whose first iterate is one of those that may be kept
    private IEnumerable<Tensor[]> Within(Tensor[] state, int from, int end, int capacity)
    {
        int length = end - from;
        List<(int Step, Tensor[] State)> kept = length <= 1 ? [] : Run(state, (from, end), capacity - 1, Advance).Kept;
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
            foreach (Tensor[] iterate in Backwards(kept, end, capacity))
            {
                yield return iterate;
            }
        }
        else
        {
            // nothing more may be kept: every iterate is computed from the first
            for (int last = end - 1; last >= from; last--)
            {
                Tensor[] iterate = state;
                for (int t = from; t < last; t++)
                {
                    Tensor[] following = Advance(iterate, t);
                    ReleaseUnless(t == from, iterate);
                    iterate = following;
                }

                yield return iterate;
                ReleaseUnless(last == from, iterate);
            }
        }
    }

    // what is kept of a part of the trajectory, and the iterate where it stopped: at the end, or at the last that is kept
    private (List<(int Step, Tensor[] State)> Kept, Tensor[] Last) Run(
        Tensor[] state, (int From, int End) steps, int free, Func<Tensor[], int, Tensor[]> next, bool toEnd = false)
    {
        (int from, int end) = steps;
        var kept = new List<(int, Tensor[])> { (from, state) };
        int[] positions = [.. _checkpointing.Positions(end - from, free).Select(position => from + position)];
        int stop = toEnd ? end : positions.Length == 0 ? from : positions[^1];
        int following = 0;
        bool isKept = true;
        for (int t = from; t < stop; t++)
        {
            Tensor[] after = next(state, t);
            ReleaseUnless(isKept, state);
            state = after;
            isKept = following < positions.Length && positions[following] == t + 1;
            if (isKept)
            {
                kept.Add((t + 1, state));
                following++;
            }
        }

        return (kept, state);
    }

    private void Release(Tensor[] state) => _release?.Invoke(state);

    private void ReleaseUnless(bool isNeeded, Tensor[] state)
    {
        if (!isNeeded)
        {
            Release(state);
        }
    }

    private Tensor[] Advance(Tensor[] state, int t)
    {
        Evaluations++;
        return _step(state, t);
    }
}
