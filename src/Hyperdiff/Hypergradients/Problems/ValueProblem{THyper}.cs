namespace Hyperdiff;

/// <summary>An outer value that can only be evaluated, ℓ(λ): any code. For zero order.</summary>
/// <remarks>There is no state to begin with: <c>method.Compute(problem, default, λ, new() { Key = key })</c>. Made by
/// <see cref="Bilevel.Problem{THyper}(Func{THyper, RandomKey, double}, Tree{THyper})"/>.</remarks>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class ValueProblem<THyper> : BilevelProblem<ValueTuple, THyper>, IRunnable
{
    private readonly Func<THyper, RandomKey, double> _value;
    private readonly Tree<THyper> _tree;

    internal ValueProblem(Func<THyper, RandomKey, double> value, bool isRandom, Tree<THyper> tree) => (_value, IsRandom, _tree) = (value, isRandom, tree);

    /// <summary>Whether the value depends on the key.</summary>
    public bool IsRandom { get; }

    /// <inheritdoc/>
    public override string ToString() => "a function of λ";

    internal override ProblemKind Kind => ProblemKind.Value;

    internal override IBoundFunction OuterFunction => throw new System.Diagnostics.UnreachableException("Of a function of λ only values are known.");

    internal override Ranks? Ranks => null;

    double IRunnable.ValueAt(FlatTree hyper, RandomKey key) => _value(((FlatTree<THyper>)hyper).Value, key);

    internal override BilevelPoint PointAt(ValueTuple start, THyper hyper, WarmStart? warm) =>
        new(new FlatTree<ValueTuple>(Tree.Unit, start, "w"), new FlatTree<THyper>(_tree, hyper, "λ"));
}
