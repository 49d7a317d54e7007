namespace Hyperdiff;

/// <summary>Where a computation is: w and λ taken apart, once per call, and passed on from there. Whatever moves has other leaves, and is not put together in
/// between.</summary>
internal sealed class BilevelPoint
{
    /// <summary>The point of a state and hyperparameters.</summary>
    /// <param name="state">w.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    public BilevelPoint(FlatTree state, FlatTree hyper)
    {
        (State, Hyper) = (state, hyper);
        var inputs = new int[hyper.Active.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = state.Leaves.Length + hyper.Active[i];
        }

        HyperInputs = [.. inputs];
    }

    private BilevelPoint(FlatTree state, BilevelPoint like) => (State, Hyper, HyperInputs) = (state, like.Hyper, like.HyperInputs);

    /// <summary>w.</summary>
    public FlatTree State { get; }

    /// <summary>λ.</summary>
    public FlatTree Hyper { get; }

    /// <summary>The positions of the active leaves of λ among the inputs of graphs, of which the leaves of w come first.</summary>
    public Axes HyperInputs { get; }

    /// <summary>The positions of all active leaves among the inputs, those of w first.</summary>
    public Axes Inputs => [.. State.Active, .. HyperInputs.Items];

    /// <summary>The types of the active leaves of λ.</summary>
    public TensorType[] HyperTypes => Array.ConvertAll(Hyper.ActiveTensors, leaf => leaf.Type);

    /// <summary>The same λ at another state.</summary>
    /// <param name="state">All leaves of the state.</param>
    public BilevelPoint At(Tensor[] state) => ReferenceEquals(state, State.Tensors) ? this : new(State.With(state), this);

    /// <summary>The same state at other hyperparameters.</summary>
    /// <param name="hyper">λ, of the same structure.</param>
    public BilevelPoint With(FlatTree hyper) => new(State, hyper);
}
