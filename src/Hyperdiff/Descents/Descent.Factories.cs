namespace Hyperdiff;

/// <content>The methods by name.</content>
public abstract partial record Descent
{
    /// <summary>One step each of w, v and λ.</summary>
    /// <remarks>
    /// <code>
    /// w ← w − ρ ∇_wf,   v ← v − ρ (H v − g),   λ ← λ − γ (h − Bᵀv)
    /// </code>
    /// Every direction is linear in what is sampled, so that samples are unbiased. Unbiased in the limit: a fixed point has w = w*, v = H⁻¹g and ∇ℓ = 0. The
    /// theorems ask for f strongly convex in w with Lipschitz derivatives up to the third, F Lipschitz and smooth, ρ of at most the order of 1/L, and γ/ρ small
    /// enough; with noise, for steps that decrease like 1/√k. One gradient each of f and F, a Hessian product and a mixed product per step. Source: Dagréou,
    /// Ablin, Vaiter and Moreau (2022), "A framework for bilevel optimization that enables stochastic and global variance reduction algorithms",
    /// arXiv:2201.13409, algorithm 1. Differs from the source in the sign of v, which is that of the conventions.
    /// </remarks>
    /// <param name="innerRate">ρ, of w and v, in the unit w² per f: at most 1/L.</param>
    /// <param name="outerRate">γ, of λ, in the unit λ² per F.</param>
    public static StochasticDescent Soba(Schedule innerRate, Schedule outerRate) => new SobaDescent(innerRate, outerRate);

    /// <summary>One step each of w, v and λ, with reduced variance, over finite sums. See <see cref="SabaDescent"/>.</summary>
    /// <param name="innerRate">ρ, of w and v, in the unit w² per f: at most 1/L.</param>
    /// <param name="outerRate">γ, of λ, in the unit λ² per F.</param>
    public static SabaDescent Saba(Schedule innerRate, Schedule outerRate) => new(innerRate, outerRate);

    /// <summary>Some steps of w and of v, both going on, then one of λ.</summary>
    /// <remarks>
    /// <code>
    /// T times  w ← w − ρ ∇_wf;     N times  v ← v − β (H v − g);     λ ← λ − γ (h − Bᵀv)
    /// </code>
    /// Each of the steps has a sample of its own. Unbiased in the limit. The theorems ask for f strongly convex in w with Lipschitz derivatives, ρ and β of at
    /// most the order of 1/L, T and N of the order of κ log κ, γ small against the smoothness of ℓ; with noise, for batches that grow. T gradients of f, one of
    /// F, N Hessian products and one mixed product per step. Source: Arbel and Mairal (2022), "Amortized implicit differentiation for stochastic bilevel
    /// optimization", arXiv:2111.14580, algorithm 1.
    /// </remarks>
    /// <param name="innerRate">ρ, of w and v, in the unit w² per f: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="adjointSteps">N, at least 1.</param>
    /// <param name="outerRate">γ, of λ, in the unit λ² per F.</param>
    /// <param name="adjointRate">β, of v; that of w if absent.</param>
    public static StochasticDescent Amigo(Schedule innerRate, int innerSteps, int adjointSteps, Schedule outerRate, Schedule? adjointRate = null) =>
        new AmigoDescent(innerRate, innerSteps, adjointRate ?? Positive(innerRate, nameof(innerRate)), adjointSteps, outerRate);

    /// <summary>Some steps of w, a truncated Neumann series, then one step of λ.</summary>
    /// <remarks>
    /// <code>
    /// T times  w ← w − ρ ∇_wf;     v = c Σ_{j≤Q} Πᵢ≤ⱼ (I − c Hᵢ) g;     λ ← λ − γ (h − Bᵀv)
    /// </code>
    /// Biased at any Q: it ends where h = Bᵀv, with v off by (I − c H)^(Q+1) H⁻¹g, so that ‖∇ℓ‖ is of the order of (1 − c μ)^(Q+1). The theorems ask for f
    /// strongly convex in w with Lipschitz derivatives, c ≤ 1/L, T and Q of the order of κ log κ, batches that shrink from the first factor to the last, and γ
    /// small against the smoothness of ℓ. T gradients of f, one of F, Q Hessian products and one mixed product per step. Source: Ji, Yang and Liang (2021),
    /// "Bilevel optimization: convergence analysis and enhanced design", arXiv:2010.07962, algorithm 2.
    /// </remarks>
    /// <param name="innerRate">ρ, of w, and c, of the series, in the unit w² per f: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="products">Q, at least 0.</param>
    /// <param name="outerRate">γ, of λ, in the unit λ² per F.</param>
    /// <param name="seriesRate">c, where it is another one than ρ.</param>
    public static StochasticDescent StocBio(Schedule innerRate, int innerSteps, int products, Schedule outerRate, Schedule? seriesRate = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(products);
        ArgumentOutOfRangeException.ThrowIfEqual(products, int.MaxValue);
        HessianSeries series = HessianSeries.Truncated(
            products + 1, seriesRate is null ? Positive(innerRate, nameof(innerRate)) : Positive(seriesRate, nameof(seriesRate)));
        return new StocBioDescent(innerRate, innerSteps, (TruncatedHessianSeries)series, outerRate);
    }

