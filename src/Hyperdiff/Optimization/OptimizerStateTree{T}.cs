using System.Globalization;

namespace Hyperdiff;

/// <summary>The state of an optimizer as tensors: parameters, memory, and the number of steps, which has no derivative.</summary>
internal sealed class OptimizerStateTree<T>(Tree<T> parameters) : Tree<OptimizerState<T>>
{
    public override void Flatten(OptimizerState<T> value, LeafWriter writer)
    {
        writer.Child(nameof(value.Parameters), parameters, value.Parameters);
        for (int slot = 0; slot < value.Memory.Length; slot++)
        {
            writer.Child(string.Create(CultureInfo.InvariantCulture, $"{nameof(value.Memory)}[{slot}]"), parameters, value.Memory[slot]);
        }

        writer.Leaf(nameof(value.Counter), value.Counter);
    }

    public override OptimizerState<T> Rebuild(OptimizerState<T> prototype, LeafReader reader) =>
        prototype.With(reader.Child(parameters, prototype.Parameters), [.. prototype.Memory.Select(slot => reader.Child(parameters, slot))], reader.Leaf());
}
