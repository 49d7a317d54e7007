namespace Hyperdiff;

/// <summary>A differentiable function that waits for its data: made by <see cref="DifferentiableFunction.OfData{TData, T, TResult}"/>, traced and compiled once
/// per combination of shapes and static members.</summary>
/// <typeparam name="T">The structure of the argument x.</typeparam>
/// <typeparam name="TResult">The structure of the result.</typeparam>
/// <typeparam name="TData">The structure of the data.</typeparam>
public sealed class FunctionForm<T, TResult, TData>
{
    private readonly Form<T, ValueTuple, TData> _form;
    private readonly Tree<TResult> _result;

    internal FunctionForm(Form<T, ValueTuple, TData> form, Tree<TResult> result) => (_form, _result) = (form, result);

    /// <summary>The function over these data.</summary>
    public DifferentiableFunction<T, TResult> Bind(TData data) => new(_form.Bind(data), DifferentiableFunction.Argument, _result);

    /// <inheritdoc/>
    public override string ToString() => $"function {_form.Name}, a function of data";
}

/// <summary>A differentiable function that returns a tensor and waits for its data: made by <see cref="DifferentiableFunction.OfData{TData, T}"/>.</summary>
/// <typeparam name="T">The structure of the argument x.</typeparam>
/// <typeparam name="TData">The structure of the data.</typeparam>
public sealed class FunctionForm<T, TData>
{
    private readonly Form<T, ValueTuple, TData> _form;

    internal FunctionForm(Form<T, ValueTuple, TData> form) => _form = form;

    /// <summary>The function over these data.</summary>
    public DifferentiableFunction<T> Bind(TData data) => new(_form.Bind(data), DifferentiableFunction.Argument);

    /// <inheritdoc/>
    public override string ToString() => $"function {_form.Name}, a function of data";
}
