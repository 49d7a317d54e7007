using System.Diagnostics;
using System.Globalization;
using Hyperdiff.Benchmarks.Peers;

namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary>Finds for every accuracy what each method has to be asked for: ours a tolerance, a peer a number of updates.</summary>
internal static class AccuracySearch
{
    private const int MostUpdates = 5000;
    private const int LargestDense = 1000;
    private const int FewestCalls = 3;
    private const double Patience = 20;

    /// <summary>The name of the solver that chooses one.</summary>
    public const string Auto = "Auto";

    /// <summary>The solvers of ours that apply to a problem.</summary>
    private static IEnumerable<(string Name, Func<double, LinearSolver> Make)> Solvers(AccuracyProblem problem, DType dtype)
    {
        yield return ("fixed point", tolerance => LinearSolver.FixedPoint(tolerance, maxIterations: MostUpdates));
        if (problem.IsSymmetric)
        {
            yield return ("CG", tolerance => LinearSolver.ConjugateGradient(tolerance, maxIterations: MostUpdates));
            yield return ("MINRES", tolerance => LinearSolver.Minres(tolerance, maxIterations: MostUpdates));
            yield return ("CG, Nyström 60", tolerance =>
                LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(tolerance, maxIterations: MostUpdates), Preconditioner.Nystrom(60)));
            if (dtype == DType.Float64)
            {
                yield return ("CG in float32", tolerance => LinearSolver.InFloat32(LinearSolver.ConjugateGradient(tolerance, maxIterations: MostUpdates)));
            }
        }

        yield return ("GMRES(60)", tolerance => LinearSolver.Gmres(60, tolerance, maxIterations: MostUpdates));
        yield return ("BiCGStab", tolerance => LinearSolver.BiCgStab(tolerance, maxIterations: MostUpdates));
        yield return ("LSMR", tolerance => LinearSolver.Lsmr(tolerance, maxIterations: MostUpdates));
        yield return ("Anderson(5)", tolerance => LinearSolver.Anderson(5, tolerance, maxIterations: MostUpdates));
        if (dtype == DType.Float64)
        {
            yield return ("GMRES(60) in float32", tolerance => LinearSolver.InFloat32(LinearSolver.Gmres(60, tolerance, maxIterations: MostUpdates)));
        }

        if (problem.Unknowns <= LargestDense)
        {
            yield return ("dense LU", tolerance => LinearSolver.DenseLu(tolerance));
        }

        yield return (Auto, tolerance => LinearSolver.Auto(tolerance, maxIterations: MostUpdates));
    }

    /// <summary>For each of our solvers the loosest tolerance that is good enough for each accuracy, and the best that any reached.</summary>
    public static IReadOnlyList<AccuracyWay>[] Ours(AccuracyProblem problem, DType dtype, double[] targets, out double best)
    {
        List<AccuracyWay>[] found = [.. targets.Select(_ => new List<AccuracyWay>())];
        best = double.PositiveInfinity;
        foreach ((string name, Func<double, LinearSolver> make) in Solvers(problem, dtype))
        {
            int next = 0;
            for (int digits = 1; digits <= 14 && next < targets.Length; digits++)
            {
                double tolerance = Math.Pow(10, -digits);
                LinearSolver solver = make(tolerance);
                (AccuracyWay way, bool goesOn) = Tried(problem, solver, string.Create(CultureInfo.InvariantCulture, $"{name}, {tolerance:G1}"));
                best = Math.Min(best, double.IsNaN(way.Error) ? best : way.Error);
                for (; next < targets.Length && way.Error <= targets[next]; next++)
                {
                    found[next].Add(way);
                }

                if (!goesOn || way.Seconds > Patience)
                {
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>The fewest updates of each method of the peer that are good enough for each accuracy, and the best that any reached.</summary>
    public static IReadOnlyList<AccuracyWay>[] Theirs(AccuracyProblem problem, AccuracyPeer peer, double[] targets, out double best)
    {
        List<AccuracyWay>[] found = [.. targets.Select(_ => new List<AccuracyWay>())];
        double least = double.PositiveInfinity;
        foreach (string method in AccuracyPeer.Methods.Where(method => problem.IsSymmetric || method != "CG"))
        {
            var errors = new Dictionary<int, (double Error, double Seconds)>();
            (double Error, double Seconds) At(int updates)
            {
                if (!errors.TryGetValue(updates, out (double Error, double Seconds) known))
                {
                    (double[] gradient, double seconds) = peer.Result(method, updates);
                    known = (problem.Error(gradient), seconds);
                    errors[updates] = known;
                    least = Math.Min(least, double.IsNaN(known.Error) ? least : known.Error);
                }

                return known;
            }

            int enough = 1, tooFew = 0;
            for (int next = 0; next < targets.Length; next++)
            {
                while (!(At(enough).Error <= targets[next]) && enough < MostUpdates && At(enough).Seconds < Patience)
                {
                    (tooFew, enough) = (enough, 2 * enough);
                }

                if (!(At(enough).Error <= targets[next]))
                {
                    break;
                }

                int low = Math.Max(tooFew, 0), high = enough;
                while (high - low > Math.Max(1, low / 50))
                {
                    int middle = (low + high) / 2;
                    (low, high) = At(middle).Error <= targets[next] ? (low, middle) : (middle, high);
                }

                (int updates, double seconds) = (high, At(high).Seconds);
                found[next].Add(new AccuracyWay($"{method}, {updates}", At(high).Error, updates, seconds, time => peer.Time(method, updates, time)));
                tooFew = high;
            }
        }

        best = least;
        return found;
    }

    private static (AccuracyWay Way, bool GoesOn) Tried(AccuracyProblem problem, LinearSolver solver, string name)
    {
        double Once()
        {
            long started = Stopwatch.GetTimestamp();
            problem.Compute(solver);
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        double Median(double duration)
        {
            var times = new List<double>();
            long started = Stopwatch.GetTimestamp();
            while (times.Count < FewestCalls || Stopwatch.GetElapsedTime(started).TotalSeconds < duration)
            {
                times.Add(Once());
            }

            return times.Order().ElementAt(times.Count / 2);
        }

        (Tensor[] gradient, SolveReport report) = problem.Compute(solver);
        double seconds = Once();
        var way = new AccuracyWay(
            name, problem.Error(PeerCall.Numbers(gradient)), report.Products + report.TransposedProducts, seconds,
            Median);
        return (way, report.Converged);
    }
}
