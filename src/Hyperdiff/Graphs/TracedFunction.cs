namespace Hyperdiff.Graphs;

/// <summary>The graph of a function, with what it took from outside.</summary>
/// <param name="Graph">The graph; its inputs are the function's arguments and then the captures.</param>
/// <param name="Captures">The tensors of enclosing traces, and concrete ones, of any shape, that the function used.</param>
/// <param name="IsValueDependent">Whether it read values, so that the graph holds for these arguments only.</param>
public sealed record TracedFunction(Graph Graph, Tensor[] Captures, bool IsValueDependent)
{
    /// <summary>Traces a function of tensors.</summary>
    /// <param name="function">The function.</param>
    /// <param name="arguments">Its arguments, of any shape: their types are traced for; their values are there to be read if <paramref
    /// name="readable"/>.</param>
    /// <param name="labels">Names of the arguments, for messages; may be empty.</param>
    /// <param name="readable">Whether the function may read values.</param>
    public static TracedFunction Of(Func<Tensor[], Tensor[]> function, ReadOnlySpan<Tensor> arguments, ReadOnlySpan<string> labels = default,
        bool readable = true)
    {
        ArgumentNullException.ThrowIfNull(function);
        using var trace = new Trace();
        var inputs = new Tensor[arguments.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = trace.Input(arguments[i].Type, readable ? arguments[i] : null, labels.IsEmpty ? null : labels[i]);
        }

        Tensor[] outputs = function(inputs);
        return new TracedFunction(trace.Close(outputs), trace.Captures.ToArray(), trace.IsValueDependent);
    }

    /// <summary>Traces a function for types alone: it cannot read values.</summary>
    public static TracedFunction Of(Func<Tensor[], Tensor[]> function, ReadOnlySpan<TensorType> types)
    {
        ArgumentNullException.ThrowIfNull(function);
        using var trace = new Trace();
        var inputs = new Tensor[types.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = trace.Input(types[i]);
        }

        Tensor[] outputs = function(inputs);
        return new TracedFunction(trace.Close(outputs), trace.Captures.ToArray(), trace.IsValueDependent);
    }

    /// <summary>The graph as text.</summary>
    public override string ToString() => $"{Graph}";
}
