namespace Hyperdiff;

/// <summary>A finite sum that waits for its data: made by <see cref="FiniteSum.OfData"/>, traced and compiled once per combination of shapes and static
/// members.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
/// <typeparam name="TData">The structure of the data.</typeparam>
public sealed class FiniteSumForm<TState, THyper, TData>
{
    private readonly Form<TState, THyper, (Tensor Index, TData Data)> _form;

    internal FiniteSumForm(Form<TState, THyper, (Tensor Index, TData Data)> form) => _form = form;

    /// <summary>The sum over these data.</summary>
    /// <param name="count">n, the number of components; at least 1.</param>
    /// <param name="data">The data.</param>
    public FiniteSum<TState, THyper> Bind(int count, TData data)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new(count, new BoundForm<TState, THyper, (Tensor Index, TData Data)>(_form, (Tensor.Full(Shape.Scalar, 0, DType.Int32), data)), 1);
    }

    /// <inheritdoc/>
    public override string ToString() => $"finite sum {_form.Name}, a function of data";
}
