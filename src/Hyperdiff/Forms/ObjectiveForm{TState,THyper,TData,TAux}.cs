namespace Hyperdiff;

/// <summary>An objective with auxiliary outputs as a value. Made by generated code, once per method.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
/// <typeparam name="TData">The structure of the data.</typeparam>
/// <typeparam name="TAux">The structure of the auxiliary outputs.</typeparam>
public sealed class ObjectiveForm<TState, THyper, TData, TAux>
{
    private readonly Form<TState, THyper, TData> _form;
    private readonly BatchParameters _batch;

    /// <summary>The form of a pure method.</summary>
    /// <param name="name">The name of the method, for messages.</param>
    /// <param name="method">The method: (w, λ, data) → (f(w, λ), auxiliary outputs).</param>
    /// <param name="state">How w is made of tensors.</param>
    /// <param name="hyper">How λ is made of tensors.</param>
    /// <param name="data">How the data are made of tensors; its leaf names are those of the method's parameters.</param>
    /// <param name="auxiliary">How the auxiliary outputs are made of tensors.</param>
    /// <param name="batch">The names of the parameters marked <c>[Batch]</c>.</param>
    public ObjectiveForm(
        string name,
        Func<TState, THyper, TData, (Tensor Value, TAux Auxiliary)> method,
        Tree<TState> state,
        Tree<THyper> hyper,
        Tree<TData> data,
        Tree<TAux> auxiliary,
        params string[] batch)
    {
        _form = new(name, (_, w, h, d) => ObjectiveOutput.WithAuxiliary(name, method(w, h, d), auxiliary), (state, hyper, data), new FormCache(method));
        _batch = new BatchParameters(name, [.. Allowed.Given(batch)]);
    }

    internal ObjectiveForm(Form<TState, THyper, TData> form, BatchParameters batch) => (_form, _batch) = (form, batch);

    /// <summary>The objective over these data.</summary>
    /// <exception cref="ShapeMismatchException">The <c>[Batch]</c> parameters hold different numbers of samples.</exception>
    public Objective<TState, THyper, TAux> Bind(TData data)
    {
        _batch.Require(_form.FlattenData(data));
        return new Objective<TState, THyper, TAux>(new BoundForm<TState, THyper, TData>(_form, data, _batch));
    }

    /// <summary>∇_w f: what a <c>[GradientOf]</c> method computes.</summary>
    public TState Gradient(TState state, THyper hyper, TData data) => Bind(data).Gradient(state, hyper);

    /// <summary>∇²_w f v: what a <c>[HessianProductOf]</c> method computes.</summary>
    public TState HessianProduct(TState state, THyper hyper, TData data, TState direction) => Bind(data).HessianProduct(state, hyper, direction);

    /// <inheritdoc/>
    public override string ToString() => $"objective {_form.Name}, a function of data";
}
