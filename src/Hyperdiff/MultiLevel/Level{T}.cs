namespace Hyperdiff;

/// <summary>The parameters of one problem among several, of a type.</summary>
/// <typeparam name="T">The structure of the parameters.</typeparam>
public sealed class Level<T> : Level
{
    internal Level(string name, FlatTree<T> start, Tree<T> tree)
        : base(name) => (Flat, Tree) = (start, tree);

    /// <summary>The first parameters.</summary>
    public T Start => Flat.Rebuild(Flat.Tensors);

    internal FlatTree<T> Flat { get; }

    /// <summary>Steps of an optimizer on this problem's objective, in an outer loop that alternates between problems: see
    /// <see cref="OuterLoop.Over{T}(MultiLevel, Level{T}, ReadOnlySpan{LevelSteps})"/>.</summary>
    /// <param name="optimizer">The optimizer, whose memory is kept throughout.</param>
    /// <param name="steps">How many for every step of the problem that the loop is over.</param>
    public LevelSteps StepsBy(Optimizer optimizer, int steps = 1)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        return new LevelSteps<T>(this, optimizer, Allowed.AtLeast(1, steps));
    }

    internal override void Flatten(LevelPoint point, LeafWriter writer) => writer.Child(Name, Tree, point.Of(this));

    internal override LevelPoint Rebuild(LevelPoint point, LeafReader reader) => point.With(this, reader.Child(Tree, Flat.Prototype));

    internal Tree<T> Tree { get; }

    /// <summary>The problem that these parameters minimize an objective.</summary>
    /// <param name="objective">(own parameters, the others) to a scalar.</param>
    /// <param name="by">Finds the minimum where another problem needs it; <see cref="Minimizer.NewtonCg"/> if absent.</param>
    /// <param name="response">How others find and differentiate the solution, unless they say otherwise; <see cref="Response.Implicit"/> if absent.</param>
    public LevelProblem Minimizes(Func<T, LevelScope, Tensor> objective, Minimizer? by = null, Response? response = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new MinimumLevel<T>(this, objective, by ?? Minimizer.NewtonCg(), response ?? Response.Implicit());
    }

    /// <summary>The problem that these parameters are the fixed point of a map.</summary>
    /// <param name="map">(own parameters, the others) to the next parameters.</param>
    /// <param name="by">Finds the fixed point; <see cref="FixedPoint.Iteration"/> if absent.</param>
    /// <param name="response">How others find and differentiate the solution, unless they say otherwise; <see cref="Response.Implicit"/> if absent.</param>
    public LevelProblem Repeats(Func<T, LevelScope, T> map, FixedPointSolver? by = null, Response? response = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new FixedPointLevel<T>(this, map, by ?? FixedPoint.Iteration(), response ?? Response.Implicit());
    }

    /// <summary>The problem that these parameters are the root of a condition.</summary>
    /// <param name="condition">(own parameters, the others) to a structure like the parameters, which is to be zero.</param>
    /// <param name="by">Finds the root; <see cref="Root.Newton"/> if absent.</param>
    /// <param name="response">How others differentiate the solution, unless they say otherwise; <see cref="Response.Implicit"/> if absent.</param>
    public LevelProblem Satisfies(Func<T, LevelScope, T> condition, RootSolver? by = null, Response? response = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return new RootLevel<T>(this, condition, by ?? Root.Newton(), response ?? Response.Implicit());
    }
}
