using System.Collections.Immutable;
using System.Globalization;

namespace Hyperdiff;

/// <summary>What an outer loop does where a step is not to be trusted: a solve did not converge, or a number is not finite. The record of the step says what
/// was done.</summary>
public sealed class StepFailure
{
    private StepFailure(StepOutcome outcome, int attempts, int inARow) => (Outcome, Attempts, InARow) = (outcome, attempts, inARow);

    /// <summary>Throw; the run stays before the step.</summary>
    public static StepFailure Throw { get; } = new(StepOutcome.Taken, 1, 0);

    /// <summary>λ stays, and w where it was left; the next step tries again, with samples of its own where the problem has any.</summary>
    /// <remarks>w is left where a solve ended; in an alternation, where the last step that is to be trusted led; by a descent, where it was.</remarks>
    /// <param name="most">How many steps in a row may be skipped before the next one throws.</param>
    public static StepFailure Skip(int most = 10) => new(StepOutcome.Skipped, 1, Allowed.AtLeast(1, most));

    /// <summary>Back to the last step that was trusted, and half as far along its hypergradient; every trusted step doubles the length again, until it is
    /// whole. A descent makes that step again at half its rates.</summary>
    /// <param name="most">How often in a row, before it throws: after 10 times a step is a thousandth.</param>
    public static StepFailure RollBack(int most = 10) => new(StepOutcome.RolledBack, 1, Allowed.AtLeast(1, most));

    /// <summary>Solve again from where the solves ended: those that converged to a tenth of their tolerance, since the others may have failed on their
    /// error. Then as this policy says otherwise. For <see cref="Hypergradient.Implicit"/> over problems with a solver.</summary>
    /// <param name="attempts">How often.</param>
    public StepFailure AfterTightening(int attempts = 3) => new(Outcome, 1 + Allowed.AtLeast(1, attempts), InARow);

    /// <summary>Solve again from where the solves ended, to tighter tolerances; then throw. See <see cref="AfterTightening"/>.</summary>
    /// <param name="attempts">How often.</param>
    public static StepFailure Tighten(int attempts = 3) => Throw.AfterTightening(attempts);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Attempts > 1 ? $"tighten {Attempts - 1} times, then " : string.Empty)}{(InARow == 0 ? "throw" : $"{Outcome} up to {InARow} times in a row")}");

    /// <summary>What is done in the end; taken where it throws.</summary>
    internal StepOutcome Outcome { get; }

    /// <summary>How often a hypergradient is computed at most.</summary>
    internal int Attempts { get; }

    /// <summary>How many steps in a row may fail.</summary>
    internal int InARow { get; }

    /// <summary>Whether an exception of a step is a step that failed, rather than the end of the run.</summary>
    internal bool Takes(Exception exception) => exception is SolveException or RankFailedException { IsOfAStep: true }
        || (exception is LinearAlgebraException && InARow > 0);

    private static string Ordinal(int number) => number / 10 % 10 == 1 ? $"{number}th"
        : $"{number}{(number % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" }}";

    /// <summary>Whether a run goes on after one more step that is not to be trusted.</summary>
    /// <param name="failed">How many in a row there were before it.</param>
    /// <param name="hasAnchor">Whether there is a step to go back to.</param>
    internal bool GoesOnAfter(int failed, bool hasAnchor) => failed < InARow && (Outcome != StepOutcome.RolledBack || hasAnchor);

    /// <summary>What to throw where it does not.</summary>
    /// <param name="what">What is not to be trusted: <c>the hypergradient of step 3</c>.</param>
    /// <param name="failed">How many in a row there were before it.</param>
    /// <param name="why">The evidence in words.</param>
    /// <param name="reports">All solves.</param>
    internal SolveException Ending(string what, int failed, string why, ImmutableArray<SolveReport> reports) => new(
        $"OuterLoop: {what}{(failed == 0 ? string.Empty : $", the {Ordinal(failed + 1)} in a row")} is not to be trusted; the run stays before it. "
            + $"Policy: {this}; see OuterLoop.OnFailure.\n{why}", reports);
}
