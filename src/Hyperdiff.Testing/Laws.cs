using Hyperdiff.Backends.Cpu;
using Hyperdiff.Graphs;

namespace Hyperdiff.Testing;

/// <summary>The laws of solvers and preconditioners, those that Hyperdiff's own pass, and of functions.</summary>
/// <remarks>
/// A test is one line, in any framework or none:
/// <code>
/// Laws.Of(new MySolver(1e-10)).EnsureHolds();
/// </code>
/// Cases are small, from the smallest on, and drawn from a seed that stands in the report: the same seed gives the same cases, and the first case that breaks a
/// law is its counterexample. A check takes some tenths of a second.
/// </remarks>
public static class Laws
{
    /// <summary>The laws of linear solvers, on the matrices that this one says it is made for (<see cref="LinearSolver.Matrices"/>), and what it says of
    /// others.</summary>
    /// <param name="solver">The solver.</param>
    /// <param name="seed">What the cases are drawn from.</param>
    /// <param name="backend">Where matrices, vectors and states lie; the host if absent.</param>
    public static LawReport Of(LinearSolver solver, int seed = 1, IBackend? backend = null)
    {
        ArgumentNullException.ThrowIfNull(solver);
        return new LinearSolverLaws(solver, seed, backend ?? CpuBackend.Instance).Report();
    }

    /// <summary>The laws of preconditioners.</summary>
    /// <param name="preconditioner">The preconditioner.</param>
    /// <param name="matrices">The matrices that it is made for; if absent, positive definite ones if it is symmetric, and ones near the identity if it is
    /// not.</param>
    /// <param name="seed">What the cases are drawn from.</param>
    /// <param name="backend">Where matrices, vectors and states lie; the host if absent.</param>
    public static LawReport Of(Preconditioner preconditioner, MatrixClass? matrices = null, int seed = 1, IBackend? backend = null)
    {
        ArgumentNullException.ThrowIfNull(preconditioner);
        MatrixClass kind = matrices ?? (preconditioner.IsSymmetric ? MatrixClass.PositiveDefinite : MatrixClass.NearIdentity);
        return new PreconditionerLaws(preconditioner, kind, seed, backend ?? CpuBackend.Instance).Report();
    }

    /// <summary>The laws of fixed-point solvers, minimizers and root finders, on maps that contract, convex objectives and monotone conditions with curvatures
    /// between ½ and 2, and what they say of problems without a solution.</summary>
    /// <param name="solver">The solver.</param>
    /// <param name="seed">What the cases are drawn from.</param>
    /// <param name="backend">Where matrices, vectors and states lie; the host if absent.</param>
    public static LawReport Of(InnerSolver solver, int seed = 1, IBackend? backend = null)
    {
        ArgumentNullException.ThrowIfNull(solver);
        return new InnerSolverLaws(solver, seed, backend ?? CpuBackend.Instance).Report();
    }

    /// <summary>The laws of maps, objectives and conditions, of a problem that is made small for it: their derivatives in every mode agree with differences,
    /// leaf by leaf, and they are functions of their arguments alone.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="seed">What directions are drawn from.</param>
    /// <typeparam name="TState">The structure of w.</typeparam>
    /// <typeparam name="THyper">The structure of λ.</typeparam>
    public static LawReport Of<TState, THyper>(SolvedProblem<TState, THyper> problem, TState start, THyper hyper, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new ProblemLaws<TState, THyper>(problem, start, hyper, seed).Report();
    }

    /// <summary>The laws of functions that are promised to be pure, of a map: nothing that the function captured can change, and at every point the graph
    /// that is kept gives what the function gives when it is traced anew.</summary>
    /// <remarks>State that no variable holds, a static field or <c>let mutable</c> of a module, is found if it changed since the form was first used there, or
    /// changes by itself: look at points of the shapes that were used.</remarks>
    /// <param name="map">The map, over its data.</param>
    /// <param name="points">Where to look: states w, with hyperparameters λ.</param>
    /// <typeparam name="TState">The structure of w.</typeparam>
    /// <typeparam name="THyper">The structure of λ.</typeparam>
    /// <exception cref="ArgumentException">There are no points.</exception>
    public static LawReport Of<TState, THyper>(FixedPointMap<TState, THyper> map, params (TState State, THyper Hyper)[] points)
    {
        ArgumentNullException.ThrowIfNull(map);
        FixedPointMap<TState, THyper> anew = map.AsUncached();
        return new PurityLaws(map.ToString()!, map.Captures).Report(
            points, map.StateTree, at => map.Evaluate(at.State, at.Hyper), at => anew.Evaluate(at.State, at.Hyper));
    }

