using System.Diagnostics;
using System.Globalization;
using Hyperdiff.Benchmarks.Peers;

namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary>Finds for every accuracy what each of our solvers has to be asked for: the loosest tolerance that is good enough.</summary>
internal static class AccuracySearch
{
    /// <summary>The most updates of an adjoint solve that are tried.</summary>
    public const int MostUpdates = 5000;

    /// <summary>The most seconds of a call that are waited for where nothing is known to be faster.</summary>
    public const double Patience = 15;

    /// <summary>What takes so many times as long as the fastest so far is not tried further: more digits only take longer.</summary>
    public const double Hopeless = 3;

    private const int LargestDense = 1000;
    private const double Compilation = 2;
    private const int Repetitions = 5;
    private const string Kept = "Auto, kept";
    private static readonly AccuracySolver s_auto = new("Auto", Auto);

    /// <summary>Whether a way leaves the choice of a solver to the library, which makes it in every solve.</summary>
    public static bool IsAuto(AccuracyWay way) => way.Solver == s_auto;

    /// <summary>Whether a way goes on with the choice of the library, which an earlier solve made.</summary>
    public static bool IsKept(AccuracyWay way) => way.Solver is { Name: Kept };

    /// <summary>The solvers of ours that apply to a problem: first those that are fast as a rule, beside which the others are given up the sooner.</summary>
    private static IEnumerable<AccuracySolver> Solvers(AccuracyProblem problem, DType dtype)
    {
        if (problem.IsSymmetric)
        {
            yield return new("CG", tolerance => LinearSolver.ConjugateGradient(tolerance, maxIterations: MostUpdates));
        }

        yield return new("GMRES(60)", tolerance => LinearSolver.Gmres(60, tolerance, maxIterations: MostUpdates));
        yield return new("BiCGStab", tolerance => LinearSolver.BiCgStab(tolerance, maxIterations: MostUpdates));
        if (problem.IsSymmetric)
        {
            yield return new("MINRES", tolerance => LinearSolver.Minres(tolerance, maxIterations: MostUpdates));
            yield return new("CG, Nyström 60", tolerance =>
                LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(tolerance, maxIterations: MostUpdates), Preconditioner.Nystrom(60)));
        }

        if (dtype == DType.Float64)
        {
            if (problem.IsSymmetric)
            {
                yield return new("CG in float32", tolerance =>
                    LinearSolver.InFloat32(LinearSolver.ConjugateGradient(tolerance, maxIterations: MostUpdates)));
            }

            yield return new("GMRES(60) in float32", tolerance => LinearSolver.InFloat32(LinearSolver.Gmres(60, tolerance, maxIterations: MostUpdates)));
            yield return new("fixed point in float32", tolerance => LinearSolver.InFloat32(LinearSolver.FixedPoint(tolerance, maxIterations: MostUpdates)));
        }

        if (problem.Unknowns <= LargestDense)
        {
            yield return new("dense LU", tolerance => LinearSolver.DenseLu(tolerance));
        }

