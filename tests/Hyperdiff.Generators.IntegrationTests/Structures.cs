namespace Hyperdiff.Generators.IntegrationTests;

public enum Activation
{
    Identity,
    Tanh,
}

/// <summary>A layer: two leaves and a static member.</summary>
[Tree]
public sealed partial record Layer(Tensor Weight, Tensor Bias, Activation Activation = Activation.Tanh);

/// <summary>A nest of trees: an array, a tuple, a frozen substructure, a frozen leaf, and a member beyond the primary constructor.</summary>
[Tree]
public sealed partial record Network(Layer[] Layers, (Tensor Scale, Layer Head) Output, [Frozen] Layer Embedding, [property: Frozen] Tensor Mask)
{
    public Tensor Offset { get; init; } = Tensor.Zeros([2]);

    public int Epoch { get; init; }

    /// <summary>Computed by the constructor, so that a rebuilt network computes it again.</summary>
    public Tensor Twice { get; } = Mask + Mask;
}

[Tree]
public readonly partial record struct Pair(Tensor A, Tensor B)
{
    // written by hand, and not generated a second time
    public static Pair operator +(Pair left, Pair right) => new(left.A + right.A, left.B + right.B + 100.0);
}

[Tree]
public partial record struct Mutable(Tensor A);

[Tree]
public partial record Base(Tensor A);

[Tree]
public sealed partial record Derived(Tensor A, Tensor B) : Base(A);

/// <summary>A structure that holds itself.</summary>
[Tree]
public sealed partial record Node(Tensor Value, Node[] Children);

/// <summary>Names that are words of the language, or of the emitted code.</summary>
[Tree]
internal sealed partial record @event(Tensor @class, Tensor value, Tensor writer, int reader);

public static partial class Outer
{
    public partial struct Middle
    {
        [Tree]
        internal sealed partial record Inner(Tensor A, [Frozen] Tensor Indices);
    }
}
