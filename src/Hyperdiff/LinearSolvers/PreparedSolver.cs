namespace Hyperdiff;

/// <summary>A solver with a matrix: what depends on the matrix alone — factors, a preconditioner, the choice of <see cref="LinearSolver.Auto"/> — is made by
/// the first solve, and used by the others.</summary>
/// <remarks>Law: every solve gives, to the last bit, what <see cref="LinearSolver.Solve(LinearOperator, Tensor[], Tensor[], CancellationToken)"/> gives, its
/// report included: the products in it are those that the solution rests on, though they may have been made before. Calls from several threads run one after
/// the other.</remarks>
public sealed class PreparedSolver
{
    private readonly Preparation _preparation = new();
    private PreparedSolver? _transposed;

    internal PreparedSolver(LinearSolver solver, LinearOperator matrix) => (Solver, Matrix) = (solver, matrix);

    /// <summary>The solver.</summary>
    public LinearSolver Solver { get; }

    /// <summary>A.</summary>
    public LinearOperator Matrix { get; }

    /// <summary>The same solver with Aᵀ, kept with this one: for Aᵀ v = u beside A x = b. What it makes of Aᵀ it makes once, as this one of A.</summary>
    public PreparedSolver Transpose()
    {
        lock (_preparation)
        {
            return _transposed ??= new PreparedSolver(Solver, Matrix.Transpose()) { _transposed = this };
        }
    }

    /// <summary>Solves A x = b.</summary>
    /// <param name="rightHandSide">b, a tensor of the shape of each leaf.</param>
    /// <param name="start">The first iterate, of the same shapes; zero if absent.</param>
    /// <param name="progress">Told of every residual; null for nobody.</param>
    /// <param name="cancellation">Ends the iteration with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <exception cref="ShapeMismatchException">b or the start is not like the leaves of A.</exception>
    public LinearSolution Solve(Tensor[] rightHandSide, Tensor[]? start = null, IProgress<SolveProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rightHandSide);
        lock (_preparation)
        {
            _preparation.Begin();
            return Solver.Solve(Matrix, rightHandSide, start, new SolveWatch(cancellation, progress, Solver.Name), _preparation);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Solver.Name} for a {Matrix}";
}
