using System.Collections.Immutable;
using DiffSharp.Model;

namespace Hyperdiff.DiffSharp;

/// <summary>The parameters of a DiffSharp model as a structure: one leaf per parameter, under its name, in the order of the model.</summary>
/// <remarks>A model's parameters are variables; this is what they were when it was made. <see cref="DiffSharpModel"/> sets them.</remarks>
public sealed class ModelParameters
{
    internal ModelParameters(ImmutableArray<(string Name, DiffTensor Value)> parameters) => Parameters = parameters;

    /// <summary>Names and values.</summary>
    public ImmutableArray<(string Name, DiffTensor Value)> Parameters { get; }

    /// <summary>How it is made of tensors.</summary>
    public static Tree<ModelParameters> Tree { get; } = new ParametersTree();

    /// <summary>The parameter of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public DiffTensor this[string name] => Parameters.FirstOrDefault(parameter => parameter.Name == name).Value
        ?? throw new KeyNotFoundException($"There is no parameter {name}; there are {string.Join(", ", Parameters.Select(parameter => parameter.Name))}.");

    /// <summary>The parameters of a model, as they are now.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="InvalidOperationException">One of them takes part in a differentiation.</exception>
    public static ModelParameters Of(ModelBase model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new([.. model.parameters.Select(parameter => (parameter.Item1, DiffTensor.ofRawTensor(Storages.Plain(parameter.Item2.value))))]);
    }

    /// <summary>Sets the parameters of a model to these.</summary>
    /// <param name="model">A model with parameters of the same names, shapes and element types.</param>
    /// <exception cref="ArgumentException">Its parameters are others.</exception>
    public void AssignTo(ModelBase model)
    {
        ArgumentNullException.ThrowIfNull(model);
        DiffSharpModel.Require(model, [.. Parameters.Select(parameter => parameter.Name)], [.. Parameters.Select(parameter => parameter.Value)]);
        int next = 0;
        foreach ((_, Parameter parameter) in model.parameters)
        {
            parameter.value = Parameters[next++].Value;
        }
    }

    /// <summary>The names with the shapes.</summary>
    public override string ToString() =>
        string.Join(", ", Parameters.Select(parameter => $"{parameter.Name} [{string.Join(", ", parameter.Value.shape)}]"));

    private sealed class ParametersTree : Tree<ModelParameters>
    {
        public override void Flatten(ModelParameters value, LeafWriter writer)
        {
            foreach ((string name, DiffTensor tensor) in value.Parameters)
            {
                writer.Static("Parameter", name);
                writer.Child(name, DiffSharpTree.Tensor, tensor);
            }
        }

        public override ModelParameters Rebuild(ModelParameters prototype, LeafReader reader) =>
            new([.. prototype.Parameters.Select(parameter => (parameter.Name, reader.Child(DiffSharpTree.Tensor, parameter.Value)))]);
    }
}
