namespace Hyperdiff;

/// <summary>The tolerances of both solves of a hypergradient within a descent: relative at the first one, absolute from then on, and never below what rounding
/// permits.</summary>
/// <param name="Inner">In the unit of w.</param>
/// <param name="Adjoint">In the unit of the adjoint's residual.</param>
internal readonly record struct CoupledTolerances(Tolerance Inner, Tolerance Adjoint)
{
    private const double FirstDigit = 0.1;

    /// <summary>Before anything is known: one digit.</summary>
    public static CoupledTolerances First { get; } = new(new Tolerance(FirstDigit, 0), new Tolerance(FirstDigit, 0));

    /// <summary>So many times the errors that the solves of a hypergradient ended with.</summary>
    public static CoupledTolerances Of<TState, THyper>(ImplicitHypergradient<TState, THyper> at, double times)
    {
        (SolveReport inner, SolveReport adjoint) = (at.InnerReport, at.AdjointReport);
        double innerError = double.IsFinite(inner.Error.High) ? inner.Error.High : inner.Residual;
        double adjointError = adjoint.Residual > 0 ? adjoint.Residual : adjoint.Tolerance;
        return new CoupledTolerances(new Tolerance(at.RoundingFloor, times * innerError), new Tolerance(at.RoundingFloor, times * adjointError));
    }

    /// <summary>The next tolerances, unless they are above these: they only fall. Those of the first hypergradient were relative, and count as what they came
    /// to.</summary>
    public CoupledTolerances Lowered<TState, THyper>(CoupledTolerances next, ImplicitHypergradient<TState, THyper> first)
    {
        SolveReport inner = first.InnerReport;

        // the residual of an inner solve has that share of its tolerance that the error has of what was asked for in the unit of w
        double asked = double.IsFinite(inner.Error.High) && inner.Residual > 0 ? inner.Error.High * inner.Tolerance / inner.Residual : inner.Tolerance;
        return new CoupledTolerances(Lower(Inner, next.Inner, asked), Lower(Adjoint, next.Adjoint, first.AdjointReport.Tolerance));
    }

    private static Tolerance Lower(Tolerance before, Tolerance next, double first) =>
        next with { Absolute = Math.Min(before.Absolute > 0 ? before.Absolute : first, next.Absolute) };
}
