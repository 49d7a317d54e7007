namespace Hyperdiff;

/// <summary>What the solves of a hypergradient ended with: the numbers that tolerances of later ones follow from.</summary>
/// <param name="Floor">The relative tolerance below which rounding permits none.</param>
/// <param name="GradientNorm">‖∇ℓ‖.</param>
/// <param name="InnerError">The upper end of the estimated error of w; infinite where it is unknown.</param>
/// <param name="InnerResidual">The residual of the inner solve.</param>
/// <param name="InnerTolerance">What it had to reach.</param>
/// <param name="AdjointResidual">The residual of the adjoint.</param>
/// <param name="AdjointTolerance">What it had to reach.</param>
internal readonly record struct SolveLevels(
    double Floor, double GradientNorm, double InnerError, double InnerResidual, double InnerTolerance, double AdjointResidual, double AdjointTolerance)
{
    private const string Prefix = "estimated ";

    /// <summary>Those of a hypergradient.</summary>
    public static SolveLevels Of<TState, THyper>(ImplicitHypergradient<TState, THyper> at) => new(
        at.RoundingFloor, at.GradientNorm, at.InnerReport.Error.High, at.InnerReport.Residual, at.InnerReport.Tolerance, at.AdjointReport.Residual,
        at.AdjointReport.Tolerance);

    /// <summary>What a file holds.</summary>
    public static SolveLevels Read(StructureArchive archive)
    {
        double At(string name) => archive.Number(Prefix + name);
        return new SolveLevels(At("floor"), At("gradient"), At("inner error"), At("inner residual"), At("inner tolerance"), At("adjoint residual"),
            At("adjoint tolerance"));
    }

    /// <summary>Writes it to a file.</summary>
    public void Write(StructureArchive archive)
    {
        void Add(string name, double value) => archive.Add(Prefix + name, value);
        Add("floor", Floor);
        Add("gradient", GradientNorm);
        Add("inner error", InnerError);
        Add("inner residual", InnerResidual);
        Add("inner tolerance", InnerTolerance);
        Add("adjoint residual", AdjointResidual);
        Add("adjoint tolerance", AdjointTolerance);
    }
}
