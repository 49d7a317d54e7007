using Microsoft.FSharp.Core;

namespace Hyperdiff.DiffSharp;

/// <summary>Hyperdiff's functions, solutions and hypergradients inside DiffSharp programs: <c>dsharp.grad</c>, <c>dsharp.hessian</c> and reverse over reverse
/// of a program that contains them are right, to any order.</summary>
/// <remarks>
/// <para>A solution is differentiated implicitly: a derivative in DiffSharp is one linear solve by Hyperdiff, and begins at the solution that is known.
/// A solve that does not converge throws a <see cref="SolveException"/> out of the program, never a number.</para>
/// <para>Structures are of DiffSharp tensors (<see cref="DiffSharpTree"/>), which may take part in any number of differentiations; see
/// <see cref="DiffSharpForms"/> for generated forms over records of Hyperdiff tensors.</para>
/// </remarks>
public static class DiffSharpOperation
{
    /// <summary>A function of a tensor.</summary>
    /// <param name="function">x → f(x), in Hyperdiff's operations, differentiable by it.</param>
    /// <param name="name">What to call it in messages.</param>
    public static Func<DiffTensor, DiffTensor> Of(Func<Tensor, Tensor> function, string name = "a function of Hyperdiff's")
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => HyperdiffOperation.Apply(name, (operands, _) => [function(operands[0])], [x])[0];
    }

    /// <summary>A function of two tensors.</summary>
    /// <param name="function">(x, y) → f(x, y), in Hyperdiff's operations, differentiable by it.</param>
    /// <param name="name">What to call it in messages.</param>
    public static Func<DiffTensor, DiffTensor, DiffTensor> Of(Func<Tensor, Tensor, Tensor> function, string name = "a function of Hyperdiff's")
    {
        ArgumentNullException.ThrowIfNull(function);
        return (x, y) => HyperdiffOperation.Apply(name, (operands, _) => [function(operands[0], operands[1])], [x, y])[0];
    }

    /// <summary>The solution w*(λ) of an inner problem: a fixed point, a minimum, a root.</summary>
    /// <param name="inner">The problem, and what solves it.</param>
    /// <param name="start">The first iterate; the derivative in it is zero.</param>
    /// <param name="adjoint">Solves the adjoint system; what goes with the inner solver if absent.</param>
    /// <param name="tangent">Solves the tangent system; like the adjoint if absent.</param>
    public static Func<THyper, TState> Solution<TState, THyper>(
        SolvedFunction<TState, THyper> inner, TState start, LinearSolver? adjoint = null, LinearSolver? tangent = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        IBoundFunction<TState, THyper> function = inner.Function;
        FlatTree<TState> first = function.FlattenState(start);
        return hyper =>
        {
            DiffStructure<THyper> like = Hyper(function, hyper);
            DiffTensor[] found = HyperdiffOperation.Apply(
                function.Name,
                (leaves, known) =>
                {
                    var point = new BilevelPoint(known is null ? first : first.WithActive(known), like.Flat.WithActive(leaves));
                    return first.ActiveOf(InnerSolves.DifferentiableLeaves(function, point, inner.SolverAt(point), adjoint, tangent));
                },
                like.Active);
            return DiffStructure<TState>.Rebuild(first, found);
        };
    }

    /// <summary>The outer objective ℓ(λ) = F(w*(λ), λ): its gradient in DiffSharp is the hypergradient.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first iterate of the inner solver.</param>
    /// <param name="adjoint">Solves the adjoint system; what goes with the inner solver if absent.</param>
    public static Func<THyper, DiffTensor> OuterObjective<TState, THyper>(
        SolvedProblem<TState, THyper> problem, TState start, LinearSolver? adjoint = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        Func<THyper, TState> solution = Solution((SolvedFunction<TState, THyper>)problem.Solved!, start, adjoint);
        IBoundFunction<TState, THyper> outer = problem.Outer.Function;
        return hyper =>
        {
            DiffStructure<THyper> h = Hyper(outer, hyper);
            var w = new DiffStructure<TState>(outer.StateTree, solution(hyper), "w");
            int states = w.Active.Length;
            return HyperdiffOperation.Apply(
                outer.Name,
                (leaves, _) =>
                {
                    (FlatTree state, FlatTree parameters) = (w.Flat.WithActive(leaves[..states]), h.Flat.WithActive(leaves[states..]));
                    BoundGraph bound = outer.Bind(state, parameters);
                    return [bound.Graph.Call(bound.Operands(state.Tensors, parameters.Tensors)).EnsureConverged(outer.Name)[0]];
                },
                [.. w.Active, .. h.Active])[0];
        };
    }

    /// <summary>The hypergradient ∇ℓ(λ), like λ, which can be differentiated again.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first iterate of the inner solver.</param>
    /// <param name="adjoint">Solves the adjoint system; what goes with the inner solver if absent.</param>
    public static Func<THyper, THyper> Hypergradient<TState, THyper>(
        SolvedProblem<TState, THyper> problem, TState start, LinearSolver? adjoint = null)
    {
        Func<THyper, DiffTensor> objective = OuterObjective(problem, start, adjoint);
        IBoundFunction<TState, THyper> outer = problem.Outer.Function;
        return hyper =>
        {
            DiffStructure<THyper> like = Hyper(outer, hyper);
            var program = new DiffProgram(problem.Outer.Name, leaves => [objective(like.With(leaves))]);
            DiffTensor one = like.Active[0].onesLike(FSharpOption<IEnumerable<int>>.Some([]), null, null, null);
            Axes all = [.. Enumerable.Range(0, like.Active.Length)];
            return like.With(program.Cotangent(all, like.Active.Length).Run([.. like.Active, one]));
        };
    }

    private static DiffStructure<THyper> Hyper<TState, THyper>(IBoundFunction<TState, THyper> function, THyper hyper)
    {
        var structure = new DiffStructure<THyper>(function.HyperTree, hyper, "λ");
        structure.Flat.RequireActive($"{function.Name} as an operation of DiffSharp's");
        return structure;
    }
}
