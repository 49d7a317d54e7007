using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A <c>[Differentiable]</c> method as a value: what <see cref="Diff"/> does with a lambda, of graphs that are kept. Made by generated code, once per
/// method, or of a function that is promised to be pure (<see cref="DifferentiableFunction.OfPure{T, TResult}"/>); traced once per combination of shapes and
/// static arguments, and compiled once for each of the derivatives that are asked for.</summary>
/// <remarks>Within a transformation it is part of what is traced, so that all of it nests: <c>Diff.Jacobian(Model.EnergyFunction.Evaluate, x)</c>.
/// Functions that return a scalar have gradients besides: <see cref="DifferentiableFunction{T}"/>.</remarks>
/// <typeparam name="T">The structure of the argument; of several arguments, a tuple.</typeparam>
/// <typeparam name="TResult">The structure of the result.</typeparam>
public class DifferentiableFunction<T, TResult>
{
    private static readonly FlatTree<ValueTuple> s_none = new(Tree.Unit, default, string.Empty);

    private readonly IBoundFunction<T, ValueTuple> _function;
    private readonly Tree<TResult> _result;
    private readonly string _argument;

    /// <summary>The form of a pure method.</summary>
    /// <param name="name">The name of the method, for messages.</param>
    /// <param name="argument">The name of its argument, for messages; empty for a tuple, whose elements have names.</param>
    /// <param name="method">The method f.</param>
    /// <param name="arguments">How its argument is made of tensors.</param>
    /// <param name="result">How its result is made of tensors.</param>
    public DifferentiableFunction(string name, string argument, Func<T, TResult> method, Tree<T> arguments, Tree<TResult> result)
    {
        (_argument, _result) = (argument, result);
        var form = new Form<T, ValueTuple, ValueTuple>(
            name, (_, x, _, _) => FunctionOutput.Of(name, result, method(x)), (arguments, Tree.Unit, Tree.Unit), new FormCache(method));
        _function = new BoundForm<T, ValueTuple, ValueTuple>(form, default(ValueTuple));
    }

    internal DifferentiableFunction(IBoundFunction<T, ValueTuple> function, string argument, Tree<TResult> result) =>
        (_function, _argument, _result) = (function, argument, result);

    /// <summary>The name of the method.</summary>
    public string Name => _function.Name;

    /// <summary>How often the method was traced and compiled.</summary>
    public int Traces => _function.Traces;

    /// <summary>How the result is made of tensors.</summary>
    public Tree<TResult> ResultTree => _result;

    /// <summary>What the function captured, if that is a lambda or a method of an object: constants to it, as they are now.</summary>
    public IReadOnlyList<CapturedVariable> Captures => CapturedVariable.Of(_function.Captured);

    /// <summary>f(x).</summary>
    /// <param name="at">The point x.</param>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public TResult Evaluate(T at)
    {
        (TracedCall<T> call, FlatTree<TResult> result) = At(at);
        return result.Rebuild(call.Graph.Call(call.Operands).EnsureConverged(Name));
    }

    /// <summary>f(x) and the derivative of f at x along a direction, ḟ = J ẋ.</summary>
    /// <param name="at">The point x.</param>
    /// <param name="tangent">ẋ, with the structure of x; what stands in frozen leaves and in static arguments is ignored.</param>
    /// <exception cref="ShapeMismatchException">A leaf of ẋ is not like that of x.</exception>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public (TResult Value, TResult Tangent) Jvp(T at, T tangent)
    {
        Linearized<T, TResult> linearized = Linearize(at);
        return (linearized.Value, linearized.Jvp(tangent));
    }

    /// <summary>f(x) and the pullback of a cotangent, x̄ = Jᵀ ȳ.</summary>
    /// <param name="at">The point x.</param>
    /// <param name="cotangent">ȳ, with the structure of f(x).</param>
    /// <exception cref="ShapeMismatchException">A leaf of ȳ is not like that of f(x).</exception>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public (TResult Value, T Cotangent) Vjp(T at, TResult cotangent)
    {
        Linearized<T, TResult> linearized = Linearize(at);
        return (linearized.Value, linearized.Vjp(cotangent));
    }

    /// <summary>Computes f(x) once and gives its derivative there as a linear map, to be applied to as many vectors as wanted, both ways.</summary>
    /// <param name="at">The point x.</param>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public Linearized<T, TResult> Linearize(T at)
    {
        (TracedCall<T> call, FlatTree<TResult> result) = At(at);
        call.Point.RequireActive("A derivative");
        var linearized = new Linearized<T, TResult>(LinearMap.At(call.Graph, call.Operands, call.Active), call, result, _function.StateTree, _result);
        SolveException.ThrowUnlessConverged("This linearization", linearized.Map.Reports);
        return linearized;
    }

    /// <summary>f of every item of a batch at once, <c>yᵢ = f(xᵢ)</c>, as <see cref="Diff"/>'s Vmap; static arguments are those of all items.</summary>
    /// <param name="batch">x: every leaf is the leaves of the items, stacked along its axis 0.</param>
    /// <returns>The results, stacked along axis 0 of every leaf.</returns>
    /// <exception cref="ShapeMismatchException">A leaf has no axis 0, or one of another size than that of the first leaf.</exception>
    /// <exception cref="SolveException">A solve within f did not converge; the message names the items for which it did not.</exception>
    public TResult Vmap(T batch)
    {
        var stacked = new FlatTree<T>(_function.StateTree, batch, _argument);
        int size = Diff.ItemCount(stacked);
        BoundGraph item = _function.Bind(stacked.With(Diff.Item(stacked)), s_none, readable: false);
        Graph graph = Batching.Of(item.Graph, [.. item.Graph.Inputs.Select((_, i) => i < stacked.Leaves.Length)], size).Repeated;
        return ((FlatTree<TResult>)item.Auxiliary!).Rebuild(graph.Call(item.Operands(stacked.Tensors, [])).EnsureConverged("A batched function"));
    }

    /// <summary>The same function, traced anew by each computation: what a form that is kept must agree with, if its function is pure.</summary>
    public DifferentiableFunction<T, TResult> AsUncached() => new(_function.Uncached(), _argument, _result);

    /// <inheritdoc/>
    public override string ToString() => $"function {Name}";

    /// <summary>The graph for a point.</summary>
    internal (TracedCall<T> Call, FlatTree<TResult> Result) At(T at)
    {
        var point = new FlatTree<T>(_function.StateTree, at, _argument);
        BoundGraph bound = _function.Bind(point, s_none, readable: true);
        return (TracedCall<T>.Of(point, bound.Graph, bound.Operands(point.Tensors, [])), (FlatTree<TResult>)bound.Auxiliary!);
    }
}
