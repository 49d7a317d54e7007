namespace Hyperdiff;

public abstract partial record LinearSolver
{
    /// <summary>Conjugate gradients: for symmetric positive definite A. See <see cref="ConjugateGradientSolver"/>.</summary>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver ConjugateGradient(double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new ConjugateGradientSolver(Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>The fixed-point iteration <c>x ← x + (b − A x)</c>: for A = I − J with a contraction J. See <see cref="FixedPointLinearSolver"/>.</summary>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver FixedPoint(double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 10_000) =>
        new FixedPointLinearSolver(Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>Restarted GMRES: for any nonsingular A. See <see cref="GmresSolver"/>.</summary>
    /// <param name="restart">The updates of a cycle, and the vectors that are kept.</param>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver Gmres(int restart = 20, double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new GmresSolver(Setting.Count(restart, 1, nameof(restart)), Tolerance.Of(tolerance, absoluteTolerance),
            Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>Stabilized bi-conjugate gradients: for general A in little memory. See <see cref="BiCgStabSolver"/>.</summary>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver BiCgStab(double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new BiCgStabSolver(Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>Minimal residuals: for symmetric A, definite or not. See <see cref="MinresSolver"/>.</summary>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver Minres(double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new MinresSolver(Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>Minimal residuals of the normal equations: for any A; says when it is singular. See <see cref="LsmrSolver"/>.</summary>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver Lsmr(double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new LsmrSolver(Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>LU factorization of the matrix written out: for any A of moderate size. See <see cref="DenseLuSolver"/>.</summary>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    public static LinearSolver DenseLu(double? tolerance = null, double absoluteTolerance = 0) => new DenseLuSolver(Tolerance.Of(tolerance, absoluteTolerance));

    /// <summary>Cholesky factorization of the matrix written out: for symmetric positive definite A of moderate size. See
    /// <see cref="DenseCholeskySolver"/>.</summary>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    public static LinearSolver DenseCholesky(double? tolerance = null, double absoluteTolerance = 0) =>
        new DenseCholeskySolver(Tolerance.Of(tolerance, absoluteTolerance));

    /// <summary>The fixed-point iteration with Anderson acceleration. See <see cref="AndersonLinearSolver"/>.</summary>
    /// <param name="window">How many iterates are mixed.</param>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver Anderson(int window = 5, double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new AndersonLinearSolver(Setting.Count(window, 1, nameof(window)), Tolerance.Of(tolerance, absoluteTolerance),
            Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>Broyden's method: for any A, in m vectors. See <see cref="BroydenLinearSolver"/>.</summary>
    /// <param name="memory">m, after how many updates it begins again; it ends within 2 n for n unknowns, and sooner where A is near the identity.</param>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver Broyden(int memory = 30, double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000) =>
        new BroydenLinearSolver(Setting.Count(memory, 1, nameof(memory)), Tolerance.Of(tolerance, absoluteTolerance),
            Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>Descent along the residual, with momentum. See <see cref="DescentLinearSolver"/>.</summary>
    /// <param name="rate">η, in the inverse unit of A; positive.</param>
    /// <param name="momentum">μ, at least 0 and below 1.</param>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static LinearSolver Descent(double rate, double momentum = 0, double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 10_000) =>
        new DescentLinearSolver(Setting.Positive(rate, nameof(rate)), Setting.BelowOne(momentum, nameof(momentum)), Tolerance.Of(tolerance, absoluteTolerance),
            Setting.Count(maxIterations, 0, nameof(maxIterations)));

    /// <summary>The Neumann series <c>Σ_{j≤K} (I − A)ʲ b</c>: K + 1 terms, the fixed-point iteration with K + 1 updates from zero. See
    /// <see cref="TruncatedSeriesSolver"/>.</summary>
    /// <param name="products">K, the products that the series takes; one more gives the residual.</param>
    public static LinearSolver Neumann(int products) =>
        new TruncatedSeriesSolver(Setting.Count(products, 0, nameof(products)) + 1, 1);

    /// <summary>One term of the damped Neumann series, drawn at random: without bias for the first N. See <see cref="RandomTruncationSolver"/>.</summary>
    /// <param name="terms">N, at least 1.</param>
    /// <param name="rate">η, below 2/λ_max(A).</param>
    /// <param name="key">What the term is drawn from: a key of its own for every solve.</param>
    public static LinearSolver RandomTruncation(int terms, double rate, RandomKey key) =>
        new RandomTruncationSolver(Setting.Count(terms, 1, nameof(terms)), Setting.Positive(rate, nameof(rate)), Setting.OneKey(key, nameof(key)));

    /// <summary>The normal equations <c>AᵀA x = Aᵀb</c>, for a solver that needs a positive definite matrix. See <see cref="NormalSolver"/>.</summary>
    /// <param name="inner">Solves with AᵀA; conjugate gradients if absent.</param>
    public static LinearSolver Normal(LinearSolver? inner = null) => new NormalSolver(inner ?? ConjugateGradient());

    /// <summary>The best iterate that a solver passes through, instead of its last. See <see cref="BestIterateSolver"/>.</summary>
    /// <param name="inner">The solver.</param>
    public static LinearSolver BestIterate(LinearSolver inner) =>
        new BestIterateSolver(Setting.Given(inner, nameof(inner)));

    /// <summary>Another system, <c>(A + ρ I) x = b</c>. See <see cref="RidgeSolver"/>.</summary>
    /// <param name="inner">Solves it.</param>
    /// <param name="rho">ρ, in the unit of A; not negative.</param>
    public static LinearSolver Ridge(LinearSolver inner, double rho) =>
        new RidgeSolver(Setting.Given(inner, nameof(inner)), Setting.NotNegative(rho, nameof(rho)));

    /// <summary>The scaled system <c>S A S y = S b</c>, x = S y; with a preconditioner of one's own, <c>A M y = b, x = M y</c>. See
    /// <see cref="PreconditionedSolver"/>.</summary>
    /// <param name="inner">Solves it.</param>
    /// <param name="preconditioner">Makes S, or M; the diagonal of A if absent.</param>
    /// <exception cref="ArgumentException">The solver is for symmetric systems, and the preconditioner does not say that it is symmetric.</exception>
    public static LinearSolver Preconditioned(LinearSolver inner, Preconditioner? preconditioner = null) =>
        new PreconditionedSolver(Setting.Given(inner, nameof(inner)), preconditioner ?? Preconditioner.Diagonal());

    /// <summary>Iterative refinement. See <see cref="RefinedSolver"/>.</summary>
    /// <param name="inner">Solves each round, to a tolerance that may be loose.</param>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxRounds">The most rounds.</param>
    public static LinearSolver Refined(LinearSolver inner, double? tolerance = null, double absoluteTolerance = 0, int maxRounds = 20) =>
        new RefinedSolver(Setting.Given(inner, nameof(inner)), Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxRounds, 0, nameof(maxRounds)));

    /// <summary>Iterates in <c>float32</c>, to the inner solver's tolerance in <c>float64</c>. See <see cref="Float32Solver"/>.</summary>
    /// <param name="inner">Solves each round.</param>
    /// <param name="maxRounds">The most rounds; at least 0.</param>
    public static LinearSolver InFloat32(LinearSolver inner, int maxRounds = 20) =>
        new Float32Solver(Setting.Given(inner, nameof(inner)), Setting.Count(maxRounds, 0, nameof(maxRounds)));

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

    /// <summary>Probes the system, chooses a solver, says why, and falls back where it breaks down. See <see cref="AutoLinearSolver"/>.</summary>
    /// <param name="tolerance">Relative to ‖b‖; by the element type if absent (<see cref="Tolerance"/>).</param>
    /// <param name="absoluteTolerance">In the unit of b; 0 by default.</param>
    /// <param name="maxIterations">The most updates of each solver.</param>
    /// <param name="seed">Of the probes.</param>
    public static LinearSolver Auto(double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 1000, int seed = 1) =>
        new AutoLinearSolver(Tolerance.Of(tolerance, absoluteTolerance), Setting.Count(maxIterations, 0, nameof(maxIterations)), seed);
}
