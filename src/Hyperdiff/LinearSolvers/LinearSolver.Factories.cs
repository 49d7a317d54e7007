namespace Hyperdiff;

public abstract partial record LinearSolver
{
    /// <summary>Conjugate gradients: for symmetric positive definite A.</summary>
    /// <remarks>
    /// <code>
    /// α = ρ / pᵀA p,  x ← x + α p,  r ← r − α A p,  β = ρ′ / ρ,  p ← r + β p        with ρ = rᵀr
    /// </code>
    /// In exact arithmetic it ends after as many updates as A has distinct eigenvalues; the error falls by <c>(√κ − 1)/(√κ + 1)</c> per update. One product per
    /// update and one at the end, where the residual is computed anew. Source: Hestenes and Stiefel (1952), "Methods of Conjugate Gradients for Solving Linear
    /// Systems", section 3. Differs from the source in:
    /// 1. the last iterate is returned, with its true residual; where rounding has led the recurrence astray, the iteration starts again from there;
    /// 2. a direction with pᵀA p ≤ 0 ends it as <see cref="SolveStatus.Breakdown"/> before it is used: A is not positive definite;
    /// 3. with a symmetric preconditioner M, ρ = rᵀz and p ← z + β p with z = M r, as in Saad (2003), algorithm 9.1; ‖r‖ is judged all the same;
    /// 4. the first two updates show whether A is symmetric (<see cref="LinearSolution.Asymmetry"/>).
    /// <para>Of singular A, and of leaves of different scales: <see cref="LinearSolver"/>.</para>
    /// </remarks>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver ConjugateGradient(double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new ConjugateGradientSolver(Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>The fixed-point iteration <c>x ← x + (b − A x)</c>: for A = I − J with a contraction J.</summary>
    /// <remarks>
    /// For A = I − Jᵀ this is <c>v ← Jᵀ v + g</c>: it converges if ρ(J) &lt; 1, linearly with that factor. From zero, K updates give the first K terms of the
    /// Neumann series, <c>Σ_{j&lt;K} Jʲ b</c>. One product per update; two vectors of memory. The residual is that of the iterate returned. Source: Grazzi et
    /// al. (2020), "On the Iteration Complexity of Hypergradient Computation", equation (11), where it is the fixed-point method.
    /// <para>Of singular A, and of leaves of different scales: <see cref="LinearSolver"/>.</para>
    /// </remarks>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    /// <param name="stopsOnSuspicion">Whether an iteration that seems to grow for ever ends as <see cref="SolveStatus.Diverged"/>, as
    /// <see cref="InnerSolver.StopsOnSuspicion"/> says of inner solvers.</param>
    public static LinearSolver FixedPoint(double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 10_000, bool stopsOnSuspicion = true) =>
        new FixedPointLinearSolver(Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxIterations, 0, nameof(maxIterations)))
        {
            StopsOnSuspicion = stopsOnSuspicion,
        };

    /// <summary>Restarted GMRES: for any nonsingular A.</summary>
    /// <remarks>
    /// <code>
    /// A Q_j = Q_{j+1} H_j  (Arnoldi),   x = x₀ + Q_j y,   y = argmin ‖β e₁ − H_j y‖
    /// </code>
    /// The residual never grows, and without restarts it is the smallest that the products allow; a cycle that gains nothing would be repeated for ever and
    /// ends it as <see cref="SolveStatus.Stagnated"/>. One product per update and one per cycle; memory is a vector per update of a cycle, and an update passes
    /// four times over those that there are. An Arnoldi process that ends without a solution shows a singular A, <see cref="SolveStatus.Singular"/>. Source:
    /// Saad and Schultz (1986), "GMRES: a generalized minimal residual algorithm for solving nonsymmetric linear systems", algorithm 4. Differs from the source
    /// in:
    /// 1. the basis is orthogonalized by classical Gram–Schmidt, twice (Giraud, Langou and Rozložník 2005, "The loss of orthogonality in the Gram-Schmidt
    /// orthogonalization process"), which is products with a matrix and as orthogonal as rounding permits;
    /// 2. the iterate exists at the end of a cycle only.
    /// <para>Of singular A, and of leaves of different scales: <see cref="LinearSolver"/>.</para>
    /// </remarks>
    /// <param name="restart">The updates of a cycle, and the vectors that are kept.</param>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver Gmres(int restart = 20, double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new GmresSolver(Setting.Count(restart, 1, nameof(restart)), Tolerance.Of(tolerance, absoluteTolerance),
            Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>Stabilized bi-conjugate gradients: for general A in little memory.</summary>
    /// <remarks>
    /// <code>
    /// v = A p,  α = ρ / r̂ᵀv,  s = r − α v,  t = A s,  ω = tᵀs / tᵀt,  x ← x + α p + ω s,  r ← s − ω t,  ρ′ = r̂ᵀr,  p ← r + (ρ′/ρ)(α/ω)(p − ω v)
    /// </code>
    /// Two products per update, eight vectors of memory; the residual may oscillate. A zero denominator starts it again from the iterate that was reached, and
    /// is <see cref="SolveStatus.Breakdown"/> if that does not get further. Source: van der Vorst (1992), "Bi-CGSTAB: a fast and smoothly converging variant of
    /// Bi-CG for the solution of nonsymmetric linear systems", doi:10.1137/0913035, section 3. Differs from the source in those restarts and in the residual,
    /// which is computed anew at the end.
    /// <para>Of singular A, and of leaves of different scales: <see cref="LinearSolver"/>.</para>
    /// </remarks>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver BiCgStab(double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new BiCgStabSolver(Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>Minimal residuals: for symmetric A, definite or not.</summary>
    /// <remarks>
    /// <code>
    /// β′ v′ = A v − α v − β v₋  (Lanczos),   w′ = (v − ρ₃ w₋ − ρ₂ w) / ρ₁,   x ← x + γ′ η w′,   η′ = −σ′ η
    /// </code>
    /// The residual never grows. One product per update, seven vectors of memory. A saddle's adjoint (H indefinite) is its case; symmetry is the caller's word;
    /// where it does not hold, the first two updates show it (<see cref="LinearSolution.Asymmetry"/>), and the true residual says so. A Lanczos process that
    /// ends without a solution shows a singular A. Source: Paige and Saunders (1975), "Solution of sparse indefinite systems of linear equations",
    /// doi:10.1137/0712047, section 6; in the form of Elman, Silvester and Wathen (2014), "Finite Elements and Fast Iterative Solvers", algorithm 2.4. A
    /// preconditioner M works in its inner product, as in that algorithm. Differs from the source in the residual, which is computed anew at the end, and in
    /// starting again where rounding has made the recurrence too hopeful.
    /// <para>Of singular A, and of leaves of different scales: <see cref="LinearSolver"/>.</para>
    /// </remarks>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver Minres(double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new MinresSolver(Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>Minimal residuals of the normal equations: for any A; says when it is singular.</summary>
    /// <remarks>
    /// <code>
    /// β u′ = A v − α u,   α v′ = Aᵀ u′ − β v   (Golub–Kahan),   x minimizes ‖Aᵀ(b − A x)‖ over the span of the v's
    /// </code>
    /// One product with A and one with Aᵀ per update; six vectors of memory. As robust as conjugate gradients on the normal equations and safer to stop early,
    /// since ‖Aᵀr‖ never grows; the number of updates goes with the condition number of A, not with its root. For a singular A it ends as
    /// <see cref="SolveStatus.Singular"/> at the least-squares solution. Source: Fong and Saunders (2011), "LSMR: an iterative algorithm for sparse
    /// least-squares problems", doi:10.1137/10079687X, algorithm 1, without damping. Differs from the source in the residual, which is computed anew at the
    /// end, and in starting again where rounding has made the recurrence too hopeful.
    /// <para>Of leaves of different scales: <see cref="LinearSolver"/>.</para>
    /// </remarks>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver Lsmr(double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new LsmrSolver(Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>LU factorization of the matrix written out: for any A of moderate size.</summary>
    /// <remarks>What is singular to working precision is <see cref="SolveStatus.Singular"/>, however small the residual; in <c>float32</c> a second correction
    /// by products tells it from what is only nearly so.</remarks>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    public static LinearSolver DenseLu(double? tolerance = null, double absoluteTolerance = 0) => new DenseLuSolver(Tolerance.Of(tolerance, absoluteTolerance));

    /// <summary>Cholesky factorization of the matrix written out: for symmetric positive definite A of moderate size.</summary>
    /// <remarks>Half the operations of LU. A matrix that is not symmetric to √ε of its type, or not positive definite, is
    /// <see cref="SolveStatus.Breakdown"/>.</remarks>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    public static LinearSolver DenseCholesky(double? tolerance = null, double absoluteTolerance = 0) =>
        new DenseCholeskySolver(Tolerance.Of(tolerance, absoluteTolerance));

    /// <summary>The fixed-point iteration with Anderson acceleration.</summary>
    /// <remarks>
    /// <code>
    /// α = argmin ‖Σ αᵢ rᵢ‖  with Σ αᵢ = 1,    x ← Σ αᵢ (xᵢ + rᵢ),    rᵢ = b − A xᵢ
    /// </code>
    /// On a linear system it gets about as far per product as restarted GMRES, keeps every iterate, and converges for many maps that do not contract
    /// (rotations). One product per update; memory is 2 m vectors. Source: Anderson (1965), "Iterative procedures for nonlinear integral equations",
    /// doi:10.1145/321296.321305; Walker and Ni (2011), "Anderson acceleration for fixed-point iterations", doi:10.1137/10078356X, algorithm AA. Differs from
    /// the source in a ridge of 1e-14 of the largest ‖rᵢ‖², without which residuals that are multiples of each other make the small problem singular.
    /// <para>Of singular A, and of leaves of different scales: <see cref="LinearSolver"/>.</para>
    /// </remarks>
    /// <param name="window">How many iterates are mixed.</param>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver Anderson(int window = 5, double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new AndersonLinearSolver(Setting.Count(window, 1, nameof(window)), Tolerance.Of(tolerance, absoluteTolerance),
            Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>Broyden's method: for any A, in m vectors.</summary>
    /// <remarks>
    /// <code>
    /// s = G r,   x ← x + s,   r ← b − A x,   G ← G + (s − G y) sᵀG / (sᵀG y),   y = A s,   G₀ = I
    /// </code>
    /// The first ("good") update. For any nonsingular A it ends within 2 n updates, in exact arithmetic and with as much memory; the first one is that of the
    /// fixed-point iteration. One product per update. G is I and the steps themselves, since <c>G⁺ = (I + s⁺ sᵀ/‖s‖²) G</c>: m vectors, and it begins again as
    /// I when they are full, or when a denominator is rounding. Restarts lose what was learned, so that a small memory needs a map that contracts. Source:
    /// Broyden (1965), "A class of methods for solving nonlinear simultaneous equations", doi:10.1090/S0025-5718-1965-0198670-6, equation (4.12); Gay (1979),
    /// "Some convergence properties of Broyden's method", doi:10.1137/0716047, for the 2 n updates; Kelley (1995), "Iterative methods for linear and nonlinear
    /// equations", doi:10.1137/1.9781611970944, section 7.3, for the products.
    /// <para>Of singular A, and of leaves of different scales: <see cref="LinearSolver"/>.</para>
    /// </remarks>
    /// <param name="memory">m, after how many updates it begins again; it ends within 2 n for n unknowns, and sooner where A is near the identity.</param>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver Broyden(int memory = 30, double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new BroydenLinearSolver(Setting.Count(memory, 1, nameof(memory)), Tolerance.Of(tolerance, absoluteTolerance),
            Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>Descent along the residual, with momentum.</summary>
    /// <remarks>
    /// For symmetric positive definite A this is the heavy ball on <c>½ xᵀA x − bᵀx</c>, which converges for η &lt; 2(1 + μ)/λ_max; for A = I − Jᵀ with η = 1
    /// and μ = 0 it is the fixed-point iteration. What "stochastic" adjoints do when every batch is the whole data set. One product per update; three vectors
    /// of memory. Source: Polyak (1964), "Some methods of speeding up the convergence of iteration methods", doi:10.1016/0041-5553(64)90137-5, equation (9); on
    /// the adjoint system Grazzi et al. (2021), "Convergence properties of stochastic hypergradients", arXiv:2011.07122, algorithm 1.
    /// <para>Of singular A, and of leaves of different scales: <see cref="LinearSolver"/>.</para>
    /// </remarks>
    /// <param name="rate">η, in the inverse unit of A; positive.</param>
    /// <param name="momentum">μ, at least 0 and below 1.</param>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver Descent(double rate, double momentum = 0, double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 10_000) =>
        new DescentLinearSolver(Setting.Positive(rate, nameof(rate)), Setting.BelowOne(momentum, nameof(momentum)), Tolerance.Of(tolerance, absoluteTolerance),
            Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>The Neumann series <c>Σ_{j≤K} (I − A)ʲ b</c>: K + 1 terms, the fixed-point iteration with K + 1 updates from zero.</summary>
    /// <remarks>
    /// For A = I − Jᵀ this is <c>τ Σ_{j&lt;k} (τ Jᵀ + (1 − τ) I)ʲ g</c>. With τ = 1 it is the Neumann series: k terms, from k − 1 products, are the fixed-point
    /// iteration's k updates. No tolerance is asked for: the tolerance in the report is infinite, and the residual says what was left. If that is more than
    /// ‖b‖, the series grows, and the status is <see cref="SolveStatus.Diverged"/> unless that is switched off. One product per term. Source: Lorraine, Vicol
    /// and Duvenaud (2020), "Optimizing millions of hyperparameters by implicit differentiation", arXiv:1911.02590, algorithm 3; with damping Geng et al.
    /// (2021), "On training implicit models", arXiv:2111.05177, equation (11). Differs from the first source in what K counts: see
    /// <see cref="LinearSolver.Neumann"/>.
    /// </remarks>
    /// <param name="products">K, the products that the series takes; one more gives the residual.</param>
    /// <param name="damping">τ, in the inverse unit of A; positive, 1 for the series of I − A itself.</param>
    /// <param name="stopsOnSuspicion">Whether a series that grows is <see cref="SolveStatus.Diverged"/>: where A is far from normal, terms grow before they
    /// fall.</param>
    public static LinearSolver Neumann(int products, double damping = 1, bool stopsOnSuspicion = true) =>
        new TruncatedSeriesSolver(Setting.Count(products, 0, nameof(products)) + 1, Setting.Positive(damping, nameof(damping)))
        {
            StopsOnSuspicion = stopsOnSuspicion,
        };

    /// <summary>One term of the damped Neumann series, drawn at random: without bias for the first N.</summary>
    /// <remarks>
    /// <code>
    /// x = N η (I − η A)^p b,   p uniform among 0 … N − 1;   E[x] = η Σ_{j&lt;N} (I − η A)ʲ b
    /// </code>
    /// The mean is what <see cref="LinearSolver.Neumann"/> computes with N terms and damping η; a single draw is far from it. No tolerance is asked for: the
    /// tolerance in the report is infinite, and the residual that of this draw. (N − 1)/2 products on average, and one for the residual. The same key gives the
    /// same p: take <c>key.Fold(t)</c> at every outer iterate. Source: Ghadimi and Wang (2018), "Approximation methods for bilevel programming",
    /// arXiv:1802.02246, where it estimates the inverse Hessian.
    /// </remarks>
    /// <param name="terms">N, at least 1.</param>
    /// <param name="rate">η, below 2/λ_max(A).</param>
    /// <param name="key">What the term is drawn from: a key of its own for every solve.</param>
    /// <param name="stopsOnSuspicion">Whether a series that grows is <see cref="SolveStatus.Diverged"/>, as for <see cref="Neumann"/>.</param>
    public static LinearSolver RandomTruncation(int terms, double rate, RandomKey key, bool stopsOnSuspicion = true) =>
        new RandomTruncationSolver(Setting.Count(terms, 1, nameof(terms)), Setting.Positive(rate, nameof(rate)), Setting.OneKey(key, nameof(key)))
        {
            StopsOnSuspicion = stopsOnSuspicion,
        };

    /// <summary>The normal equations <c>AᵀA x = Aᵀb</c>, for a solver that needs a positive definite matrix.</summary>
    /// <remarks>
    /// For the adjoint, A = I − Jᵀ, they read <c>(I − J)(I − Jᵀ) v = (I − J) g</c>. They square the condition number: twice the digits are lost, and conjugate
    /// gradients take of the order of κ(A) updates. One product with A and one with Aᵀ per product of the inner solver, and one more of each per round: the
    /// inner tolerance is for ‖Aᵀ(b − A x)‖, and where ‖b − A x‖ is not as small as that promised, the rest is solved for again, each round with the inner
    /// solver's iteration limit. Source: Hestenes and Stiefel (1952), "Methods of Conjugate Gradients for Solving Linear Systems", doi:10.6028/jres.049.044,
    /// section 10.
    /// </remarks>
    /// <param name="inner">Solves with AᵀA; conjugate gradients if absent.</param>
    public static LinearSolver Normal(LinearSolver? inner = null) => new NormalSolver(inner ?? ConjugateGradient());

    /// <summary>The best iterate that a solver passes through, instead of its last.</summary>
    /// <remarks>
    /// Best is the smallest residual as the inner iteration knew it; what is reported is computed anew. On a system that the inner solver is not made for
    /// (conjugate gradients on one that is not positive definite) residuals rise after they fell, and the last iterate is not the best. The status stays the
    /// inner one unless the best iterate meets the tolerance; iterations are those that it had seen. One more product; one more vector. Methods that form
    /// iterates only at the end of a cycle (GMRES) have that many to choose from.
    /// </remarks>
    /// <param name="inner">The solver.</param>
    public static LinearSolver BestIterate(LinearSolver inner) =>
        new BestIterateSolver(Setting.Given(inner, nameof(inner)));

    /// <summary>Another system, <c>(A + ρ I) x = b</c>.</summary>
    /// <remarks>
    /// The residual and the status are those of A + ρ I. For a symmetric A ≻ 0 the solution is off by less than <c>ρ / (λ_min + ρ)</c>, relatively; on
    /// directions that hardly matter (λ ≪ ρ) it is shortened instead of amplified. What other systems call damping. ρ below the size of a negative eigenvalue
    /// makes matters worse. No further product per iteration. Source: Tikhonov (1963), "Solution of incorrectly formulated problems and the regularization
    /// method".
    /// </remarks>
    /// <param name="inner">Solves it.</param>
    /// <param name="rho">ρ, in the unit of A; not negative.</param>
    public static LinearSolver Ridge(LinearSolver inner, double rho) =>
        new RidgeSolver(Setting.Given(inner, nameof(inner)), Setting.NotNegative(rho, nameof(rho)));

    /// <summary>The scaled system <c>S A S y = S b</c>, x = S y; with a preconditioner of one's own, <c>A M y = b, x = M y</c>.</summary>
    /// <remarks>
    /// The tolerance is for the residual of A: where the scaled residual was small and that one is not, the rest is solved for again, each round with the inner
    /// solver's iteration limit. Products: those of the preconditioner, then as many as the inner solver's, and one per round. Not for the fixed-point
    /// iteration, unless S A S is close to the identity. Source: Saad (2003), "Iterative Methods for Sparse Linear Systems", doi:10.1137/1.9780898718003, 2nd
    /// edition, section
    /// 9.2 (split preconditioning).
    /// </remarks>
    /// <param name="inner">Solves it.</param>
    /// <param name="preconditioner">Makes S, or M; the diagonal of A if absent.</param>
    /// <exception cref="ArgumentException">The solver is for symmetric systems, and the preconditioner does not say that it is symmetric.</exception>
    public static LinearSolver Preconditioned(LinearSolver inner, Preconditioner? preconditioner = null) =>
        new PreconditionedSolver(Setting.Given(inner, nameof(inner)), preconditioner ?? Preconditioner.Diagonal());

    /// <summary>Iterative refinement.</summary>
    /// <remarks>
    /// Each round gains the digits of the inner tolerance: with 1e-4, three rounds reach 1e-12. Residuals are true ones at every round, so that recurrences
    /// cannot drift; short Krylov runs are cheaper in orthogonalization than one long one, and take more products. One more product per round. A round that
    /// does not converge ends it with its status. Source: Wilkinson (1963), "Rounding Errors in Algebraic Processes", chapter 3; Higham (2002), "Accuracy and
    /// Stability of Numerical Algorithms", doi:10.1137/1.9780898718027, 2nd edition, chapter 12.
    /// </remarks>
    /// <param name="inner">Solves each round, to a tolerance that may be loose.</param>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxRounds">The most rounds.</param>
    public static LinearSolver Refined(LinearSolver inner, double? tolerance = null, double absoluteTolerance = 0, int maxRounds = 20) =>
        new RefinedSolver(Setting.Given(inner, nameof(inner)), Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxRounds, 0, nameof(maxRounds)));

    /// <summary>Iterates in <c>float32</c>, to the inner solver's tolerance in <c>float64</c>.</summary>
    /// <remarks>
    /// Rounds of iterative refinement, <c>A₃₂ d = 2ᵏ (b − A x), x ← x + 2⁻ᵏ d</c>: A₃₂ is the graph of A with what its products share in <c>float32</c>,
    /// converted once and kept as long as the data live; residuals and iterates are <c>float64</c>, and so is what is judged. The tolerance is divided evenly
    /// among as many rounds as <c>float32</c> needs for it. While κ(A) ε₃₂ is well below 1 each round gains what was asked; one that gains less than a digit,
    /// an operator that has no form in <c>float32</c> (solves or functions of the user's within), and numbers beyond its range leave the rest to the inner
    /// solver in <c>float64</c>. The report says how many products were made in which. One more product per round. Systems in <c>float32</c> are the inner
    /// solver's as they are. Source: Carson and Higham (2018), "Accelerating the solution of linear systems by iterative refinement in three precisions",
    /// doi:10.1137/17M1140819, algorithm
    /// 1.1, with two precisions.
    /// </remarks>
    /// <param name="inner">Solves each round.</param>
    /// <param name="maxRounds">The most rounds; at least 0.</param>
    public static LinearSolver InFloat32(LinearSolver inner, int maxRounds = 20) =>
        new Float32Solver(Setting.Given(inner, nameof(inner)), Setting.Count(maxRounds, 0, nameof(maxRounds)));

    /// <summary>Another solver for a sequence of systems, each near the one before: along an outer loop, it goes on from what the last solve left.</summary>
    /// <remarks>
    /// Kept from solve to solve, and saved with a loop:
    /// 1. the last solutions: the start is improved along their differences as long as a product with one lowers the residual by as much as a product of the
    /// iteration did (<see cref="StartSearch"/>; Fischer 1998, doi:10.1016/S0045-7825(98)00012-7);
    /// 2. what the inner solver made of an earlier matrix: the factors of <see cref="DenseLu"/> and <see cref="DenseCholesky"/>, which correct once, and where
    /// that is not enough precondition GMRES(30) and conjugate gradients, a scaling of <see cref="Preconditioned"/> (<see cref="Preconditioner.Diagonal"/>,
    /// <see cref="Preconditioner.Nystrom"/>), the choice of <see cref="Auto"/>. It is made anew once a solve took more products than the mean of all since it
    /// was made, those that made it included, or did not converge by it (<see cref="Keepsake"/>).
    /// <para>The tolerance holds for every solve, whatever was kept: only products depend on it. Every decision rests on counts and residuals, so that runs
    /// repeat to the last bit, and go on so from a file. The report's name tells what was kept, for how many solves, and why it was made anew. By itself,
    /// without a solve before, it is the inner solver. Of solvers and preconditioners of the user's, and of wrappers, only the solutions are kept.</para>
    /// A solve leaves this with its solution: <see cref="SolveAfter"/> and <see cref="HypergradientOptions.WarmStart"/> go on from it, and outer loops do so by
    /// themselves. <see cref="Auto"/> needs no such wrapper.
    /// </remarks>
    /// <param name="inner">Solves each system.</param>
    /// <param name="directions">The most differences of solutions along which a start is looked for, a product each; one solution more is kept. 0 keeps
    /// none.</param>
    public static LinearSolver Recycled(LinearSolver inner, int directions = 3) =>
        new RecycledSolver(Setting.Given(inner, nameof(inner)), Setting.Count(directions, 0, nameof(directions)));

    /// <summary>A solver that is a function: for one of one's own that has no settings, and in F#. What it must do is said at
    /// <see cref="Solve(LinearSystem)"/>.</summary>
    /// <param name="name">The name in reports.</param>
    /// <param name="solve">Solves a system.</param>
    /// <param name="matrices">The matrices that it is made for.</param>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    public static LinearSolver From(string name, Func<LinearSystem, LinearSolution> solve, MatrixClass matrices = MatrixClass.Nonsingular,
        double? tolerance = null, double absoluteTolerance = 0) =>
        new FunctionLinearSolver(Setting.Given(name, nameof(name)), Setting.Given(solve, nameof(solve)), matrices, Tolerance.Of(tolerance, absoluteTolerance));

    /// <summary>Probes the system, chooses a solver, says why, and falls back where it breaks down.</summary>
    /// <remarks>
    /// <code>
    /// up to 32 unknowns               dense LU
    /// symmetric, curvature positive   conjugate gradients, then MINRES, then LSMR
    /// symmetric, curvature negative   MINRES, then LSMR
    /// (I − A)ᵏ b halved by each k     the fixed-point iteration, then GMRES(30), then LSMR
    /// otherwise                       GMRES(30), then LSMR
    /// </code>
    /// Two products with random vectors show whether A is symmetric. Where it is not, the fixed-point iteration itself shows how (I − A)ᵏ grows: it is given
    /// up where it is above its start, or after eight updates of which the last four did not halve the residual each, and GMRES goes on from what it gained.
    /// Conjugate gradients end with the mean of their iterates that has the least residual, where that of the last one, which swings or falls slowly, is
    /// above the tolerance. Where an iteration for symmetric matrices breaks down, runs out of updates, or has gained nothing after eight, two products with
    /// other random vectors are made: should the first have overlooked an asymmetry, GMRES goes on. What a solver that was given up, or broke down, had used
    /// is counted too; after a breakdown the next one starts anew. A solver that only ran out of updates is not followed by another, nor is a singular
    /// system; but up to 1,000 unknowns dense LU, which takes as many products, follows an iteration that made a quarter of them and, by its pace, has more
    /// to go than all. Where products share 2 MiB of numbers in float64 or more, or make four million multiplications in matrix products, and two digits or
    /// more are asked for, iterations run <see cref="InFloat32"/>, the fixed-point one after eight updates, which keeps copies of that data in
    /// <c>float32</c>; GMRES, which makes many products, from 256 KiB on. The name in the report says what was chosen and why; the notes of the solution
    /// repeat it, with every fallback. Along an outer loop the choice, factors and the last solutions are kept, as <see cref="Recycled"/> does: a choice
    /// until a solve takes twice the products of the first, or falls back.
    /// </remarks>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates of each solver.</param>
    /// <param name="seed">Of the probes.</param>
    public static LinearSolver Auto(double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000, int seed = 1) =>
        new AutoLinearSolver(Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxIterations, 0, nameof(maxIterations)), seed);
}
