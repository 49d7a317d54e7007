using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>What a descent knows while its step is traced: the iterates, the number of steps, a key, and the two objectives as oracles.</summary>
internal sealed class StepTrace(StepPoint point, (Tensor Before, RandomKey Key) steps, (Oracle Inner, Oracle Outer) oracles, OracleTally tally)
{
    private readonly HashSet<Schedule> _ownSchedules = [];
    private readonly List<MovedVector> _moved = [];
    private Tensor _norm = Tensor.Scalar(0);

    /// <summary>w, the active leaves.</summary>
    public LeafVector State => point.State;

    /// <summary>λ, the active leaves.</summary>
    public LeafVector Hyper => point.Hyper;

    /// <summary>What the method remembers besides.</summary>
    public ImmutableArray<LeafVector> Memory => point.Memory;

    /// <summary>f.</summary>
    public Oracle Inner => oracles.Inner;

    /// <summary>F.</summary>
    public Oracle Outer => oracles.Outer;

    /// <summary>Which part of the rates is used: 1 but where an outer loop goes less far.</summary>
    public double Length { get; init; } = 1;

    /// <summary>Whether the step can be made, a <c>bool</c> scalar; null if it always can.</summary>
    public Tensor? Sound { get; private set; }

    /// <summary>The norm of all directions that were measured, over the whole structure.</summary>
    public Tensor Residual => _norm;

    /// <summary>The vectors that moved along directions that were measured.</summary>
    public IReadOnlyList<MovedVector> Moved => _moved;

    /// <summary>k, as the number of steps before this one.</summary>
    public Tensor Steps => steps.Before;

    /// <summary>The schedules of the step that are made of functions of the caller's.</summary>
    public IReadOnlyCollection<Schedule> OwnSchedules => _ownSchedules;

    /// <summary>The value of a schedule at this step.</summary>
    public Tensor At(Schedule schedule)
    {
        if (!schedule.Functions.IsEmpty)
        {
            _ownSchedules.Add(schedule);
        }

        return schedule.At(steps.Before);
    }

    /// <summary>How far this step goes along a direction.</summary>
    public Tensor RateAt(Schedule rate) => Length < 1 ? Length * At(rate) : At(rate);

    /// <summary>A key for one use in this step.</summary>
    public RandomKey Key(int use) => steps.Key.Fold(use);

    /// <summary>Makes a direction part of the residual, and gives back where a vector comes to along it.</summary>
    public LeafVector Measured(LeafVector from, LeafVector to, LeafVector direction) => Measured(from, to, LeafNorms(direction));

    /// <summary><c>x − ρ d</c>, d made part of the residual.</summary>
    public LeafVector Stepped(LeafVector x, Schedule rate, LeafVector direction) => Measured(x, x - (RateAt(rate) * direction), direction);

    /// <summary>The step means nothing unless this holds.</summary>
    public void Require(Tensor condition) => Sound = Sound is null ? condition : Sound & condition;

    /// <summary>Steps <c>x ← x − ρ d(x)</c>, with a key of its own for each; the last direction is measured.</summary>
    public LeafVector Descend((int Times, Tensor Rate) steps, LeafVector start, int use, Func<LeafVector, RandomKey, LeafVector> direction)
    {
        (int times, Tensor rate) = steps;
        RandomKey stream = Key(use);
        if (times == 1)
        {
            LeafVector along = direction(start, stream.Fold(0));
            return Measured(start, start - (rate * along), along);
        }

        Tensor[] first = [.. start.Leaves, Tensor.Zeros([start.Leaves.Length]), Tensor.Full(Shape.Scalar, 0, DType.Int32)];
        Tensor[] last = tally.Repeated(times, () => Loop.Iterate(
            times,
            carry =>
            {
                LeafVector along = direction(carry[..^2], stream.Fold(carry[^1]));
                return [.. ((LeafVector)carry[..^2] - (rate * along)).Leaves, LeafNorms(along), carry[^1] + 1];
            },
            first,
            Tree.Array(Tree.Tensor)));
        return Measured(start, last[..^2], last[^2]);
    }

    /// <summary>Steps <c>x ← x − ρ ∇_wf(x)</c> at this λ, each at a sample of its own.</summary>
    public LeafVector DescendInner(int times, LeafVector start, Tensor rate) =>
        Descend((times, rate), start, 0, (x, key) => Inner.Gradient(x, Hyper, key).State);

    /// <summary>Repeats a step of vectors, with a key of its own for each.</summary>
    public LeafVector[] Repeat(int times, LeafVector[] start, RandomKey stream, Func<LeafVector[], RandomKey, LeafVector[]> step)
    {
        int[] sizes = [.. start.Select(vector => vector.Leaves.Length)];
        Tensor[] last = tally.Repeated(times, () => Loop.Iterate(
            times, carry => [.. step(Cut(carry, sizes), stream.Fold(carry[^1])).SelectMany(vector => vector.Leaves), carry[^1] + 1], Joined(start),
            Tree.Array(Tree.Tensor)));
        return Cut(last, sizes);
    }

    /// <summary>Repeats Hessian products a number of times that is drawn with the step.</summary>
    /// <param name="times">The number, an <c>int32</c> scalar, and the largest that can be drawn.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="stream">The key of all products together.</param>
    /// <param name="step">One product.</param>
    public LeafVector RepeatDrawn((Tensor Drawn, int Most) times, LeafVector start, RandomKey stream, Func<LeafVector, RandomKey, LeafVector> step)
    {
        int[] sizes = [start.Leaves.Length];
        Tensor[] last = tally.Repeated(0, () => Loop.While(
            carry => carry[^1] < times.Drawn, carry => [.. step(carry[..^1], stream.Fold(carry[^1])).Leaves, carry[^1] + 1], Joined([start]), times.Most,
            Tree.Array(Tree.Tensor)).Carry);
        tally.AddDrawn(times.Drawn);
        return Cut(last, sizes)[0];
    }

    /// <summary>The norm of every leaf.</summary>
    public static Tensor LeafNorms(LeafVector vector) => Tensor.Stack(0, Array.ConvertAll(vector.Leaves, leaf => new LeafVector([leaf]).Norm()));

    private LeafVector Measured(LeafVector from, LeafVector to, Tensor directions)
    {
        _norm = _norm.Hypot(new LeafVector([directions]).Norm());
        _moved.Add(new MovedVector(from, to, directions));
        return to;
    }

    private static Tensor[] Joined(LeafVector[] vectors) => [.. vectors.SelectMany(vector => vector.Leaves), Tensor.Full(Shape.Scalar, 0, DType.Int32)];

    private static LeafVector[] Cut(Tensor[] leaves, int[] sizes)
    {
        var vectors = new LeafVector[sizes.Length];
        int from = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            vectors[i] = leaves[from..(from + sizes[i])];
            from += sizes[i];
        }

        return vectors;
    }
}
