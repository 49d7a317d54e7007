using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Hyperdiff;

/// <summary>What the library tells of its work to whoever listens to the process, as OpenTelemetry does: activities and metrics of .NET, under one name and
/// without a package. Where nobody listens it costs a look at a flag, and no memory.</summary>
/// <remarks>
/// Activities: <c>hyperdiff.step</c> (of an outer loop), within it <c>hyperdiff.hypergradient</c>, within that <c>hyperdiff.solve</c>, one for the inner
/// problem and one for the adjoint; solves within solves, such as those of Newton's method, are part of theirs. Names, tags and units: docs/observing.md.
/// </remarks>
public static class Telemetry
{
    /// <summary>The name of the <see cref="ActivitySource"/> and of the <see cref="Meter"/>: <c>AddSource(Telemetry.Name)</c>,
    /// <c>AddMeter(Telemetry.Name)</c>.</summary>
    public const string Name = "Hyperdiff";

    internal const string Method = "hyperdiff.method";
    internal const string Problem = "hyperdiff.problem";
    internal const string Status = "hyperdiff.status";
    internal const string Role = "hyperdiff.solve.role";
    internal const string Kind = "hyperdiff.solve.kind";
    internal const string Outcome = "hyperdiff.step.outcome";
    internal const string Trusted = "hyperdiff.step.trusted";

    private static readonly ActivitySource s_source = new(Name);
    private static readonly Meter s_meter = new(Name);

    private static readonly Histogram<double> s_stepDuration = s_meter.CreateHistogram<double>(
        "hyperdiff.step.duration", "s", "The time of a step of an outer loop.");

    private static readonly Histogram<double> s_hypergradientDuration = s_meter.CreateHistogram<double>(
        "hyperdiff.hypergradient.duration", "s", "The time of a hypergradient, with all that it rests on.");

    private static readonly Histogram<double> s_solveDuration = s_meter.CreateHistogram<double>(
        "hyperdiff.solve.duration", "s", "The time of a solve: of an inner problem, of an adjoint, of another linear system.");

    private static readonly Counter<long> s_iterations = s_meter.CreateCounter<long>("hyperdiff.solve.iterations", "{iteration}", "Updates that solves made.");

    private static readonly Counter<long> s_products = s_meter.CreateCounter<long>(
        "hyperdiff.solve.products", "{product}", "Products with operators and their transposes, and evaluations of maps, that solves took.");

    private static readonly Counter<long> s_failures = s_meter.CreateCounter<long>(
        "hyperdiff.solve.failures", "{solve}", "Solves that did not converge.");

    private static readonly Counter<long> s_compilations = s_meter.CreateCounter<long>(
        "hyperdiff.graph.compilations", "{graph}", "Graphs that were compiled: in a loop that is warm, none.");

    [ThreadStatic]
    private static bool s_isWithinSolve;

    /// <summary>Whether anybody listens to a solve that begins here: those within another one are part of it.</summary>
    internal static bool IsSolveWatched =>
        (s_source.HasListeners() || s_solveDuration.Enabled || s_iterations.Enabled || s_products.Enabled || s_failures.Enabled) && !s_isWithinSolve;

    // to steps and hypergradients
    private static bool IsWatched => s_source.HasListeners() || s_hypergradientDuration.Enabled || s_stepDuration.Enabled;

    /// <summary>Begins a step of an outer loop.</summary>
    internal static Span Step(int step)
    {
        Span span = IsWatched ? Begin("hyperdiff.step") : default;
        span.Activity?.SetTag("hyperdiff.step", step);
        return span;
    }

    /// <summary>Ends a step.</summary>
    internal static void End(Span step, string outcome, bool isTrusted)
    {
        s_stepDuration.Record(step.Seconds, new(Outcome, outcome), new(Trusted, isTrusted));
        step.Activity?.SetTag(Outcome, outcome).SetTag(Trusted, isTrusted).SetStatus(isTrusted ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        step.Activity?.Dispose();
    }

    /// <summary>Begins a hypergradient.</summary>
    internal static Span Hypergradient() => IsWatched ? Begin("hyperdiff.hypergradient") : default;

    /// <summary>Ends a hypergradient.</summary>
    /// <param name="span">What was begun.</param>
    /// <param name="method">The method.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="failed">The first solve that it rests on and that did not converge; null if all did.</param>
    internal static void End(Span span, string method, string problem, SolveReport? failed)
    {
        SolveStatus status = failed?.Status ?? SolveStatus.Converged;
        s_hypergradientDuration.Record(span.Seconds, new(Method, method), new(Status, $"{status}"));
        span.Activity?.SetTag(Method, method).SetTag(Problem, problem).SetTag(Status, $"{status}")
            .SetStatus(failed is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, failed?.ToString());
        span.Activity?.Dispose();
    }

    /// <summary>Tells of a graph that is compiled.</summary>
    internal static void Compilation() => s_compilations.Add(1);

    /// <summary>Ends what an exception ended.</summary>
    internal static void Fail(Span span, Exception exception)
    {
        span.Activity?.SetTag("error.type", exception.GetType().FullName).SetStatus(ActivityStatusCode.Error, exception.Message);
        span.Activity?.Dispose();
    }

    /// <summary>Makes a solve that is listened to.</summary>
    /// <param name="name">What it is called: its role, and more after a comma.</param>
    /// <param name="solve">Makes it.</param>
    /// <param name="report">Its report.</param>
    internal static T Solve<T>(string name, Func<T> solve, Func<T, SolveReport> report)
    {
        Span span = Begin("hyperdiff.solve");
        s_isWithinSolve = true;
        try
        {
            T solution = solve();
            End(span, name.Split(',')[0], report(solution));
            return solution;
        }
        catch (Exception exception)
        {
            Fail(span, exception);
            throw;
        }
        finally
        {
            s_isWithinSolve = false;
        }
    }

    private static void End(Span span, string role, SolveReport report)
    {
        var tags = new TagList { { Role, role }, { Kind, $"{report.Kind}" } };
        s_iterations.Add(report.Iterations, tags);
        s_products.Add(report.Products + report.TransposedProducts, tags);
        tags.Add(Status, $"{report.Status}");
        s_solveDuration.Record(span.Seconds, tags);
        if (!report.Converged)
        {
            s_failures.Add(1, tags);
        }

        span.Activity?.SetTag(Role, role).SetTag(Kind, $"{report.Kind}").SetTag(Status, $"{report.Status}").SetTag("hyperdiff.solve.name", report.Solver)
            .SetTag("hyperdiff.solve.iterations", report.Iterations).SetTag("hyperdiff.solve.residual", report.Residual)
            .SetTag("hyperdiff.solve.tolerance", report.Tolerance).SetTag("hyperdiff.solve.products", report.Products + report.TransposedProducts)
            .SetStatus(report.Converged ? ActivityStatusCode.Ok : ActivityStatusCode.Error, report.Converged ? null : report.Advice);
        span.Activity?.Dispose();
    }

    private static Span Begin(string name) => new(s_source.StartActivity(name), Stopwatch.GetTimestamp());

    /// <summary>Something that was begun; the default value where nobody listens.</summary>
    /// <param name="Activity">Its activity; null where only metrics are listened to, or it is not sampled.</param>
    /// <param name="Begun">When; 0 where nobody listens.</param>
    internal readonly record struct Span(Activity? Activity, long Begun)
    {
        /// <summary>Whether anybody listens.</summary>
        public bool IsWatched => Begun != 0;

        /// <summary>The time since then.</summary>
        public double Seconds => Stopwatch.GetElapsedTime(Begun).TotalSeconds;
    }
}
