using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>A <c>[Differentiable]</c> method that returns a tensor: gradients besides, where that is a scalar.</summary>
/// <typeparam name="T">The structure of the argument; of several arguments, a tuple.</typeparam>
public sealed class DifferentiableFunction<T> : DifferentiableFunction<T, Tensor>
{
    /// <summary>The form of a pure method.</summary>
    /// <param name="name">The name of the method, for messages.</param>
    /// <param name="argument">The name of its argument, for messages; empty for a tuple, whose elements have names.</param>
    /// <param name="method">The method f.</param>
    /// <param name="arguments">How its argument is made of tensors.</param>
    public DifferentiableFunction(string name, string argument, Func<T, Tensor> method, Tree<T> arguments)
        : base(name, argument, method, arguments, Tree.Tensor)
    {
    }

    /// <summary>The form of a pure method over plain numbers, lifted to tensors, whose result is a number.</summary>
    /// <param name="name">The name of the method, for messages.</param>
    /// <param name="argument">The name of its argument, for messages; empty for a tuple, whose elements have names.</param>
    /// <param name="lifted">The lifted method: it reads the leaves of x and writes f(x); the structure that it is given holds static members and lengths
    /// only.</param>
    /// <param name="arguments">How its argument is made of numbers and tensors.</param>
    public DifferentiableFunction(string name, string argument, Action<T, LeafReader, LeafWriter> lifted, Tree<T> arguments)
        : base(
            new BoundForm<T, ValueTuple, ValueTuple>(
                new Form<T, ValueTuple, ValueTuple>(
                    name,
                    (like, leaves) => FunctionOutput.Of(
                        name,
                        Tree.Tensor,
                        LiftedOutput.Of<T, ValueTuple, ValueTuple>((x, _, _, reader, writer) => lifted(x, reader, writer), like, leaves)[0]),
                    (arguments, Tree.Unit, Tree.Unit),
                    new FormCache(lifted)),
                default(ValueTuple)),
            argument,
            Tree.Tensor)
    {
    }

    internal DifferentiableFunction(IBoundFunction<T, ValueTuple> function, string argument)
        : base(function, argument, Tree.Tensor)
    {
    }

    /// <summary>∇f(x).</summary>
    /// <param name="at">The point x.</param>
    /// <returns>The gradient, with the structure of x; zeros for frozen leaves, and static arguments as they are.</returns>
    /// <exception cref="ShapeMismatchException">f does not return a scalar.</exception>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public T Grad(T at)
    {
        ValueAndGradient<T> result = ValueAndGrad(at);
        SolveException.ThrowUnlessConverged("This gradient", result.Reports);
        return result.Gradient;
    }

    /// <summary>f(x) and ∇f(x), with the reports of the solves they rest on.</summary>
    /// <inheritdoc cref="Grad(T)"/>
    public ValueAndGradient<T> ValueAndGrad(T at) => Diff.ValueAndGrad(Scalar(at, "A gradient"));

    /// <summary>The Hessian-vector product ∇²f(x) v.</summary>
    /// <param name="at">The point x.</param>
    /// <param name="direction">v, with the structure of x.</param>
    /// <exception cref="ShapeMismatchException">f does not return a scalar, or a leaf of v is not like that of x.</exception>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public T Hvp(T at, T direction)
    {
        TracedCall<T> call = Scalar(at, "A Hessian-vector product");
        (T product, ImmutableArray<SolveReport> reports) = Diff.Product(call, direction, call.Point.Tree);
        SolveException.ThrowUnlessConverged("This Hessian-vector product", reports);
        return product;
    }

    private TracedCall<T> Scalar(T at, string what)
    {
        TracedCall<T> call = At(at).Call;
        call.Point.RequireActive(what);
        TracedCall<T>.RequireScalar(what, call.Graph.Outputs[0].Type);
        return call;
    }
}
