using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>The error of a joint descent along modes that none of its steps needs to have shown, since they are far slower than what was left on the
/// way.</summary>
/// <remarks>
/// A step takes all that the descent moves and remembers from z to G(z), and what is left of z is to first order
/// <code>
/// z − z* = A⁻¹ (z − G(z)),    A = I − ∂G/∂z,    A v = v − D⁻¹ (G(z + h D v) − G(z − h D v)) / 2h,    h = ε^⅓
/// </code>
/// in units D of the leaves: their sizes, and of what only follows w and λ, at least how much that changes with these. Where the smallest singular value σ
/// of A is found in eight products, and ‖z − G(z)‖/σ settles it, that is all; otherwise the system is solved, until what is left is ½ σ of what is asked
/// for, with 10⁻⁶ ‖A‖, or what differences in the element type show, for a σ that was not found.
/// </remarks>
internal sealed class StepModes
{
    private const double Slack = 2;
    private const double NoiseUnits = 8;
    private const int Seed = 1;

    private readonly Tensor[] _at;
    private readonly Func<Tensor[], Tensor[]> _step;
    private readonly double _epsilon;
    private readonly double[] _units;
    private double _largest;

    /// <summary>The modes of a step.</summary>
    /// <param name="at">z.</param>
    /// <param name="solid">How many of its leaves, the first ones, are w and λ.</param>
    /// <param name="step">G.</param>
    public StepModes(Tensor[] at, int solid, Func<Tensor[], Tensor[]> step)
    {
        (_at, _step, _epsilon) = (at, step, at.CoarsestEpsilon());
        double[] norms = ConditionProbe.LeafNorms(at);
        _units = [.. norms.Select((norm, i) => i < solid ? Unit(norm) : 0)];
        ImmutableArray<TensorType> types = Types;
        LeafVector direction = RandomVector.Draw(types, Seed);
        double[] follows = ConditionProbe.LeafNorms(Difference((1 / direction.Magnitude()) * direction).Leaves);
        _units = [.. _units.Select((unit, i) => unit > 0 ? unit : Unit(Math.Max(i < solid ? 0 : norms[i], follows[i])))];
    }

    private ImmutableArray<TensorType> Types => [.. _at.Select(leaf => leaf.Type)];

    // half the distance of the two ends of a difference
    private double Reach => Math.Cbrt(_epsilon);

    /// <summary>The norm of the error of each leaf of z; zeros where it cannot be more than is asked for, null where some products do not tell.</summary>
    /// <param name="asked">What is asked for, relatively to each leaf.</param>
    /// <param name="updates">How many steps there were.</param>
    public double[]? Errors(double asked, int updates)
    {
        LeafVector residual = InUnits(new LeafVector(_at) - _step(_at), inverse: true);
        double norm = residual.Magnitude();
        CurvatureProbe.Finding look = CurvatureProbe.Look(Types, Product, _epsilon);
        double slowest = look.Slowest(double.PositiveInfinity);
        if (norm <= Slack * asked * slowest)
        {
            return new double[_at.Length];
        }

        double least = slowest > 0 ? slowest : Math.Max(ConditionProbe.Aim, NoiseUnits * Reach * Reach) * _largest;
        return ConditionProbe.Step((Operator(), residual), (least / 2 * asked, updates), default) is var (error, _)
            ? ConditionProbe.LeafNorms(InUnits(error, inverse: false).Leaves) : null;
    }

    // no solver that asks for it is used
    private LinearOperator Operator()
    {
        var product = new GivenProduct(Product, _ => throw new NotSupportedException("a difference of steps has no transpose"), Types, Types);
        return new LinearOperator(TracedFunction.Of(leaves => product.Apply(leaves), Types.AsSpan()).Graph, []);
    }

    private LeafVector Product(LeafVector vector)
    {
        double norm = vector.Magnitude();
        if (norm == 0)
        {
            return vector;
        }

        LeafVector image = vector - (norm * InUnits(Difference((1 / norm) * vector), inverse: true));
        _largest = Math.Max(_largest, image.Magnitude() / norm);
        return image;
    }

    // ∂G/∂z D v
    private LeafVector Difference(LeafVector v)
    {
        LeafVector away = Reach * InUnits(v, inverse: false), at = _at;
        return (0.5 / Reach) * (new LeafVector(_step((at + away).Leaves)) - _step((at - away).Leaves));
    }

    private LeafVector InUnits(LeafVector vector, bool inverse) => vector.Leaves.Select((leaf, i) =>
        Tensor.Scalar(inverse && _units[i] > 0 ? 1 / _units[i] : _units[i]).To(leaf.DType) * leaf).ToArray();

    // an exact power of two; a leaf without a size stays where it is
    private static double Unit(double size) => size > 0 && double.IsFinite(size) ? Math.ScaleB(1, Math.ILogB(size)) : 0;
}
