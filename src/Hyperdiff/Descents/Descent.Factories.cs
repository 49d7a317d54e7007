namespace Hyperdiff;

/// <content>The methods by name.</content>
public abstract partial record Descent
{
    /// <summary>One step each of w, v and λ. See <see cref="SobaDescent"/>.</summary>
    /// <param name="innerRate">ρ, of w and v: at most 1/L.</param>
    /// <param name="outerRate">γ, of λ.</param>
    public static SobaDescent Soba(Schedule innerRate, Schedule outerRate) => new(innerRate, outerRate);

    /// <summary>One step each of w, v and λ, with reduced variance, over finite sums. See <see cref="SabaDescent"/>.</summary>
    /// <param name="innerRate">ρ, of w and v: at most 1/L.</param>
    /// <param name="outerRate">γ, of λ.</param>
    public static SabaDescent Saba(Schedule innerRate, Schedule outerRate) => new(innerRate, outerRate);

    /// <summary>Some steps of w and of v, both going on, then one of λ. See <see cref="AmigoDescent"/>.</summary>
    /// <param name="innerRate">ρ, of w and v: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="adjointSteps">N, at least 1.</param>
    /// <param name="outerRate">γ, of λ.</param>
    /// <param name="adjointRate">β, of v; that of w if absent.</param>
    public static AmigoDescent Amigo(Schedule innerRate, int innerSteps, int adjointSteps, Schedule outerRate, Schedule? adjointRate = null) =>
        new(innerRate, innerSteps, adjointRate ?? Positive(innerRate, nameof(innerRate)), adjointSteps, outerRate);

    /// <summary>Some steps of w, a truncated Neumann series, then one step of λ. See <see cref="StocBioDescent"/>.</summary>
    /// <param name="innerRate">ρ, of w, and c, of the series: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="products">Q, at least 0.</param>
    /// <param name="outerRate">γ, of λ.</param>
    public static StocBioDescent StocBio(Schedule innerRate, int innerSteps, int products, Schedule outerRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(products);
        HessianSeries series = HessianSeries.Truncated(products + 1, Positive(innerRate, nameof(innerRate)));
        return new(innerRate, innerSteps, (TruncatedHessianSeries)series, outerRate);
    }

    /// <summary>One step of w, then one of λ along a series approximation. See <see cref="TtsaDescent"/>.</summary>
    /// <param name="innerRate">β, of w: at most 1/L.</param>
    /// <param name="outerRate">α, of λ.</param>
    /// <param name="series">The approximation of H⁻¹g.</param>
    public static TtsaDescent Ttsa(Schedule innerRate, Schedule outerRate, HessianSeries series) => new(innerRate, outerRate, series);

    /// <summary>One step each of w and λ along corrected momentum. See <see cref="SustainDescent"/>.</summary>
    /// <param name="innerRate">β, of w: at most 1/L.</param>
    /// <param name="outerRate">α, of λ.</param>
    /// <param name="momentum">η of both, in (0, 1]; 1 for none.</param>
    /// <param name="series">The approximation of H⁻¹g.</param>
    public static SustainDescent Sustain(Schedule innerRate, Schedule outerRate, Schedule momentum, HessianSeries series)
    {
        Schedule eta = SustainDescent.Share(momentum, nameof(momentum));
        return new(innerRate, outerRate, eta, eta, series);
    }

    /// <summary>One step each of w, of the multiplier and of λ, with F mixed into f. See <see cref="DualMultiplierDescent"/>.</summary>
    /// <param name="innerRate">ρ, of w: at most 1/L.</param>
    /// <param name="outerRate">γ, of λ.</param>
    /// <param name="adjointRate">η, of the multiplier; an exact line search if absent.</param>
    /// <param name="mixture">α, in [0, 1): the weight of F, f having 1 − α; 0 if absent.</param>
    public static DualMultiplierDescent DualMultiplier(Schedule innerRate, Schedule outerRate, Schedule? adjointRate = null, Schedule? mixture = null) =>
        new(innerRate, adjointRate, outerRate, mixture ?? 0);

    /// <summary>The difference of two gradients of f. See <see cref="F2saDescent"/>.</summary>
    /// <param name="innerRate">ρ, of both inner iterates: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="outerRate">γ, of λ.</param>
    /// <param name="multiplier">m: the bias is of the order of 1/m.</param>
    public static F2saDescent F2sa(Schedule innerRate, int innerSteps, Schedule outerRate, Schedule multiplier) =>
        new(innerRate, innerSteps, outerRate, multiplier);

    /// <summary>A penalty on f(w) − min f. See <see cref="ValueGapPenaltyDescent"/>.</summary>
    /// <param name="innerRate">ρ, of both inner iterates: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="outerRate">γ, of λ, for the objective scaled by min(1, 1/m).</param>
    /// <param name="multiplier">m: the bias is of the order of 1/m.</param>
    public static ValueGapPenaltyDescent Pbgd(Schedule innerRate, int innerSteps, Schedule outerRate, Schedule multiplier) =>
        new(innerRate, innerSteps, outerRate, multiplier);

    /// <summary>A penalty on ‖∇_wf‖². See <see cref="GradientPenaltyDescent"/>.</summary>
    /// <param name="innerRate">ρ, of w, for the objective scaled by min(1, 1/m).</param>
    /// <param name="outerRate">γ, of λ, for the same.</param>
    /// <param name="multiplier">m: the bias is of the order of 1/m.</param>
    public static GradientPenaltyDescent PbgdGradientNorm(Schedule innerRate, Schedule outerRate, Schedule multiplier) =>
        new(innerRate, outerRate, multiplier);

    /// <summary>Descent on F under a constraint on the value gap. See <see cref="BomeDescent"/>.</summary>
    /// <param name="innerRate">ρ, of the inner steps: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="outerRate">ξ, of w and λ together.</param>
    /// <param name="control">η: how fast the value gap has to fall.</param>
    public static BomeDescent Bome(Schedule innerRate, int innerSteps, Schedule outerRate, Schedule control) =>
        new(innerRate, innerSteps, outerRate, control);

    /// <summary>A penalty on the gap to the Moreau envelope. See <see cref="MehaDescent"/>.</summary>
    /// <param name="innerRate">η and ρ, of both inner iterates: at most 1/(L_F/c + L + κ).</param>
    /// <param name="outerRate">γ, of λ.</param>
    /// <param name="penalty">c: the bias is of the order of 1/c.</param>
    /// <param name="proximity">κ, above 0.</param>
    public static MehaDescent Meha(Schedule innerRate, Schedule outerRate, Schedule penalty, Schedule proximity) =>
        new(Positive(innerRate, nameof(innerRate)), innerRate, outerRate, penalty, proximity);

    /// <summary>A logarithmic barrier on the value gap. See <see cref="BvfsmDescent"/>.</summary>
    /// <param name="innerRate">ρ, of both inner iterates: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="outerRate">γ, of λ.</param>
    /// <param name="barrier">τ, the weight of the logarithm.</param>
    /// <param name="relaxation">σ, by how much f may exceed its minimum.</param>
    public static BvfsmDescent Bvfsm(Schedule innerRate, int innerSteps, Schedule outerRate, Schedule barrier, Schedule relaxation) =>
        new(innerRate, innerSteps, outerRate, barrier, relaxation);

    /// <summary>The inner problem as one equation. See <see cref="IgaDescent"/>.</summary>
    /// <param name="innerRate">ρ, of w: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="outerRate">γ, of λ.</param>
    public static IgaDescent Iga(Schedule innerRate, int innerSteps, Schedule outerRate) =>
        new(innerRate, innerSteps, outerRate);
}
