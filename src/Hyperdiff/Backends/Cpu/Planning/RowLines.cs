using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Composites that run as one line of a fused group, row after row, where a tile holds whole rows of a good length: a row stays in L1 from its first
/// pass to its last, and what there is one of for a row is never written down along it. The bits are those of what composites are made of.</summary>
internal sealed class RowLines
{
    // shorter rows are better done many at a time; longer ones are no whole ones in a tile
    private const int Shortest = 32;
    private const int Longest = 1024;

    // operands of which a logarithm takes the exponentials anyway
    private readonly HashSet<(Value Operand, int Axis)> _exponentiated = [];

    private RowLines(Graph graph)
    {
        foreach (Equation equation in graph.Equations)
        {
            if (equation.Primitive is LogSoftmax or LogSumExp)
            {
                _exponentiated.Add((equation.Operands[0], ((ExponentialShares)equation.Primitive).Axis));
            }
        }
    }

    /// <summary>Those of a graph.</summary>
    public static RowLines In(Graph graph) => new(graph);

    /// <summary>Whether an equation is such a line.</summary>
    public bool Stays(Equation equation) => equation.Primitive switch
    {
        Softmax softmax => IsAlongRows(equation, softmax.Axis) && !_exponentiated.Contains((equation.Operands[0], softmax.Axis)),
        ShareDerivative derivative => IsAlongRows(equation, derivative.Axis),
        _ => false,
    };

    /// <summary>What the result of such a line is.</summary>
    public static View Of(Lowering plan, Equation equation)
    {
        TensorType type = equation.Results[0].Type;
        int length = type.Shape[equation.Primitive is Softmax softmax ? softmax.Axis : ((ShareDerivative)equation.Primitive).Axis];
        View[] views = plan.ViewsOf(equation.Operands);
        for (int i = 0; i < views.Length; i++)
        {
            // a domain has one structure; what sees another is written out
            if (views[i].IsStructured && views[i].Columns != length)
            {
                views[i] = View.Of(plan.Dense(equation.Operands[i]));
            }
        }

        return View.Of(plan.Fusion.Elementwise((Operation)equation.Primitive, views, [.. views.Select(_ => type.DType)], type, length));
    }

    private static bool IsAlongRows(Equation equation, int axis)
    {
        Shape shape = equation.Results[0].Type.Shape;
        return shape[axis] is >= Shortest and <= Longest && shape.Strides()[axis] == 1 && shape.ElementCount > 0;
    }
}