    /// <summary>One step of w, then one of λ along a series approximation.</summary>
    /// <remarks>
    /// <code>
    /// w ← w − β_k ∇_wf,     λ ← λ − α_k (h − Bᵀv),     v ≈ H⁻¹g by a series of N terms
    /// </code>
    /// Biased by the series: ‖∇ℓ‖ ends at the order of (1 − c μ)ᴺ. With the random series, that of the source, there is noise also with exact objectives. The
    /// theorems ask for f strongly convex in w with Lipschitz derivatives, c ≤ 1/L, N of the order of log k, and α_k/β_k → 0: α_k ~ k^(−3/5) and β_k ~ k^(−2/5)
    /// for a nonconvex ℓ, k⁻¹ and k^(−2/3) for a strongly convex one. One gradient each of f and F, at most N − 1 Hessian products and one mixed product per
    /// step. Source: Hong, Wai, Wang and Yang (2023), "A two-timescale stochastic algorithm framework for bilevel optimization", arXiv:2007.05170, algorithm 1.
    /// </remarks>
    /// <param name="innerRate">β, of w, in the unit w² per f: at most 1/L.</param>
    /// <param name="outerRate">α, of λ, in the unit λ² per F.</param>
    /// <param name="series">The approximation of H⁻¹g.</param>
    public static StochasticDescent Ttsa(Schedule innerRate, Schedule outerRate, HessianSeries series) => new TtsaDescent(innerRate, outerRate, series);

    /// <summary>One step each of w and λ along corrected momentum.</summary>
    /// <remarks>
    /// <code>
    /// m_k = η d(x_k; ξ_k) + (1 − η)(m_{k−1} + d(x_k; ξ_k) − d(x_{k−1}; ξ_k))      for d = ∇_wf, and d = h − Bᵀv with v ≈ H⁻¹g by a series
    /// w ← w − β m^w,     λ ← λ − α m^λ
    /// </code>
    /// Both evaluations of a difference use the same sample; the first step has η = 1. Biased by the series: ‖∇ℓ‖ ends at the order of (1 − c μ)ᴺ. The theorems
    /// ask for f strongly convex in w with Lipschitz derivatives, samples that are Lipschitz themselves, c ≤ 1/L, N of the order of log k, α_k, β_k ~ k^(−1/3)
    /// and η_k ~ α_k² for a nonconvex ℓ. Two gradients each of f and F, at most 2 (N − 1) Hessian products and two mixed products per step. Source: Khanduri et
    /// al. (2021), "A near-optimal algorithm for stochastic bilevel optimization via double-momentum", arXiv:2102.07367, algorithm 1.
    /// </remarks>
    /// <param name="innerRate">β, of w, in the unit w² per f: at most 1/L.</param>
    /// <param name="outerRate">α, of λ, in the unit λ² per F.</param>
    /// <param name="momentum">η of both, in (0, 1]; 1 for none.</param>
    /// <param name="series">The approximation of H⁻¹g.</param>
    /// <param name="outerMomentum">η of λ, where it is another one than that of w.</param>
    public static StochasticDescent Sustain(Schedule innerRate, Schedule outerRate, Schedule momentum, HessianSeries series, Schedule? outerMomentum = null)
    {
        Schedule eta = SustainDescent.Share(momentum, nameof(momentum));
        Schedule outerEta = outerMomentum is null ? eta : SustainDescent.Share(outerMomentum, nameof(outerMomentum));
        return new SustainDescent(innerRate, outerRate, eta, outerEta, series);
    }