    /// <summary>The laws of functions that are promised to be pure, of a condition: nothing that the function captured can change, and at every point the graph
    /// that is kept gives what the function gives when it is traced anew.</summary>
    /// <remarks>State that no variable holds, a static field or <c>let mutable</c> of a module, is found if it changed since the form was first used there, or
    /// changes by itself: look at points of the shapes that were used.</remarks>
    /// <param name="condition">The condition, over its data.</param>
    /// <param name="points">Where to look: states w, with hyperparameters λ.</param>
    /// <typeparam name="TState">The structure of w.</typeparam>
    /// <typeparam name="THyper">The structure of λ.</typeparam>
    /// <exception cref="ArgumentException">There are no points.</exception>
    public static LawReport Of<TState, THyper>(RootCondition<TState, THyper> condition, params (TState State, THyper Hyper)[] points)
    {
        ArgumentNullException.ThrowIfNull(condition);
        RootCondition<TState, THyper> anew = condition.AsUncached();
        return new PurityLaws(condition.ToString()!, condition.Captures).Report(
            points, condition.StateTree, at => condition.Evaluate(at.State, at.Hyper), at => anew.Evaluate(at.State, at.Hyper));
    }

    /// <summary>The laws of functions that are promised to be pure, of an objective: nothing that the function captured can change, and at every point
    /// the graph that is kept gives what the function gives when it is traced anew.</summary>
    /// <remarks>State that no variable holds, a static field or <c>let mutable</c> of a module, is found if it changed since the form was first used there, or
    /// changes by itself: look at points of the shapes that were used.</remarks>
    /// <param name="objective">The objective, over its data.</param>
    /// <param name="points">Where to look: states w, with hyperparameters λ.</param>
    /// <typeparam name="TState">The structure of w.</typeparam>
    /// <typeparam name="THyper">The structure of λ.</typeparam>
    /// <exception cref="ArgumentException">There are no points.</exception>
    public static LawReport Of<TState, THyper>(Objective<TState, THyper> objective, params (TState State, THyper Hyper)[] points)
    {
        ArgumentNullException.ThrowIfNull(objective);
        Objective<TState, THyper> anew = objective.AsUncached();
        return new PurityLaws(objective.ToString()!, objective.Captures).Report(
            points, Tree.Tensor, at => objective.Evaluate(at.State, at.Hyper), at => anew.Evaluate(at.State, at.Hyper));
    }

    /// <summary>The laws of functions that are promised to be pure, of a plain function: nothing that it captured can change, and at every point the
    /// graph that is kept gives what the function gives when it is traced anew.</summary>
    /// <remarks>State that no variable holds, a static field or <c>let mutable</c> of a module, is found if it changed since the form was first used there, or
    /// changes by itself: look at points of the shapes that were used.</remarks>
    /// <param name="function">The function.</param>
    /// <param name="points">Where to look.</param>
    /// <typeparam name="T">The structure of the argument.</typeparam>
    /// <typeparam name="TResult">The structure of the result.</typeparam>
    /// <exception cref="ArgumentException">There are no points.</exception>
    public static LawReport Of<T, TResult>(DifferentiableFunction<T, TResult> function, params T[] points)
    {
        ArgumentNullException.ThrowIfNull(function);
        DifferentiableFunction<T, TResult> anew = function.AsUncached();
        return new PurityLaws(function.ToString()!, function.Captures).Report(
            points, function.ResultTree, at => function.Evaluate(at), at => anew.Evaluate(at));
    }
}
