namespace Hyperdiff;

/// <summary>Who may end the work of a thread: the token of the public call that it is done for, which what lies deep within has no argument for.</summary>
/// <remarks>
/// Solves end as cancelled, as they do for a token of their own. Tracing, graph transformations and plans, which have nothing to
/// return half done, and loops, end with an <see cref="OperationCanceledException"/>: within a thousand equations, and within a step. What a call within
/// another is given counts there.
/// </remarks>
internal static class Work
{
    // a few hundred microseconds of a pass
    private const int EquationsBetween = 1024;

    [ThreadStatic]
    private static CancellationToken s_cancellation;

    /// <summary>The token.</summary>
    public static CancellationToken Cancellation => s_cancellation;

    /// <summary>Work under a token, until the result is disposed of; that of the call around counts on where the token cannot be cancelled.</summary>
    public static Scope Under(CancellationToken cancellation) => new(cancellation);

    /// <summary>The token of a call, or, where it has none, that of the call around.</summary>
    public static CancellationToken Or(CancellationToken cancellation) => cancellation.CanBeCanceled ? cancellation : s_cancellation;

    /// <summary>Runs something under a token, for languages whose functions have no optional arguments.</summary>
    public static T Run<T>(Func<T> work, CancellationToken cancellation)
    {
        using Scope scope = Under(cancellation);
        return work();
    }

    /// <summary>Whether an exception says that a token ended the work.</summary>
    public static bool EndedBy(Exception exception) => exception is OperationCanceledException or IEndedByToken { IsByToken: true };

    /// <summary>One step of a loop.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void Step() => s_cancellation.ThrowIfCancellationRequested();

    /// <summary>One more equation of a pass over a graph.</summary>
    /// <param name="number">How many there were before in this pass: short ones are not ended, so that solves tell how they did.</param>
    /// <exception cref="OperationCanceledException">Cancelled, and this is one of those where that is looked at.</exception>
    public static void Equation(int number)
    {
        if (number % EquationsBetween == EquationsBetween - 1)
        {
            s_cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>From where a token counts to where it is disposed of.</summary>
    internal readonly ref struct Scope
    {
        private readonly CancellationToken _outer;

        internal Scope(CancellationToken cancellation)
        {
            _outer = s_cancellation;
            s_cancellation = Or(cancellation);
        }

        /// <summary>Ends the work.</summary>
        public void Dispose() => s_cancellation = _outer;
    }
}
