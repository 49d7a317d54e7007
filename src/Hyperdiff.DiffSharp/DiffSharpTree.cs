using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Hyperdiff.DiffSharp;

/// <summary>A DiffSharp tensor as a structure of one leaf, so that states and hyperparameters may be made of them: results come back on the device and
/// backend of what they are like.</summary>
public static class DiffSharpTree
{
    /// <summary>The tree of one tensor.</summary>
    public static Tree<DiffTensor> Tensor { get; } = new TensorTree();

    /// <summary>Makes the trees of a tensor, and of arrays, pairs and triples of tensors, known to <see cref="Tree.Of{T}"/>. Runs by itself when anything else
    /// of this assembly is used; call it where nothing is.</summary>
    public static void Register()
    {
        Tree.Register(Tensor);
        Tree.Register(Tree.Array(Tensor));
        Tree.Register(Tree.Tuple(Tensor, Tensor));
        Tree.Register(Tree.Tuple(Tensor, Tensor, Tensor));
        Tree.Register(ModelParameters.Tree);
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Generated code registers the trees of records in this way too.")]
    internal static void RegisterAtLoad() => Register();

    private sealed class TensorTree : Tree<DiffTensor>
    {
        public override void Flatten(DiffTensor value, LeafWriter writer) => writer.Leaf(DiffLeaves.ToLeaf(value));

        public override DiffTensor Rebuild(DiffTensor prototype, LeafReader reader)
        {
            Tensor leaf = reader.Leaf();
            return DiffLeaves.Of(leaf)
                ?? (leaf.IsTraced ? TracedRawTensor.For(leaf, prototype.device, prototype.backend) : leaf.ToDiffSharp(prototype.device, prototype.backend));
        }
    }
}
