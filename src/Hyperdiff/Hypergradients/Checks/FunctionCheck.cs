using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A function of w and λ by itself: its derivative in every leaf, forward and in reverse, against differences of the function.</summary>
/// <remarks>What is compared is uᵀ ∂f/∂x d, for one drawn cotangent u and a drawn direction d in the leaf x. What the function stops the gradient of is held at
/// its value at the point.</remarks>
internal sealed class FunctionCheck
{
    private readonly string _name;
    private readonly BilevelPoint _point;
    private readonly Func<BilevelPoint, (Graph Graph, Tensor[] Operands)> _bind;
    private readonly Tensor[] _operands;
    private readonly LinearMap _map;
    private readonly Tensor[] _cotangent;
    private readonly StoppedValues? _stopped;
    private readonly Tensor[] _center;

    private FunctionCheck(string name, BilevelPoint point, Func<BilevelPoint, (Graph Graph, Tensor[] Operands)> bind, CheckDirections directions)
    {
        (_name, _point, _bind) = (name, point, bind);
        (Graph graph, _operands) = bind(point);
        _map = LinearMap.At(graph, _operands, point.Inputs);
        SolveException.ThrowUnlessConverged(name, _map.Reports);
        _stopped = StoppedValues.Has(graph) ? StoppedValues.Of(graph) : null;
        _center = _stopped?.At(_operands) ?? [];
        _cotangent = [.. _map.Outputs.Select(output => directions.Draw(output.Type))];
    }

    private int States => _point.State.Leaves.Length;

    /// <summary>Adds the lines of a function.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="point">w and λ.</param>
    /// <param name="bind">Its graph at a point, with the operands.</param>
    /// <param name="lines">Where the lines go, with what it is compared along.</param>
    public static void Run(string name, BilevelPoint point, Func<BilevelPoint, (Graph Graph, Tensor[] Operands)> bind, CheckLines lines) =>
        new FunctionCheck(name, point, bind, lines.Directions).Run(lines);

    private void Run(CheckLines lines)
    {
        Axes active = _point.Inputs;
        Tensor[] gradient = _map.ApplyTransposed(_cotangent).EnsureConverged(_name);
        for (int i = 0; i < active.Count; i++)
        {
            int input = active[i];
            Leaf moved = input < States ? _point.State.Leaves[input] : _point.Hyper.Leaves[input - States];
            Tensor direction = lines.Directions.Seen(moved.Value, gradient[i], Dot(_map.Outputs, _cotangent));
            double forward = AlongTangent(i, direction);
            double reverse = Dot([gradient[i]], [direction]);
            var difference = LeafDifference.Of(
                _name, moved, Dot(_map.Outputs, _cotangent), step => Dot(Moved(input, moved.Value + (step * direction)), _cotangent));
            lines.Judge(difference, "forward", forward);
            lines.Judge(difference, "reverse", reverse);
        }
    }

    private double AlongTangent(int position, Tensor direction)
    {
        Tensor[] tangents = [.. _point.Inputs.Items.Select(input => Tensor.ZerosLike(_operands[input]))];
        tangents[position] = direction;
        (Tensor?[] tangent, ImmutableArray<SolveReport> reports) = _map.Apply(tangents);
        SolveException.ThrowUnlessConverged(_name, reports);
        return Dot([.. tangent.Select((part, output) => part ?? Tensor.ZerosLike(_map.Outputs[output]))], _cotangent);
    }

    // the function with another leaf
    private Tensor[] Moved(int input, Tensor leaf)
    {
        if (_stopped is not null)
        {
            return _stopped.Held.Call([.. Replaced(_operands, input, leaf), .. _center]).EnsureConverged(_name);
        }

        (Graph graph, Tensor[] operands) = _bind(input < States
            ? _point.At([.. Replaced(_point.State.Tensors, input, leaf)])
            : _point.With(_point.Hyper.With([.. Replaced(_point.Hyper.Tensors, input - States, leaf)])));
        return graph.Call(operands).EnsureConverged(_name);
    }

    private static IEnumerable<Tensor> Replaced(IEnumerable<Tensor> leaves, int place, Tensor leaf) => leaves.Select((other, i) => i == place ? leaf : other);

    private static double Dot(Tensor[] left, Tensor[] right) => LeafVector.Dot(left, right).ToScalar();
}