        yield return new("fixed point", tolerance => LinearSolver.FixedPoint(tolerance, maxIterations: MostUpdates));
        yield return new("Anderson(5)", tolerance => LinearSolver.Anderson(5, tolerance, maxIterations: MostUpdates));
        yield return new("LSMR", tolerance => LinearSolver.Lsmr(tolerance, maxIterations: MostUpdates));
        yield return s_auto;
        var left = new Dictionary<double, SolverMemory?>();
        yield return new(Kept, tolerance => new KeptChoice(Auto(tolerance), left));
    }

    private static LinearSolver Auto(double tolerance) => LinearSolver.Auto(tolerance, maxIterations: MostUpdates);

    /// <summary>Ways to each accuracy at the given inner solution, one of each solver, and the best that any reached.</summary>
    public static IReadOnlyList<AccuracyWay>[] Given(AccuracyProblem problem, DType dtype, (double[] Targets, string[] Solvers) asked, out double best)
    {
        var found = new Found(problem, asked.Targets);
        foreach (AccuracySolver solver in Solvers(problem, dtype)
            .Where(solver => asked.Solvers.Length == 0 || asked.Solvers.Contains(solver.Name) || solver == s_auto || solver.Name == Kept))
        {
            found.Try(solver.Name, solver, tolerance => cancellation => problem.Compute(solver.Make(tolerance), cancellation));
        }

        best = found.Best;
        return found.Ways;
    }

    /// <summary>Ways to each accuracy from the first state, by the adjoint's solvers that were fastest at the solution: the same tolerance for both
    /// solves.</summary>
    public static IReadOnlyList<AccuracyWay>[] Cold(AccuracyProblem problem, IReadOnlyList<AccuracyWay>[] given, double[] targets, out double best)
    {
        AccuracySolver[] adjoints =
        [
            .. given.Select(ways => ways.Where(way => !IsAuto(way) && !IsKept(way)).MinBy(way => way.Seconds)?.Solver).OfType<AccuracySolver>().Distinct(),
            s_auto,
        ];
        var found = new Found(problem, targets);
        foreach (AccuracySolver adjoint in adjoints)
        {
            foreach (AccuracyInner inner in AccuracyInner.All)
            {
                found.Try($"{inner.Name} and {adjoint.Name}", adjoint, tolerance => problem.ComputeCold(inner, tolerance) is { } compute
                    ? cancellation => compute(adjoint.Make(tolerance), cancellation) : null);
            }
        }

        best = found.Best;
        return found.Ways;
    }

    /// <summary>What was found for each accuracy.</summary>
    private sealed class Found(AccuracyProblem problem, double[] targets)
    {
        public List<AccuracyWay>[] Ways { get; } = [.. targets.Select(_ => new List<AccuracyWay>())];

        public double Best { get; private set; } = double.PositiveInfinity;

        /// <summary>Tries one digit after the other, until all accuracies are reached or none more will be.</summary>
        public void Try(string name, AccuracySolver solver, Func<double, Func<CancellationToken, AccuracyResult>?> make)
        {
            int next = 0;
            for (int digits = 1; digits <= 14 && next < targets.Length; digits++)
            {
                double tolerance = Math.Pow(10, -digits), bound = Worthwhile(next, solver);
                if (make(tolerance) is not { } compute
                    || Tried(string.Create(CultureInfo.InvariantCulture, $"{name}, {tolerance:G1}"), compute, bound) is not { } way)
                {
                    return;
                }

                Best = Math.Min(Best, double.IsNaN(way.Error) ? Best : way.Error);
                for (; next < targets.Length && way.Error <= targets[next]; next++)
                {
                    Ways[next].Add(way with { Solver = solver });
                }

                if (way.Seconds > bound)
                {
                    return;
                }
            }
        }

        // the choice of the library is told of however long it takes
        private double Worthwhile(int next, AccuracySolver solver) => solver == s_auto || solver.Name == Kept
            ? Patience : Ways.Skip(next).Max(ways => ways.Count == 0 ? Patience : Hopeless * ways.Min(way => way.Seconds));

        // null if a solve did not converge, or was given up
        private AccuracyWay? Tried(string name, Func<CancellationToken, AccuracyResult> compute, double bound)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(bound + Compilation));
            AccuracyResult result;
            double Once(CancellationToken token)
            {
                long started = Stopwatch.GetTimestamp();
                result = compute(token);
                return Stopwatch.GetElapsedTime(started).TotalSeconds;
            }

            double seconds = Once(cancellation.Token);
            if (!result!.Converged)
            {
                return null;
            }

            // the first call compiles, and a short one says little
            for (int i = 0; i < Repetitions && seconds < 2 * Compilation; i++)
            {
                seconds = i == 0 ? Once(default) : Math.Min(seconds, Once(default));
            }

            return new AccuracyWay(name, problem.Error(PeerCall.Numbers(result.Gradient)), result.Work, seconds, duration => Median(Once, duration));
        }

        private static double Median(Func<CancellationToken, double> once, double duration)
        {
            var times = new List<double>();
            for (long started = Stopwatch.GetTimestamp(); times.Count == 0 || Stopwatch.GetElapsedTime(started).TotalSeconds < duration;)
            {
                times.Add(once(default));
            }

            return times.Order().ElementAt(times.Count / 2);
        }
    }
}
