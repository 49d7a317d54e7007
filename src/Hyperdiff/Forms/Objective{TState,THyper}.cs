using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A scalar function f(w, λ), bound to its data: an inner objective, or the outer objective F.</summary>
/// <remarks>Made by generated code (<c>Logistic.TrainObjective(x, y)</c>) or from a function by <see cref="Objective.From{TState, THyper}"/>.</remarks>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public class Objective<TState, THyper>
{
    private protected Objective(IBoundFunction<TState, THyper> function) => Function = function;

    /// <summary>The name of the method behind the objective.</summary>
    public string Name => Function.Name;

    /// <summary>How often the method behind the objective was traced and compiled, for all its bindings together.</summary>
    public int Traces => Function.Traces;

    /// <summary>What the function behind the objective captured, if that is a lambda or a method of an object: constants to it, as they are now.</summary>
    public IReadOnlyList<CapturedVariable> Captures => CapturedVariable.Of(Function.Captured);

    internal IBoundFunction<TState, THyper> Function { get; }

    internal static Objective<TState, THyper> Create(IBoundFunction<TState, THyper> function) => new(function);

    /// <summary>f(w, λ), a scalar.</summary>
    public Tensor Evaluate(TState state, THyper hyper)
    {
        (FlatTree<TState> w, FlatTree<THyper> h) = (Function.FlattenState(state), Function.FlattenHyper(hyper));
        BoundGraph bound = Function.Bind(w, h);
        Tensor[] outputs = bound.Graph.Call(bound.Operands(w.Tensors, h.Tensors)).EnsureConverged(Name);
        return outputs[0];
    }

    /// <summary>∇_w f(w, λ), the gradient in the first argument.</summary>
    public TState Gradient(TState state, THyper hyper)
    {
        (FlatTree<TState> w, FlatTree<THyper> h) = (Function.FlattenState(state), Function.FlattenHyper(hyper));
        w.RequireActive($"The gradient of {Name}");
        BoundGraph bound = Function.Bind(w, h);
        Tensor[] outputs = Derivatives.Gradient(bound.Graph, bound.State).Call(bound.Operands(w.Tensors, h.Tensors)).EnsureConverged($"The gradient of {Name}");
        return w.RebuildActive(outputs[bound.Graph.Outputs.Length..]);
    }

    /// <summary>∇²_w f(w, λ) v, the derivative of the gradient along a direction.</summary>
    /// <param name="state">The state w.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="direction">v, with the structure of w; what stands in frozen leaves is ignored.</param>
    /// <exception cref="ShapeMismatchException">A leaf of v is not like that of w.</exception>
    public TState HessianProduct(TState state, THyper hyper, TState direction)
    {
        (FlatTree<TState> w, FlatTree<THyper> h) = (Function.FlattenState(state), Function.FlattenHyper(hyper));
        FlatTree<TState> v = Function.FlattenState(direction);
        w.RequireSameLeaves(v, "HessianProduct: the direction");
        w.RequireActive($"A Hessian product of {Name}");
        BoundGraph bound = Function.Bind(w, h);
        Graph gradient = Derivatives.Gradient(bound.Graph, bound.State);
        Tensor[] outputs = Derivatives.Forward(gradient, bound.State).Call([.. bound.Operands(w.Tensors, h.Tensors), .. w.ActiveOf(v.Tensors)])
            .EnsureConverged($"A Hessian product of {Name}");

        // the function and its gradient, and then the derivatives of both along v
        return w.RebuildActive(outputs[(gradient.Outputs.Length + bound.Graph.Outputs.Length)..]);
    }

    /// <summary>The objective at given hyperparameters, as a function of w alone.</summary>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <exception cref="ArgumentException">A leaf is null.</exception>
    public Objective<TState> At(THyper hyper)
    {
        FlatTree<THyper> given = Function.FlattenHyper(hyper);
        return new Objective<TState>(Name, Function.StateTree, w => Evaluate(w, given.Value), w => Gradient(w, given.Value));
    }

    /// <summary>An objective without hyperparameters as one that does not depend on them; their tree is looked up by type.</summary>
    /// <remarks>The same with a tree of one's own is <see cref="Objective{TState}.In"/>.</remarks>
    public static implicit operator Objective<TState, THyper>(Objective<TState> objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return objective.In<THyper>();
    }

    /// <summary>How many samples the objective is a mean over; throws if it has no <c>[Batch]</c> parameters.</summary>
    /// <param name="operation">What needs samples.</param>
    /// <param name="unit">What it takes of the data: a sample or a chunk.</param>
    internal int RequireSamples(string operation, string unit) => Function.Samples
        ?? throw new InvalidOperationException(
            $"{operation}: {Name} has no [Batch] parameters, so that nothing says what a {unit} is; mark those of its data that hold samples.");

    /// <summary>The same objective, traced anew by each computation: what a form that is kept must agree with, if its function is pure.</summary>
    public Objective<TState, THyper> AsUncached() => Create(Function.Uncached());

    /// <inheritdoc/>
    public override string ToString() => $"objective {Name}";
}
