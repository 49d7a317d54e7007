using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Hyperdiff;

/// <summary>A method that steps λ together with w, and with what else it needs, as an immutable value. Its step is pure; one loop runs all methods.</summary>
/// <remarks>
/// The directions of a step are those in which its vectors move, per unit of their rates; the residual is the norm of all of them together, over the whole
/// structure. So it is zero only where <em>nothing</em> moves: a direction in λ alone is also zero where an adjoint has not been built up yet. By default a
/// descent ends where the estimated error of every leaf of every vector that moves is small against it, whatever units F, f, λ and w have, estimated as that of
/// inner solutions (<see cref="SolveReport.Error"/> is that of λ) from direction, step, and the decrease of the direction in it. With noisy oracles the
/// residual does not fall below the noise, nor is a descent said to have converged there: directions at the end are drawn again. Ask for a tolerance of 0 then,
/// and a number of steps.
/// </remarks>
public abstract partial record Descent
{
    private protected Descent(Schedule innerRate, Schedule outerRate) => (InnerRate, OuterRate) = (innerRate, outerRate);

    /// <summary>The name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>The rate of the steps on the inner problem. Its unit is w² per f unless the method says otherwise.</summary>
    public Schedule InnerRate { get; init => field = Positive(value); }

    /// <summary>The rate of the steps of λ. Its unit is λ² per F unless the method says otherwise.</summary>
    public Schedule OuterRate { get; init => field = Positive(value); }

    /// <summary>For the residual, in its unit; with 0 as many steps are made as are allowed. If absent, as by default, the descent ends where the estimated
    /// error of every leaf of every vector that moves is within ε^⅓ of that leaf's norm: 6e-6 in float64, 5e-3 in float32.</summary>
    public double? Tolerance { get; init => field = value is { } given ? Hyperdiff.Tolerance.Require(given, nameof(Tolerance)) : null; }

    /// <summary>The most steps.</summary>
    public int MaxSteps { get; init => field = Allowed.AtLeast(0, value, nameof(MaxSteps)); } = 1000;

    /// <summary>What samples are drawn from: step k uses <c>Key.Fold(k)</c>, so that steps can be repeated. Exact objectives ignore it.</summary>
    public RandomKey Key { get; init => field = Allowed.Given(value, nameof(Key)); } = RandomKey.FromSeed(0);

    /// <summary>What is known of the problem; the solution then tells which conditions hold.</summary>
    public StrongConvexityBounds? Bounds { get; init; }

    /// <summary>Checks what the method needs of its numbers against what is known of the problem. What cannot be checked so is in the documentation of the
    /// method.</summary>
    /// <param name="bounds">μ and L of f in w, and where it is used, the Lipschitz constant of ∇_wF.</param>
    public ImmutableArray<DescentCondition> Check(StrongConvexityBounds bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        return [.. Conditions(bounds)];
    }

    /// <summary>The same method with other limits: what <c>with</c> does, for languages that have none.</summary>
    /// <param name="descent">The method.</param>
    /// <param name="tolerance">For the residual, in its unit; null for the error of what moves.</param>
    /// <param name="maxSteps">The most steps.</param>
    public static TDescent WithLimits<TDescent>(TDescent descent, double? tolerance, int maxSteps)
        where TDescent : Descent
    {
        ArgumentNullException.ThrowIfNull(descent);
        return (TDescent)((Descent)descent with { Tolerance = tolerance, MaxSteps = maxSteps });
    }

    /// <summary>The same method drawing from another key: what <c>with</c> does, for languages that have none.</summary>
    /// <param name="descent">The method.</param>
    /// <param name="key">What samples are drawn from.</param>
    public static TDescent WithKey<TDescent>(TDescent descent, RandomKey key)
        where TDescent : Descent
    {
        ArgumentNullException.ThrowIfNull(descent);
        return (TDescent)((Descent)descent with { Key = key });
    }

    /// <summary>Why a step could not be made; null for methods that can always make one.</summary>
    internal virtual string? WhyNoStep => null;

    /// <summary>What is remembered besides w and λ, as it is before the first step; nothing by default.</summary>
    internal virtual ImmutableArray<(string Name, LeafVector Value)> Begin(StepPoint start, (Oracle Inner, Oracle Outer) oracles) => [];

    /// <summary>Traces one step.</summary>
    internal abstract StepPoint Step(StepTrace at);

    private protected abstract IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds);

    internal DescentSteps<TState, THyper> On<TState, THyper>(SampledProblem<TState, THyper> problem, TState start, THyper hyper)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new DescentSteps<TState, THyper>(this, problem, start, hyper);
    }

    // what a method may be given, checked where it is kept, and named as by the factories, whoever passed it
    private protected static Schedule Positive(Schedule value, [CallerMemberName] string name = "") => Schedule.Positive(value, Parameter(name));

    private protected static Schedule Fraction(Schedule value, [CallerMemberName] string name = "") => Schedule.Fraction(value, Parameter(name));

    private protected static int AtLeastOne(int value, [CallerMemberName] string name = "") => Allowed.AtLeast(1, value, Parameter(name));

    private protected static T Given<T>(T? value, [CallerMemberName] string name = "")
        where T : class => Allowed.Given(value, Parameter(name));

    private protected static string Parameter(string property) => char.ToLowerInvariant(property[0]) + property[1..];

    /// <summary>The rate of gradient steps on f: they contract.</summary>
    private protected static DescentCondition Contracts(string name, Schedule rate, StrongConvexityBounds bounds) =>
        AtMost($"{name} ≤ 1/L, so that steps on f contract by 1 − {name} μ", rate.At(0).ToScalar(), 1 / bounds.Smoothness);

    /// <summary>f is strongly convex: w* and v are unique, and change smoothly with λ.</summary>
    private protected static DescentCondition Convex(StrongConvexityBounds bounds) =>
        new("μ > 0, so that w* and its derivative exist", bounds.Convexity > 0, string.Create(CultureInfo.InvariantCulture, $"μ = {bounds.Convexity:G4}"));

    private protected static DescentCondition AtMost(string statement, double value, double most) =>
        new(statement, value <= most, string.Create(CultureInfo.InvariantCulture, $"{value:G4} against {most:G4}"));

    private protected static DescentCondition AtLeast(string statement, double value, double least) =>
        new(statement, value >= least, string.Create(CultureInfo.InvariantCulture, $"{value:G4} against {least:G4}"));
}
