namespace Hyperdiff;

/// <summary>An <c>[InnerObjective]</c> or <c>[OuterObjective]</c> method as a value: made by generated code, once per method, or by
/// <c>Objective.OfData</c>.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
/// <typeparam name="TData">The structure of the data.</typeparam>
public sealed class ObjectiveForm<TState, THyper, TData>
{
    private readonly Form<TState, THyper, TData> _form;
    private readonly BatchParameters _batch;

    /// <summary>The form of a pure method.</summary>
    /// <param name="name">The name of the method, for messages.</param>
    /// <param name="method">The method: (w, λ, data) → f(w, λ).</param>
    /// <param name="state">How w is made of tensors.</param>
    /// <param name="hyper">How λ is made of tensors.</param>
    /// <param name="data">How the data are made of tensors; its leaf names are those of the method's parameters.</param>
    /// <param name="batch">The names of the parameters marked <c>[Batch]</c>.</param>
    public ObjectiveForm(string name, Func<TState, THyper, TData, Tensor> method, Tree<TState> state, Tree<THyper> hyper, Tree<TData> data,
        params string[] batch)
    {
        _form = new(name, (_, w, h, d) => ObjectiveOutput.Of(name, method(w, h, d)), (state, hyper, data), new FormCache(method));
        _batch = new BatchParameters(name, [.. Allowed.Given(batch)]);
    }

    /// <summary>The form of a pure method over plain numbers, lifted to tensors.</summary>
    /// <param name="name">The name of the method, for messages.</param>
    /// <param name="lifted">The lifted method: it reads the leaves of w, λ and the data, in this order, and writes those of f(w, λ); the structures that it is
    /// given hold static members and lengths only.</param>
    /// <param name="state">How w is made of numbers.</param>
    /// <param name="hyper">How λ is made of numbers.</param>
    /// <param name="data">How the data are made of numbers and tensors; its leaf names are those of the method's parameters.</param>
    /// <param name="batch">The names of the parameters marked <c>[Batch]</c>.</param>
    public ObjectiveForm(
        string name, Action<TState, THyper, TData, LeafReader, LeafWriter> lifted, Tree<TState> state, Tree<THyper> hyper, Tree<TData> data,
        params string[] batch)
    {
        _form = new(name, (like, leaves) => ObjectiveOutput.Of(name, LiftedOutput.Of(lifted, like, leaves)[0]), (state, hyper, data), new FormCache(lifted));
        _batch = new BatchParameters(name, [.. Allowed.Given(batch)]);
    }

    internal ObjectiveForm(Form<TState, THyper, TData> form, BatchParameters batch) => (_form, _batch) = (form, batch);

    /// <summary>The objective over these data.</summary>
    /// <exception cref="ShapeMismatchException">The <c>[Batch]</c> parameters hold different numbers of samples.</exception>
    public Objective<TState, THyper> Bind(TData data)
    {
        _batch.Require(_form.FlattenData(data));
        return Objective<TState, THyper>.Create(new BoundForm<TState, THyper, TData>(_form, data, _batch));
    }

    /// <summary>∇_w f: what a <c>[GradientOf]</c> method computes.</summary>
    public TState Gradient(TState state, THyper hyper, TData data) => Bind(data).Gradient(state, hyper);

    /// <summary>∇²_w f v: what a <c>[HessianProductOf]</c> method computes.</summary>
    public TState HessianProduct(TState state, THyper hyper, TData data, TState direction) => Bind(data).HessianProduct(state, hyper, direction);

    /// <inheritdoc/>
    public override string ToString() => $"objective {_form.Name}, a function of data";
}
