using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Hyperdiff.TorchSharp;

/// <summary>The parameters or buffers of a module as a structure of tensors, under the names that the module gives them: <c>0.weight</c>.</summary>
/// <remarks>One that the module has in several places stands here once. Parameters that do not require gradients are not differentiated here either.</remarks>
[SuppressMessage("Naming", "CA1710", Justification = "it is a structure of tensors, which can also be looked up")]
public sealed class ModuleTensors : IReadOnlyDictionary<string, Tensor>
{
    private readonly string[] _names;
    private readonly Tensor[] _tensors;
    private readonly bool[] _frozen;

    internal ModuleTensors(string[] names, Tensor[] tensors, bool[] frozen) => (_names, _tensors, _frozen) = (names, tensors, frozen);

    /// <summary>How they are made of tensors.</summary>
    public static Tree<ModuleTensors> Tree { get; } = new ModuleTree();

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _names;

    /// <inheritdoc/>
    public IEnumerable<Tensor> Values => _tensors;

    /// <inheritdoc/>
    public int Count => _names.Length;

    /// <inheritdoc/>
    public Tensor this[string key] => TryGetValue(key, out Tensor? found) ? found
        : throw new KeyNotFoundException($"There is no `{key}`; there are {string.Join(", ", _names)}.");

    /// <summary>The same with another tensor in one place.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The tensor, of the shape and element type of the one that was there.</param>
    /// <exception cref="KeyNotFoundException">There is no such name.</exception>
    /// <exception cref="ShapeMismatchException">The type is another one.</exception>
    public ModuleTensors With(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        TensorType type = this[name].Type;
        return value.Type == type
            ? new ModuleTensors(_names, [.. _tensors.Select((tensor, i) => _names[i] == name ? value : tensor)], _frozen)
            : throw new ShapeMismatchException($"`{name}` is {type}, and {value.Type} was given.");
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => Array.IndexOf(_names, key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Tensor value)
    {
        int at = Array.IndexOf(_names, key);
        value = at >= 0 ? _tensors[at] : null;
        return at >= 0;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Tensor>> GetEnumerator() => _names.Zip(_tensors, KeyValuePair.Create).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One line for each.</summary>
    public override string ToString() => string.Join(Environment.NewLine, _names.Select((name, i) => $"{name}: {_tensors[i].Type}"));

    /// <summary>As many tensors under the same names, in order.</summary>
    internal Tensor[] Ordered => _tensors;

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "a structure must be known before it is used, as generated ones are")]
    internal static void Register() => Hyperdiff.Tree.Register(Tree);

    private sealed class ModuleTree : Tree<ModuleTensors>
    {
        public override void Flatten(ModuleTensors value, LeafWriter writer)
        {
            for (int i = 0; i < value._names.Length; i++)
            {
                writer.Static("Name", value._names[i]);
                writer.Leaf(value._names[i], value._tensors[i], value._frozen[i]);
            }
        }

        public override ModuleTensors Rebuild(ModuleTensors prototype, LeafReader reader) =>
            new(prototype._names, Array.ConvertAll(prototype._tensors, _ => reader.Leaf()), prototype._frozen);
    }
}
