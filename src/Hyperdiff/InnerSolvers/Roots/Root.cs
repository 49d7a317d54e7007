namespace Hyperdiff;

/// <summary>Roots: methods to find them, and the root as a differentiable value.</summary>
public static partial class Root
{
    /// <summary>Newton's method with a linear solver and backtracking.</summary>
    /// <remarks>
    /// <code>
    /// A d = −c  up to ‖A d + c‖ ≤ η ‖c‖,  η = min(½, √(‖c‖ / ‖c(w₀)‖)),   w ← w + t d,   ‖c(w + t d)‖ ≤ (1 − α t (1 − η)) ‖c(w)‖,   A = ∂c/∂w
    /// </code>
    /// with η as it was reached in the condition on t, α = 1e-4, and t = 1, ½, ¼, … Converges superlinearly near a root with A nonsingular, of a semismooth
    /// condition too; from afar it may end at a point where A is singular, and says so. Products are those with A and Aᵀ; 2 states, and those of the linear
    /// solver. Source: Eisenstat and Walker (1994), "Globally convergent inexact Newton methods", doi:10.1137/0804022, algorithm INB; for the choice of η
    /// Dembo, Eisenstat and Steihaug (1982), "Inexact Newton methods", doi:10.1137/0719025.
    /// </remarks>
    /// <param name="linear">Solves the Newton systems, to tolerances of the method's own; <see cref="LinearSolver.Auto"/> if absent.</param>
    /// <param name="tolerance">For the estimated error of w, relative to the norm of each leaf; by the element type if absent. See
    /// <see cref="Tolerance"/>.</param>
    /// <param name="maxIterations">The most Newton updates.</param>
    /// <param name="absoluteTolerance">In the unit of w; 0 by default.</param>
    public static RootSolver Newton(LinearSolver? linear = null, double? tolerance = null, int maxIterations = 100, double absoluteTolerance = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxIterations);
        return new NewtonKrylovSolver(linear ?? LinearSolver.Auto(), Tolerance.Of(tolerance, absoluteTolerance), maxIterations);
    }

    /// <summary>A root finder that is a function: for one of one's own that has no settings, and in F#. What it must do is said at
    /// <see cref="RootSolver.Solve(ConditionOracle)"/>.</summary>
    /// <param name="name">The name in reports.</param>
    /// <param name="solve">Finds a root.</param>
    /// <param name="tolerance">For the estimated error of w, relative to the norm of each leaf; by the element type if absent. See
    /// <see cref="Tolerance"/>.</param>
    /// <param name="absoluteTolerance">In the unit of w; 0 by default.</param>
    public static RootSolver From(string name, Func<ConditionOracle, InnerSolution> solve, double? tolerance = null, double absoluteTolerance = 0) =>
        new FunctionRootSolver(Allowed.Given(name, nameof(name)), Allowed.Given(solve, nameof(solve)), Tolerance.Of(tolerance, absoluteTolerance));

    /// <summary>Pairs a condition with the method that finds its root in w.</summary>
    /// <param name="condition">The condition c(w, λ).</param>
    /// <param name="by">The method.</param>
    public static RootFinding<TState, THyper> SolvedBy<TState, THyper>(this RootCondition<TState, THyper> condition, RootSolver by)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(by);
        return new RootFinding<TState, THyper>(condition, by.Name, _ => by);
    }

    /// <summary>Pairs a condition with a function that finds its root, by any means: a closed form, a library, a program.</summary>
    /// <remarks>
    /// The function is not differentiated and its word is not taken: the condition is evaluated at what it returns, and a residual above the tolerance is a
    /// status, <see cref="SolveStatus.MaxIterations"/>. What the function needs of values that are differentiated comes to it through λ. It is called with
    /// values, once for each item of a batch.
    /// </remarks>
    /// <param name="condition">The condition c(w, λ).</param>
    /// <param name="by">(w₀, λ) to a root.</param>
    /// <param name="tolerance">For the estimated error of w, relative to the norm of each leaf; by the element type if absent. See
    /// <see cref="Tolerance"/>.</param>
    /// <param name="absoluteTolerance">In the unit of w; 0 by default.</param>
    public static RootFinding<TState, THyper> SolvedBy<TState, THyper>(this RootCondition<TState, THyper> condition, Func<TState, THyper, TState> by,
        double? tolerance = null, double absoluteTolerance = 0)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(by);
        Tolerance accepted = Tolerance.Of(tolerance, absoluteTolerance);
        return new RootFinding<TState, THyper>(
            condition, "the solver that was given", point => new BlackBoxSolver(operands => Call(condition.Function, by, point, operands), accepted));
    }

    /// <summary>Pairs a constrained objective with the method that solves the conditions of its minimum.</summary>
    /// <param name="objective">f and its constraints.</param>
    /// <param name="by">The method.</param>
    public static ConstrainedMinimization<TState, THyper> SolvedBy<TState, THyper>(this ConstrainedObjective<TState, THyper> objective, RootSolver by)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(by);
        return new ConstrainedMinimization<TState, THyper>(objective, by);
    }

    /// <summary>The root w*(λ) as a value that can be differentiated in λ, in any mode and to any order, whatever found it.</summary>
    /// <remarks><c>A ẇ = −(∂c/∂λ) λ̇</c> forwards, <c>Aᵀ v = g</c> and −(∂c/∂λ)ᵀ v in reverse, with A = ∂c/∂w.</remarks>
    /// <param name="finding">The condition and what solves it.</param>
    /// <param name="start">The first iterate; the derivative in it is zero.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="adjoint">Solves with Aᵀ in reverse mode; <see cref="LinearSolver.Auto"/> if absent.</param>
    /// <param name="tangent">Solves with A in forward mode; like the adjoint if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="SolveException">The solve did not converge. Inside a transformation its result carries the report, or throws.</exception>
    public static TState Of<TState, THyper>(RootFinding<TState, THyper> finding, TState start, THyper hyper, LinearSolver? adjoint = null,
        LinearSolver? tangent = null, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(finding);
        return finding.Differentiable(start, hyper, adjoint, tangent);
    }

    private static Tensor[] Call<TState, THyper>(IBoundFunction<TState, THyper> function, Func<TState, THyper, TState> by, BilevelPoint like, Tensor[] operands)
    {
        (var state, var hyper) = ((FlatTree<TState>)like.State, (FlatTree<THyper>)like.Hyper);
        (int states, int hypers) = (state.Leaves.Length, hyper.Leaves.Length);
        string solver = $"The solver of {function.Name}";
        TState found = Allowed.Returned(by(state.Rebuild(operands[..states]), hyper.Rebuild(operands[states..(states + hypers)])), solver);
        FlatTree<TState> root = function.FlattenState(found);
        state.RequireSameLeaves(root, $"{solver} must return a state like the one it was given");
        return root.Tensors;
    }
}
