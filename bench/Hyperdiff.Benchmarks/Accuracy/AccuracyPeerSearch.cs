using System.Globalization;

namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary>Finds for every accuracy how many updates each method of the peer has to make: the fewest that are good enough, within two per cent.</summary>
internal static class AccuracyPeerSearch
{
    private const int MostSteps = 100_000;

    /// <summary>Ways to each accuracy at the given inner solution, one of each method, and the best that any reached.</summary>
    public static IReadOnlyList<AccuracyWay>[] Given(AccuracyProblem problem, AccuracyPeer peer, double[] targets, out double best)
    {
        List<AccuracyWay>[] found = [.. targets.Select(_ => new List<AccuracyWay>())];
        double least = double.PositiveInfinity;
        foreach (string method in AccuracyPeer.Methods.Where(method => problem.IsSymmetric || method != "CG"))
        {
            int tooFew = 0;
            for (int i = 0; i < targets.Length; i++)
            {
                var tried = new Tried(problem, updates => peer.Result(new(method, updates, null)));
                double patience = found[i].Count == 0 ? AccuracySearch.Patience : AccuracySearch.Hopeless * found[i].Min(way => way.Seconds);
                int? enough = tried.Fewest(tooFew, AccuracySearch.MostUpdates, targets[i], patience);
                least = Math.Min(least, tried.Best);
                if (enough is not { } updates)
                {
                    break;
                }

                PeerAsked asked = new(method, updates, null);
                found[i].Add(new AccuracyWay(
                    $"{method}, {updates}", tried.At(updates).Error, updates.ToString(CultureInfo.InvariantCulture), tried.At(updates).Seconds,
                    time => peer.Time(asked, time))
                { Updates = asked });
                tooFew = updates - 1;
            }
        }

        best = least;
        return found;
    }

    /// <summary>Ways to each accuracy from the first state: the fastest method at the solution with a tenth more updates, after the fewest steps that are
    /// enough.</summary>
    public static IReadOnlyList<AccuracyWay>[] Cold(
        AccuracyProblem problem, AccuracyPeer peer, IReadOnlyList<AccuracyWay>[] given, double[] targets, out double best)
    {
        List<AccuracyWay>[] found = [.. targets.Select(_ => new List<AccuracyWay>())];
        best = double.PositiveInfinity;
        int tooFew = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            if (given[i].MinBy(way => way.Seconds) is not { Updates: { } solved })
            {
                break;
            }

            PeerAsked asked = solved with { Iterations = solved.Iterations + 1 + (solved.Iterations / 10) };
            var tried = new Tried(problem, steps => peer.Result(asked with { Steps = steps }));
            int? enough = tried.Fewest(tooFew, MostSteps, targets[i], AccuracySearch.Patience);
            best = Math.Min(best, tried.Best);
            if (enough is not { } steps)
            {
                break;
            }

            PeerAsked whole = asked with { Steps = steps };
            found[i].Add(new AccuracyWay(
                $"{steps} steps, {asked.Method}, {asked.Iterations}", tried.At(steps).Error, $"{steps} + {asked.Iterations}", tried.At(steps).Seconds,
                time => peer.Time(whole, time)));
            tooFew = steps - 1;
        }

        return found;
    }

    /// <summary>Errors and seconds by a count of updates or steps.</summary>
    private sealed class Tried(AccuracyProblem problem, Func<int, (double[] Gradient, double Seconds)> compute)
    {
        private readonly Dictionary<int, (double Error, double Seconds)> _known = [];

        public double Best { get; private set; } = double.PositiveInfinity;

        public (double Error, double Seconds) At(int count)
        {
            if (!_known.TryGetValue(count, out (double Error, double Seconds) known))
            {
                (double[] gradient, double seconds) = compute(count);
                known = (problem.Error(gradient), seconds);
                _known[count] = known;
                Best = Math.Min(Best, double.IsNaN(known.Error) ? Best : known.Error);
            }

            return known;
        }

        /// <summary>The fewest that are good enough, above a count that is not; null if that takes too many or too long.</summary>
        public int? Fewest(int tooFew, int most, double target, double patience)
        {
            int enough = tooFew + 1;
            while (!(At(enough).Error <= target))
            {
                if (enough >= most || At(enough).Seconds > patience)
                {
                    return null;
                }

                (tooFew, enough) = (enough, 2 * enough);
            }

            while (enough - tooFew > Math.Max(1, tooFew / 50))
            {
                int middle = (tooFew + enough) / 2;
                (tooFew, enough) = At(middle).Error <= target ? (tooFew, middle) : (middle, enough);
            }

            return enough;
        }
    }
}
