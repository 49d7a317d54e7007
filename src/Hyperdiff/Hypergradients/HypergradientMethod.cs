namespace Hyperdiff;

/// <summary>A way to compute hypergradients of bilevel problems, as an immutable value that can be chosen at run time.</summary>
/// <remarks>
/// Every method computes by one signature, over every kind of problem that it can work on; <see cref="BilevelProblem.Methods"/> lists them. What cannot work
/// does not compile where both kinds are known, and is refused by the same words before any work where they were chosen at run time.
/// </remarks>
public abstract class HypergradientMethod
{
    private protected HypergradientMethod()
    {
    }

    /// <summary>What the method is called in messages.</summary>
    private protected abstract string Name { get; }

    /// <summary>What it was made with, in words; nothing if there is nothing to tell.</summary>
    private protected virtual string Settings => string.Empty;

    /// <summary>Solves the inner problem from a start and computes the hypergradient there.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="options">Key, warm start, progress, cancellation; none if absent.</param>
    /// <returns>The gradient with its evidence; ask <see cref="HypergradientResult{TState, THyper}.Converged"/> before using it.</returns>
    /// <exception cref="ArgumentException">The method does not apply to this kind of problem: the message has the cure. Or an option is given that it does not
    /// read, or a key is missing.</exception>
    public HypergradientResult<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        Run(problem, start, hyper, options) switch
        {
            ImplicitOutcome outcome => new ImplicitHypergradient<TState, THyper>(problem, outcome),
            IterativeOutcome outcome => new IterativeHypergradient<TState, THyper>(problem, outcome),
            StochasticOutcome outcome => new StochasticHypergradient<TState, THyper>(problem, outcome),
            DartsOutcome outcome => new DartsHypergradient<TState, THyper>(problem, outcome),
            EstimatedOutcome outcome => new EstimatedHypergradient<TState, THyper>(problem, outcome),
            var other => throw new System.Diagnostics.UnreachableException($"{other} has no typed result."),
        };

    /// <summary>The same as leaves.</summary>
    private protected HypergradientOutcome Run<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(problem);
        options ??= HypergradientOptions.Default;
        using Work.Scope work = Work.Under(options.Cancellation);
        Applicability.Require(this, problem);
        HypergradientOptions.Require(options, Name, Reads(problem), problem);
        BilevelPoint point = problem.PointAt(start, hyper, options.WarmStart);
        point.Hyper.RequireActive("A hypergradient");
        Telemetry.Span span = Telemetry.Hypergradient();
        return span.IsWatched ? Told(span, problem, point, options) : ComputeCore(problem, point, options);
    }

    private HypergradientOutcome Told(Telemetry.Span span, BilevelProblem problem, BilevelPoint point, HypergradientOptions options)
    {
        try
        {
            HypergradientOutcome outcome = ComputeCore(problem, point, options);
            Telemetry.End(span, Name, $"{problem}", outcome.Failed);
            return outcome;
        }
        catch (Exception exception)
        {
            Telemetry.Fail(span, exception);
            throw;
        }
    }

    /// <summary>What the method is called in messages.</summary>
    internal string Title => Name;

    /// <summary>Whether it reads an option on a problem that it applies to.</summary>
    internal bool Takes(OptionsRead option, BilevelProblem problem) => Reads(problem).HasFlag(option);

    /// <summary>Which options it reads on a problem that it applies to.</summary>
    private protected abstract OptionsRead Reads(BilevelProblem problem);

    /// <summary>Computes the hypergradient on leaves.</summary>
    /// <param name="problem">A problem that the method applies to.</param>
    /// <param name="point">The start, and λ.</param>
    /// <param name="options">Options that the method reads.</param>
    private protected abstract HypergradientOutcome ComputeCore(BilevelProblem problem, BilevelPoint point, HypergradientOptions options);

    /// <summary>What makes it, and with which numbers.</summary>
    public override string ToString() => Settings.Length == 0 ? Name : $"{Name}, {Settings}";
}
