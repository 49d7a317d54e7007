namespace Hyperdiff;

/// <summary>A rule whose numbers are hyperparameters: <c>Optimizer.HeavyBall(rate: (Rates r) => r.LogRate.Exp(), momentum: r => r.Momentum)</c>.</summary>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class Optimizer<THyper>
{
    private readonly Func<THyper, Optimizer> _by;

    internal Optimizer(Func<THyper, Optimizer> by) => _by = by;

    /// <summary>The rule for these hyperparameters.</summary>
    public Optimizer At(THyper hyper) => Allowed.Returned(_by(hyper), "The function from λ to an optimizer");

    /// <summary>The steps of the rule on an objective whose own hyperparameters are given, so that those of the rule are all there are. Where the objective
    /// depends on them too, its steps are those of <see cref="Dynamics.Unroll{TState, THyper}(Objective{TState, THyper}, Func{THyper, Optimizer})"/>.</summary>
    /// <param name="objective">The objective f(w).</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public Dynamics<TState, THyper> On<TState>(Objective<TState> objective, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        hyper ??= Tree.Of<THyper>();
        return new Dynamics<TState, THyper>(
            objective.Name, ((w, _, _) => objective.Gradient(w), _ => objective.In(hyper)), _by, objective.StateTree, hyper);
    }

    /// <inheritdoc/>
    public override string ToString() => "an optimizer as a function of λ";
}
