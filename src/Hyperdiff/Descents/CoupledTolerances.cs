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
    public static CoupledTolerances Of(SolveLevels at, double times)
    {
        double innerError = double.IsFinite(at.InnerError) ? at.InnerError : at.InnerResidual;
        double adjointError = at.AdjointResidual > 0 ? at.AdjointResidual : at.AdjointTolerance;
        return new CoupledTolerances(new Tolerance(at.Floor, times * innerError), new Tolerance(at.Floor, times * adjointError));
    }

    /// <summary>The next tolerances, unless they are above these: they only fall. Those of the first hypergradient were relative, and count as what they came
    /// to.</summary>
    public CoupledTolerances Lowered(CoupledTolerances next, SolveLevels first)
    {
        // the residual of an inner solve has that share of its tolerance that the error has of what was asked for in the unit of w
        double asked = double.IsFinite(first.InnerError) && first.InnerResidual > 0
            ? first.InnerError * first.InnerTolerance / first.InnerResidual : first.InnerTolerance;
        return new CoupledTolerances(Lower(Inner, next.Inner, asked), Lower(Adjoint, next.Adjoint, first.AdjointTolerance));
    }

    private static Tolerance Lower(Tolerance before, Tolerance next, double first) =>
        next with { Absolute = Math.Min(before.Absolute > 0 ? before.Absolute : first, next.Absolute) };
}