    /// <summary>One step each of w, of the multiplier and of λ, with F mixed into f.</summary>
    /// <remarks>
    /// <code>
    /// f_α = α F + (1 − α) f:     w ← w − ρ ∇_wf_α,     v ← v − η (H_α v − g),     λ ← λ − γ (h − B_αᵀv)  with the v before its step
    /// </code>
    /// The mixture makes the inner problem strongly convex where f is only convex and F strongly convex; at a fixed α the descent ends at a stationary point of
    /// the problem of f_α, which is off by the order of α. With α = 0 and a fixed η it is SOBA. Without η the step of v is exact along its direction, η =
    /// ‖r‖²/⟨r, H_α r⟩ with r = H_α v − g. The theorems ask for α_k = α₀ (k + 1)^(−1/p) → 0 and rates of powers of α_k; α_k is that of step k, α₀ at the first
    /// one. A gradient each of f and F, one Hessian product and one mixed product per step of f, and as many of F where α is not 0; a further Hessian product
    /// without η. Source: Liu, Liu, Yao, Zeng and Zhang (2023), "Averaged method of multipliers for bi-level optimization without lower-level strong
    /// convexity", arXiv:2302.03407.
    /// </remarks>
    /// <param name="innerRate">ρ, of w, in the unit w² per f: at most 1/L.</param>
    /// <param name="outerRate">γ, of λ, in the unit λ² per F.</param>
    /// <param name="adjointRate">η, of the multiplier; an exact line search if absent.</param>
    /// <param name="mixture">α, in [0, 1): the weight of F, f having 1 − α; 0 if absent.</param>
    public static ExactDescent DualMultiplier(Schedule innerRate, Schedule outerRate, Schedule? adjointRate = null, Schedule? mixture = null) =>
        new DualMultiplierDescent(innerRate, adjointRate, outerRate, mixture ?? 0);

    /// <summary>The difference of two gradients of f.</summary>
    /// <remarks>
    /// <code>
    /// T times  z ← z − ρ ∇_wf(z),   y ← y − ρ (∇_wF(y)/m + ∇_wf(y));     λ ← λ − γ (∇_λF(y) + m (∇_λf(y) − ∇_λf(z)))
    /// </code>
    /// Biased at a fixed multiplier m: it ends at a stationary point of min_w F + m (f − min f), where ‖∇ℓ‖ is of the order of 1/m. Unbiased in the limit for m
    /// that grows with k. The theorems ask for f strongly convex in w with Lipschitz Hessian, m₀ ≥ 2 L_F/μ, rates of the order of 1/L, and γ, T and the growth
    /// of m in step, m_k ~ k^(1/3) or slower at most. 2 T + 2 gradients of f and T + 1 of F per step; no products. The two gradients of a difference use the
    /// same sample. The state is z; y is remembered. Source: Kwon, Kwon, Wright and Nowak (2023), "A fully first-order method for stochastic bilevel
    /// optimization", arXiv:2301.10945, algorithm 1, with the rate of y chosen as that of z over m.
    /// </remarks>
    /// <param name="innerRate">ρ, of both inner iterates, in the unit w² per f: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="outerRate">γ, of λ, in the unit λ² per F.</param>
    /// <param name="multiplier">m: the bias is of the order of 1/m.</param>
    public static StochasticDescent F2sa(Schedule innerRate, int innerSteps, Schedule outerRate, Schedule multiplier) =>
        new F2saDescent(innerRate, innerSteps, outerRate, multiplier);

    /// <summary>A penalty on f(w) − min f.</summary>
    /// <remarks>
    /// <code>
    /// T times  ŵ ← ŵ − ρ ∇_wf(ŵ);     w ← w − ρ s (g + m ∇_wf(w)),     λ ← λ − γ s (h + m (∇_λf(w) − ∇_λf(ŵ))),     s = min(1, 1/m)
    /// </code>
    /// The gradient of s (F + m (f(w, λ) − min_w f)) by Danskin's theorem. Biased at a fixed m: it ends where ‖∇ℓ‖ is of the order of 1/m. The theorems ask for
    /// f that satisfies the Polyak–Łojasiewicz inequality in w (strong convexity is enough), m of the order of 1/ε for ε-solutions, ρ ≤ 1/L, T of the order of
    /// log m, and γ small against the smoothness of the scaled sum. T + 2 gradients of f and one of F per step; no products. Source: Shen and Chen (2023), "On
    /// penalty-based bilevel gradient descent method", arXiv:2302.05185. Differs from the source in that ŵ goes on from where it ended before, and in the scale
    /// s, which keeps the rates independent of m.
    /// </remarks>
    /// <param name="innerRate">ρ, of both inner iterates, in the unit w² per f: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="outerRate">γ, of λ, for the objective scaled by min(1, 1/m).</param>
    /// <param name="multiplier">m: the bias is of the order of 1/m.</param>
    public static StochasticDescent Pbgd(Schedule innerRate, int innerSteps, Schedule outerRate, Schedule multiplier) =>
        new ValueGapPenaltyDescent(innerRate, innerSteps, outerRate, multiplier);

