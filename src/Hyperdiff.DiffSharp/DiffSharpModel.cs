using DiffSharp.Model;

namespace Hyperdiff.DiffSharp;

/// <summary>Models of DiffSharp's in bilevel problems: their parameters are the state w.</summary>
public static class DiffSharpModel
{
    /// <summary>The objective f(w, λ) of a model with parameters w: while the function runs, the model has them.</summary>
    /// <remarks>
    /// While the model runs nobody else may use it; calls of this class take turns. Afterwards it has its parameters of
    /// before. Begin with <see cref="ModelParameters.Of"/>, and set what was found by <see cref="ModelParameters.AssignTo"/>.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="function">λ → f, a scalar, by <c>model.forward</c>.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    /// <exception cref="InvalidOperationException">When it is used: a layer of the model is random or changes as it runs.</exception>
    public static Objective<ModelParameters, THyper> Objective<THyper>(
        ModelBase model, Func<THyper, DiffTensor> function, string name = "a function of a model", Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(function);
        return DiffSharpFunction.Objective(
            (ModelParameters w, THyper h) => With(model, w, () => function(h)), name, ModelParameters.Tree, hyper);
    }

    /// <summary>Runs something while a model has other parameters, which may take part in differentiations; afterwards it has its own again.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="function">What runs.</param>
    public static T With<T>(ModelBase model, ModelParameters parameters, Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(function);
        RequirePure(model);
        Require(model, [.. parameters.Parameters.Select(parameter => parameter.Name)], [.. parameters.Parameters.Select(parameter => parameter.Value)]);
        (Parameter Parameter, DiffTensor Before)[] held = [.. model.parameters.Select(parameter => (parameter.Item2, parameter.Item2.value))];
        try
        {
            for (int i = 0; i < held.Length; i++)
            {
                held[i].Parameter.value = parameters.Parameters[i].Value;
            }

            return function();
        }
        finally
        {
            foreach ((Parameter parameter, DiffTensor before) in held)
            {
                parameter.value = before;
            }
        }
    }

    internal static void Require(ModelBase model, string[] names, DiffTensor[] values)
    {
        (string Name, DiffTensor Value)[] own = [.. model.parameters.Select(parameter => (parameter.Item1, parameter.Item2.value))];
        if (!own.Select(parameter => parameter.Name).SequenceEqual(names))
        {
            throw new ArgumentException($"The model's parameters are {string.Join(", ", own.Select(parameter => parameter.Name))}, and these are "
                + $"{string.Join(", ", names)}; make them by ModelParameters.Of(model).");
        }

        for (int i = 0; i < own.Length; i++)
        {
            if (!own[i].Value.shape.AsSpan().SequenceEqual(values[i].shape) || !own[i].Value.dtype.Equals(values[i].dtype))
            {
                throw new ArgumentException($"The model's parameter {names[i]} is {own[i].Value.dtype} [{string.Join(", ", own[i].Value.shape)}], and this is "
                    + $"{values[i].dtype} [{string.Join(", ", values[i].shape)}].");
            }
        }
    }

    // a layer that draws numbers or counts batches makes a function that is another at every call
    private static void RequirePure(ModelBase model)
    {
        foreach (ModelBase layer in model.descendants)
        {
            string kind = layer.GetType().Name;
            if (layer.mode == Mode.Train && (kind.StartsWith("Dropout", StringComparison.Ordinal) || kind.StartsWith("BatchNorm", StringComparison.Ordinal)))
            {
                throw new InvalidOperationException(
                    $"The model has a {kind} that is in train mode, where its result {(kind[0] == 'D' ? "is random" : "changes what it remembers")}; "
                        + "a function that is differentiated must be the same at every call. Call model.eval() first.");
            }
        }
    }
}
