using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Hyperdiff;

// Sums of matrices as structures are sums of their values, which is only what it seems to be for one structure: the operators are those of the interface alone.
public sealed partial class CsrMatrix : ITree<CsrMatrix>
{
    /// <summary>A sparse matrix as its three tensors; the number of columns is part of the structure.</summary>
    public static Tree<CsrMatrix> Tree { get; } = new CsrTree();

    static CsrMatrix ITree<CsrMatrix>.operator +(CsrMatrix left, CsrMatrix right) => VectorSpace.Add(Tree, left, right);

    static CsrMatrix ITree<CsrMatrix>.operator -(CsrMatrix left, CsrMatrix right) => VectorSpace.Subtract(Tree, left, right);

    static CsrMatrix ITree<CsrMatrix>.operator *(Tensor scalar, CsrMatrix tree) => VectorSpace.Scale(Tree, scalar, tree);

    static CsrMatrix ITree<CsrMatrix>.operator *(double scalar, CsrMatrix tree) => VectorSpace.Scale(Tree, scalar, tree);

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "As generated code does it for [Tree] types: no user code should have to.")]
    internal static void RegisterTree() => Hyperdiff.Tree.Register(Tree);

    private sealed class CsrTree : Tree<CsrMatrix>
    {
        public override void Flatten(CsrMatrix value, LeafWriter writer)
        {
            writer.Leaf(nameof(Values), value.Values);
            writer.Leaf(nameof(ColumnIndices), value.ColumnIndices);
            writer.Leaf(nameof(RowPointers), value.RowPointers);
            writer.Static(nameof(Columns), value.Columns);
        }

        public override CsrMatrix Rebuild(CsrMatrix prototype, LeafReader reader) => new(prototype.Columns, reader.Leaf(), reader.Leaf(), reader.Leaf());
    }
}