    /// <summary>A penalty on ‖∇_wf‖².</summary>
    /// <remarks>
    /// <code>
    /// w ← w − ρ s (g + 2 m H ∇_wf),     λ ← λ − γ s (h + 2 m Bᵀ∇_wf),     s = min(1, 1/m)
    /// </code>
    /// Biased at a fixed m: there ∇_wf = −H⁻¹g/(2m), w is off by H⁻²g/(2m), and ‖∇ℓ‖ is of the order of 1/m. The theorems ask for f that satisfies the
    /// Polyak–Łojasiewicz inequality in w with H of no vanishing singular value on the way, and rates small against the smoothness of the scaled sum, for which
    /// ρ ≤ 1/(2 L² + L_F) is needed in w alone. A gradient each of f and F, one Hessian product and one mixed product per step: the penalty's gradient goes
    /// through ∇_wf, so that a step that left it out would move by F alone. Source: Shen and Chen (2023), "On penalty-based bilevel gradient descent method",
    /// arXiv:2302.05185; the scale s as for <see cref="Descent.Pbgd"/>.
    /// </remarks>
    /// <param name="innerRate">ρ, of w, for the objective scaled by min(1, 1/m).</param>
    /// <param name="outerRate">γ, of λ, for the same.</param>
    /// <param name="multiplier">m: the bias is of the order of 1/m.</param>
    public static ExactDescent PbgdGradientNorm(Schedule innerRate, Schedule outerRate, Schedule multiplier) =>
        new GradientPenaltyDescent(innerRate, outerRate, multiplier);

    /// <summary>Descent on F under a constraint on the value gap.</summary>
    /// <remarks>
    /// <code>
    /// ŵ: T steps  x ← x − ρ ∇_wf(x)  from w;     q = f(w, λ) − f(ŵ, λ),   ∇q = (∇_wf(w), ∇_λf(w) − ∇_λf(ŵ))
    /// (w, λ) ← (w, λ) − ξ (∇F + m ∇q),     m = max(0, (φ − ⟨∇F, ∇q⟩)/‖∇q‖²),   φ = η ‖∇q‖²
    /// </code>
    /// The multiplier is found by the step, and grows without limit as q → 0; where ∇q = 0 the step follows ∇F alone. Its steps cannot settle: at a constant ξ
    /// they end in a neighborhood of the order of ξ of a point where h = Bᵀ(I − (I − ρ H)^T) H⁻¹g, so that ‖∇ℓ‖ there is of the order of (1 − ρ μ)ᵀ; ξ that
    /// decreases to 0 removes the first error, a larger T the second. So the residual does not go to zero; ask for a number of steps. The theorems ask for f
    /// that satisfies the Polyak–Łojasiewicz inequality in w, ρ ≤ 1/L, η &gt; 0, and give ‖∇ℓ‖ → 0 up to an error that falls exponentially in T. T + 2
    /// gradients of f and one of F per step; no products. Source: Liu, Ye, Wright, Stone and Liu (2022), "BOME! Bilevel optimization made easy: a simple
    /// first-order approach", arXiv:2209.08709, algorithm 1.
    /// </remarks>
    /// <param name="innerRate">ρ, of the inner steps, in the unit w² per f: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="outerRate">ξ, of w and λ together.</param>
    /// <param name="control">η: how fast the value gap has to fall.</param>
    public static ExactDescent Bome(Schedule innerRate, int innerSteps, Schedule outerRate, Schedule control) =>
        new BomeDescent(innerRate, innerSteps, outerRate, control);

