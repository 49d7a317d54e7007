using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Matrix products: a unit of work each, which reads its operands where they are.</summary>
internal static class ProductLowering
{
    public static View Of(Lowering plan, Equation equation)
    {
        var product = (MatMul)equation.Primitive;
        (Value left, Value right, Value result) = (equation.Operands[0], equation.Operands[1], equation.Results[0]);
        Shape c = result.Type.Shape;
        int inner = left.Type.Shape[product.TransposeLeft ? ^2 : ^1];
        (int rows, int columns) = (c[^2], c[^1]);
        (Slot a, int stepA) = Batched(plan, left, rows * inner);
        (Slot b, int stepB) = Batched(plan, right, inner * columns);
        var shape = new ProductShape(rows, inner, columns)
        {
            LeftTransposed = product.TransposeLeft,
            RightTransposed = product.TransposeRight,
            BatchCount = c.ElementCount / (rows * columns),
            LeftBatchStep = stepA,
            RightBatchStep = stepB,
            ResultBatchStep = rows * columns,
        };
        return plan.Add(slot => new ProductUnit(shape, a, b, slot), result.Type);
    }

    // one matrix for the whole batch is a stretched view, and is read again for every item
    private static (Slot Slot, int Step) Batched(Lowering plan, Value operand, int size) =>
        plan.ViewOf(operand) is { Kind: ViewKind.Row } view && view.Columns == size ? (view.Slot!, 0) : (plan.Dense(operand), size);
}
