using System.Diagnostics;

namespace Hyperdiff;

/// <summary>Where the threads of ranks wait for each other, and see each other's memory: either all come, or all who do are told why not.</summary>
/// <remarks>
/// Between <see cref="Come"/> and <see cref="Go"/> ranks copy from each other, so nothing ends that: no deadline, no failure. All have come by then, and
/// copying has an end.
/// </remarks>
internal sealed class Meeting
{
    // some ten microseconds, as long as ranks of equal work differ; more would take the cores from those that still compute
    private const int Spins = 20;

    private readonly object _gate = new();
    private readonly TimeSpan _deadline;
    private readonly ThreadRanks[] _ranks;
    private readonly Place[] _places;
    private int _come, _gone, _left;
    private long _meetings, _partings;
    private Func<Exception>? _end;

    /// <summary>A meeting of so many, who wait for each other as long as the deadline says.</summary>
    public Meeting(int count, TimeSpan deadline)
    {
        _deadline = deadline;
        _places = new Place[count];
        _ranks = [.. Enumerable.Range(0, count).Select(rank => new ThreadRanks(this, rank, count))];
    }

    /// <summary>Those who meet.</summary>
    public IReadOnlyList<ThreadRanks> Ranks => _ranks;

    /// <summary>Why all must end, if they must.</summary>
    public Func<Exception>? Ended => Volatile.Read(ref _end);

    /// <summary>Ends all, unless something has: who comes, now or later, gets the exception.</summary>
    public void End(Func<Exception> why)
    {
        lock (_gate)
        {
            EndLocked(why);
        }
    }

    /// <summary>A rank has ended its program: for others that wait, or will, there is nobody to wait for.</summary>
    public void Leave(int rank)
    {
        lock (_gate)
        {
            _places[rank].HasLeft = true;
            _left++;
            EndIfSomeWaitForSomeWhoLeft();
        }
    }

    /// <summary>Waits for all, and shows them memory until <see cref="Go"/>.</summary>
    /// <exception cref="TimeoutException">Not all came in time.</exception>
    /// <exception cref="RankFailedException">One has failed.</exception>
    /// <exception cref="RanksDisagreeException">One has ended its program.</exception>
    public void Come(int rank, nint memory, int length)
    {
        long number;
        lock (_gate)
        {
            ThrowIfEnded();
            number = _meetings;
            (_places[rank].HasCome, _places[rank].Memory, _places[rank].Length) = (true, memory, length);
            _come++;
            EndIfSomeWaitForSomeWhoLeft();
            ThrowIfEnded();
            if (_come == _places.Length)
            {
                _come = 0;
                foreach (ref Place place in _places.AsSpan())
                {
                    place.HasCome = false;
                }

                _meetings++;
                Monitor.PulseAll(_gate);
                return;
            }
        }

        Spin(ref _meetings, number);
        long begun = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            // what came about first counts: once all have come, they are copying
            while (_meetings == number)
            {
                ThrowIfEnded();
                if (!WaitUntilDeadline(begun) && _meetings == number && _end is null)
                {
                    EndForLate();
                }
            }
        }
    }

    /// <summary>The memory of a rank that has come.</summary>
    public unsafe ReadOnlySpan<byte> Shown(int rank, int length) => new((void*)_places[rank].Memory, length);

    /// <summary>Whether all who have come show as much.</summary>
    public bool AllShow(int length)
    {
        foreach (ref readonly Place place in _places.AsSpan())
        {
            if (place.Length != length)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Waits until all have copied.</summary>
    public void Go()
    {
        long number;
        lock (_gate)
        {
            number = _partings;
            if (++_gone == _places.Length)
            {
                _gone = 0;
                _partings++;
                Monitor.PulseAll(_gate);
                return;
            }
        }

        Spin(ref _partings, number);
        lock (_gate)
        {
            while (_partings == number)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private static void Spin(ref long counter, long number)
    {
        SpinWait spin = default;
        while (spin.Count < Spins && Volatile.Read(ref counter) == number)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private bool WaitUntilDeadline(long begun)
    {
        if (_deadline == Timeout.InfiniteTimeSpan)
        {
            return Monitor.Wait(_gate);
        }

        TimeSpan left = _deadline - Stopwatch.GetElapsedTime(begun);
        return left > TimeSpan.Zero && Monitor.Wait(_gate, left);
    }

    private void EndForLate()
    {
        int[] late = [.. Numbers(place => !place.HasCome)];
        int first = Numbers(place => place.HasCome).First();
        string begun = string.Join(", ", late.Take(8).Select(rank => _ranks[rank].Collectives));
        string message = FormattableString.Invariant(
            $"{RanksDisagreeException.Name(late, capital: true)} did not come to {_ranks[first].Current} within {_deadline.TotalSeconds} s, where ")
            + $"{RanksDisagreeException.Name(Numbers(place => place.HasCome))} waited; collectives begun there: {begun}. Where ranks may take longer, "
            + "give a longer deadline.";
        EndLocked(() => new TimeoutException(message));
    }

    private void EndIfSomeWaitForSomeWhoLeft()
    {
        if (_come > 0 && _left > 0 && _end is null)
        {
            int[] waiting = [.. Numbers(place => place.HasCome)];
            string message = $"{RanksDisagreeException.Name(Numbers(place => place.HasLeft), capital: true)} ended the program, while "
                + $"{RanksDisagreeException.Name(waiting)} came to {_ranks[waiting[0]].Current}. Every rank must make the same calls in the same order.";
            EndLocked(() => new RanksDisagreeException(message));
        }
    }

    private void EndLocked(Func<Exception> why)
    {
        _end ??= why;
        Monitor.PulseAll(_gate);
    }

    private void ThrowIfEnded()
    {
        if (_end is not null)
        {
            throw _end();
        }
    }

    private IEnumerable<int> Numbers(Func<Place, bool> which) => Enumerable.Range(0, _places.Length).Where(rank => which(_places[rank]));

    private struct Place
    {
        public bool HasCome, HasLeft;
        public nint Memory;
        public int Length;
    }
}