    /// <summary>A penalty on the gap to the Moreau envelope.</summary>
    /// <remarks>
    /// <code>
    /// θ ← θ − η (∇_wf(θ) + κ (θ − w));     λ ← λ − γ (h/c + ∇_λf(w) − ∇_λf(θ));     w ← w − ρ (g/c + ∇_wf(w) − κ (w − θ))
    /// </code>
    /// with the new θ, and the new λ in the step of w. Biased at a fixed penalty c: it ends at a stationary point of F + c (f − min_θ (f(θ) + ½κ‖θ − w‖²)),
    /// where ‖∇ℓ‖ is of the order of 1/c. Unbiased in the limit for c_k = c₀ (k + 1)^p with 0 &lt; p &lt; ½. The theorems ask for f that is weakly convex with
    /// modulus r, κ above 2 r, and rates below constants of their smoothness; they are for exact objectives. Four gradients of f and two of F per step, no
    /// products. Source: Liu, Liu, Yao, Zeng and Zhang (2024), "Moreau envelope for nonconvex bi-level optimization: a single-loop and Hessian-free solution
    /// strategy", arXiv:2405.09927, algorithm 1, without its proximal terms.
    /// </remarks>
    /// <param name="innerRate">η and ρ, of both inner iterates: at most 1/(L_F/c + L + κ).</param>
    /// <param name="outerRate">γ, of λ, in the unit λ² per F.</param>
    /// <param name="penalty">c: the bias is of the order of 1/c.</param>
    /// <param name="proximity">κ, above 0.</param>
    /// <param name="envelopeRate">η, where it is another one than ρ.</param>
    public static StochasticDescent Meha(
        Schedule innerRate, Schedule outerRate, Schedule penalty, Schedule proximity, Schedule? envelopeRate = null) =>
        new MehaDescent(
            envelopeRate is null ? Positive(innerRate, nameof(innerRate)) : Positive(envelopeRate, nameof(envelopeRate)),
            innerRate, outerRate, penalty, proximity);

    /// <summary>A logarithmic barrier on the value gap.</summary>
    /// <remarks>
    /// <code>
    /// T times  z ← z − ρ ∇_wf(z);     T times  w ← w − ρ (g + m ∇_wf(w))/(1 + m);     λ ← λ − γ (h + m (∇_λf(w) − ∇_λf(z)))
    /// m = τ/(σ − (f(w) − f(z))), the slope of −τ ln(f(z) + σ − f(w))
    /// </code>
    /// A w that the change of λ has brought outside the barrier begins at z again; inside the steps, one outside goes straight down f. Biased at fixed τ and σ:
    /// it ends where m (σ − q) = τ for the value gap q, and ‖∇ℓ‖ is of the order of 1/m ≤ σ/τ. The theorems ask for τ, σ → 0 with σ/τ → 0, and that the
    /// sequence of problems is solved ever more exactly; they need no convexity, with quadratic terms in both problems that this form leaves to f and F. 2 T +
    /// 3 gradients of f and T + 1 of F per step; no products. Source: Liu, Liu, Zeng and Zhang (2021), "A value-function-based interior-point method for
    /// non-convex bi-level optimization", arXiv:2106.07991. Differs from the source in the factor 1/(1 + m), which keeps the rate independent of the barrier.
    /// </remarks>
    /// <param name="innerRate">ρ, of both inner iterates, in the unit w² per f: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="outerRate">γ, of λ, in the unit λ² per F.</param>
    /// <param name="barrier">τ, the weight of the logarithm.</param>
    /// <param name="relaxation">σ, by how much f may exceed its minimum.</param>
    public static ExactDescent Bvfsm(Schedule innerRate, int innerSteps, Schedule outerRate, Schedule barrier, Schedule relaxation) =>
        new BvfsmDescent(innerRate, innerSteps, outerRate, barrier, relaxation);

    /// <summary>The inner problem as one equation.</summary>
    /// <remarks>
    /// <code>
    /// T times  w ← w − ρ ∇_wf;     λ ← λ − γ (h − (⟨g, ∇_wf⟩/‖∇_wf‖²) ∇_λf)
    /// </code>
    /// Exact for the w(λ) of least change that keeps f constant, which is not w*(λ): there is no bound for its bias, and at the inner minimum its factor is
    /// unbounded. So the descent ends with <see cref="SolveStatus.Breakdown"/> where ρ ‖∇_wf‖ ≤ √ε ‖w‖, and should be given few inner steps. No theorem. T + 1
    /// gradients of f and one of F per step; no products. Source: the implicit gradient approximation of the toolbox BOAT.
    /// </remarks>
    /// <param name="innerRate">ρ, of w, in the unit w² per f: at most 1/L.</param>
    /// <param name="innerSteps">T, at least 1.</param>
    /// <param name="outerRate">γ, of λ, in the unit λ² per F.</param>
    public static ExactDescent Iga(Schedule innerRate, int innerSteps, Schedule outerRate) =>
        new IgaDescent(innerRate, innerSteps, outerRate);
}
