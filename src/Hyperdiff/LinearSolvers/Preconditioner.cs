namespace Hyperdiff;

/// <summary>What makes a system easier to solve, as an immutable value: for a matrix A, an operator M that is about A⁻¹ and cheap to apply.</summary>
/// <remarks>
/// Where it works (<see cref="LinearSolver.Preconditioned"/>): with conjugate gradients and MINRES in the inner product of a symmetric M; with every other
/// solver from the right, <c>A M y = b, x = M y</c>, so that the residual stays that of A. Ours are scalings, <c>M = S²</c>, and work from both sides, with any
/// solver: <c>S A S y = S b, x = S y</c>. A preconditioner of one's own derives from this: docs/own-solvers.md.
/// </remarks>
public abstract record Preconditioner
{
    /// <summary>A preconditioner.</summary>
    protected Preconditioner()
    {
    }

    /// <summary>The name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>Whether M is symmetric positive definite where A is: what conjugate gradients and MINRES need of it. Probed before it is believed.</summary>
    public virtual bool IsSymmetric => false;

    /// <summary>Whether it is for symmetric A only.</summary>
    internal virtual bool NeedsSymmetry => false;

    /// <summary>What it is called in messages: its type, and its name.</summary>
    internal string Title => $"{GetType().Name} ({Name})";

    /// <summary>A preconditioner that is a function: for one of one's own that has no settings, and in F#.</summary>
    /// <param name="name">The name in reports.</param>
    /// <param name="approximate">From A to M, which is about A⁻¹.</param>
    /// <param name="isSymmetric">Whether M is symmetric positive definite where A is.</param>
    public static Preconditioner From(string name, Func<LinearOperator, LinearOperator> approximate, bool isSymmetric = false) =>
        new FunctionPreconditioner(Setting.Given(name, nameof(name)), Setting.Given(approximate, nameof(approximate)), isSymmetric);

    /// <summary>M, for a matrix.</summary>
    /// <param name="matrix">A, square.</param>
    /// <param name="cancellation">Heard before every product.</param>
    /// <exception cref="ShapeMismatchException">What was made is not on the leaves of A.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public LinearOperator Prepare(LinearOperator matrix, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        cancellation = Work.Or(cancellation);
        cancellation.ThrowIfCancellationRequested();
        LinearOperator made = Approximate(matrix, cancellation) ?? throw new InvalidOperationException($"{Title}: Approximate returned null.");
        return TensorType.AreLike(made.InputTypes, matrix.InputTypes) && TensorType.AreLike(made.OutputTypes, matrix.InputTypes)
            ? made
            : throw new ShapeMismatchException(
                $"{Title}: Approximate returned an operator from ({string.Join(", ", made.InputTypes)}) to ({string.Join(", ", made.OutputTypes)}), "
                    + $"and A works on ({string.Join(", ", matrix.InputTypes)}).");
    }

    /// <summary>Makes M for a matrix: what a preconditioner of one's own writes. Its transpose, which some solvers use, is derived from M if that is traced
    /// (<see cref="LinearOperator.From(Func{Tensor[], Tensor[]}, ReadOnlySpan{TensorType})"/>), and given with it if it is not
    /// (<see cref="LinearOperator.From(Func{LeafVector, LeafVector}, Func{LeafVector, LeafVector}, ReadOnlySpan{TensorType})"/>).</summary>
    /// <param name="matrix">A, square; products with it are counted, and <see cref="LinearOperator.ToMatrix"/> writes it out.</param>
    /// <param name="cancellation">Where long work without products should look.</param>
    protected abstract LinearOperator Approximate(LinearOperator matrix, CancellationToken cancellation);

    /// <summary>The diagonal of A, found by products. See <see cref="DiagonalPreconditioner"/>.</summary>
    /// <param name="probes">How many products may be spent on it.</param>
    /// <param name="seed">Of the random signs.</param>
    public static Preconditioner Diagonal(int probes = 32, int seed = 1) =>
        new DiagonalPreconditioner(Setting.Count(probes, 1, nameof(probes)), seed);

    /// <summary>A randomized low-rank approximation, for symmetric positive definite A whose spectrum decays. See
    /// <see cref="NystromPreconditioner"/>.</summary>
    /// <param name="rank">ℓ, how many products may be spent on it, at least 2: its symmetry shows in pairs.</param>
    /// <param name="ridge">μ, in the unit of A: what is known to be a part of A as a multiple of the identity.</param>
    /// <param name="key">What its random vectors are drawn from; that of seed 0 if absent.</param>
    public static Preconditioner Nystrom(int rank, double ridge = 0, RandomKey? key = null) =>
        new NystromPreconditioner(Setting.Count(rank, 2, nameof(rank)), Setting.NotNegative(ridge, nameof(ridge)), key ?? RandomKey.FromSeed(0));
}
