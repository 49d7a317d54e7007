using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Elementwise operations: lines of a fused group, over as few elements as there are different ones.</summary>
internal static class ElementwiseLowering
{
    public static View Of(Lowering plan, Equation equation)
    {
        if (equation.Operands.Length > ReferenceKernel.MostOperands)
        {
            return plan.Defined(equation);
        }

        var operation = (Operation)equation.Primitive;
        Value result = equation.Results[0];
        View[] views = plan.ViewsOf(equation.Operands);
        var types = new DType[views.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = equation.Operands[i].Type.DType;
        }

        // what is repeated stays so, if it can
        View structure = Array.Find(views, static view => view.IsStructured && !view.IsWhole);
        structure = structure.IsStructured ? structure : Array.Find(views, static view => view.IsStructured);

        // what is computed from one number, one row or one column alone is computed for that, and stretched after
        if (!Array.Exists(views, static view => view.IsWhole) && AreAlike(views, structure))
        {
            Shape small = structure.Slot is null ? new Shape(1) : new Shape(structure.Kind == ViewKind.Row ? structure.Columns : structure.Rows);
            View[] inner = [.. views.Select(
                view => view.IsStructured || (view.Kind == ViewKind.Scalar && small.ElementCount == 1) ? View.Of(view.Slot!) : view)];
            Slot slot = plan.Fusion.Elementwise(operation, inner, types, result.Type with { Shape = small });
            View computed = structure.Slot is null ? new View(ViewKind.Scalar, slot) : structure with { Slot = slot };
            return result.Type.Shape.ElementCount == slot.Count ? View.Of(slot) : computed;
        }

        // a domain has one structure; what sees another is written out
        for (int i = 0; i < views.Length; i++)
        {
            if (views[i].IsStructured && (views[i].Rows, views[i].Columns) != (structure.Rows, structure.Columns))
            {
                views[i] = View.Of(plan.Dense(equation.Operands[i]));
            }
        }

        return View.Of(plan.Fusion.Elementwise(operation, views, types, result.Type));
    }

    private static bool AreAlike(View[] views, View structure) => Array.TrueForAll(
        views, view => !view.IsStructured || (view.Kind, view.Rows, view.Columns) == (structure.Kind, structure.Rows, structure.Columns));
}
