namespace Hyperdiff;

/// <summary>A sampled objective that waits for its data: made by <see cref="SampledObjective.OfData"/>, traced and compiled once per combination of shapes and
/// static members.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
/// <typeparam name="TData">The structure of the data.</typeparam>
public sealed class SampledForm<TState, THyper, TData>
{
    private readonly Form<TState, THyper, (RandomKey Key, TData Data)> _form;

    internal SampledForm(Form<TState, THyper, (RandomKey Key, TData Data)> form) => _form = form;

    /// <summary>The objective over these data.</summary>
    public SampledObjective<TState, THyper> Bind(TData data) =>
        new(new BoundForm<TState, THyper, (RandomKey Key, TData Data)>(_form, (RandomKey.FromSeed(0), data)), 1, key => [key.Words]);

    /// <inheritdoc/>
    public override string ToString() => $"objective {_form.Name}, a function of data";
}
