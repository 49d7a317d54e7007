namespace Hyperdiff.Lifting;

/// <summary>One trace of a lifted method: under which conditions it is, and what they mean for what it writes. Used by generated code.</summary>
/// <remarks>
/// A branch whose condition is known is taken, or not. Of one whose condition is not known both sides are traced, and what they leave in variables is chosen;
/// what they write into arrays is written under the condition. An element that is not there, which C# would not have asked for, is not a number there.
/// </remarks>
public sealed partial class LiftedCall
{
    private readonly List<Truth> _conditions = [];

    // steps of loops around that may be none at all
    private int _doubtful;

    /// <summary>Whether what is traced now is computed whatever the parameters are.</summary>
    private bool IsCertain => _doubtful == 0 && _conditions.TrueForAll(condition => condition.IsKnown);

    /// <summary>Begins a branch.</summary>
    public void Enter(Truth condition) => _conditions.Add(condition);

    /// <summary>Ends the branch that was begun last.</summary>
    public void Leave() => _conditions.RemoveAt(_conditions.Count - 1);

    /// <summary>The operator <c>?:</c>: what is not asked for is not traced.</summary>
    /// <param name="condition">By what is chosen.</param>
    /// <param name="left">What is taken where it is true.</param>
    /// <param name="right">What is taken where it is false.</param>
    /// <param name="choose">Chooses among two values.</param>
    public T Choose<T>(Truth condition, Func<T> left, Func<T> right, Func<Truth, T, T, T> choose)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(choose);
        return condition.IsKnown ? condition.MayBeTrue ? left() : right() : choose(condition, Under(condition, left), Under(!condition, right));
    }

    /// <summary>The operator <c>&amp;&amp;</c>.</summary>
    public Truth And(Truth left, Func<Truth> right) => Choose(left, right, static () => false, Choose);

    /// <summary>The operator <c>||</c>.</summary>
    public Truth Or(Truth left, Func<Truth> right) => Choose(left, static () => true, right, Choose);

    /// <summary>What a variable holds after a branch: one of two values, or the only one that it was given.</summary>
    public static Number Choose(Truth condition, Number left, Number right) => !left.IsAssigned || (condition.IsKnown && !condition.MayBeTrue)
        ? right : !right.IsAssigned || condition.IsKnown ? left : Number.Choose(condition.AsTensor(), left, right);

    /// <inheritdoc cref="Choose(Truth, Number, Number)"/>
    public static Integer Choose(Truth condition, Integer left, Integer right) => !left.IsAssigned || (condition.IsKnown && !condition.MayBeTrue)
        ? right : !right.IsAssigned || condition.IsKnown ? left : Integer.Choose(condition.AsTensor(), left, right);

    /// <inheritdoc cref="Choose(Truth, Number, Number)"/>
    public static Truth Choose(Truth condition, Truth left, Truth right) => !left.IsAssigned || (condition.IsKnown && !condition.MayBeTrue)
        ? right : !right.IsAssigned || condition.IsKnown ? left : Truth.Choose(condition.AsTensor(), left, right);

    /// <inheritdoc cref="Choose(Truth, Number, Number)"/>
    public static Numbers Choose(Truth condition, Numbers left, Numbers right) => left is null || (condition.IsKnown && !condition.MayBeTrue)
        ? right : right is null || condition.IsKnown || ReferenceEquals(left, right) ? left : Numbers.Choose(condition.AsTensor(), left, right);

    /// <inheritdoc cref="Choose(Truth, Number, Number)"/>
    public static Tensor Choose(Truth condition, Tensor left, Tensor right) => left is null || (condition.IsKnown && !condition.MayBeTrue)
        ? right : right is null || condition.IsKnown || ReferenceEquals(left, right) ? left : Tensor.Where(condition.AsTensor(), left, right);

    /// <summary>What a variable that holds no number has after a branch.</summary>
    /// <exception cref="NotSupportedException">The condition is not known, and the values differ.</exception>
    public static T Choose<T>(Truth condition, T left, T right) => condition.IsKnown
        ? (condition.MayBeTrue ? left : right)
        : EqualityComparer<T>.Default.Equals(left, right) ? left : throw Unknown.Choice($"A value of type {typeof(T)} is chosen");

    /// <summary>A new array of zeros.</summary>
    /// <exception cref="OverflowException">A length is negative.</exception>
    public Numbers Zeros(params int[] lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        int count = 1;
        foreach (int length in lengths)
        {
            count = checked(count * (length < 0 ? throw new OverflowException("Arithmetic operation resulted in an overflow.") : length));
        }

        var elements = new Number[count];
        System.Array.Fill(elements, 0.0);
        return Numbers.Create(lengths, elements, (_conditions.Count, _loops.Count));
    }

    /// <summary>A new array of these numbers.</summary>
    public Numbers Array(params Number[] elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return Numbers.Create([elements.Length], elements, (_conditions.Count, _loops.Count));
    }

    /// <summary>A new table of these numbers, row by row.</summary>
    public Numbers Table(int rows, int columns, params Number[] elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return Numbers.Create([rows, columns], elements, (_conditions.Count, _loops.Count));
    }

    /// <summary>An array that is the same in every call.</summary>
    public Numbers Constant(double[] values) => Array([.. values.Select(value => (Number)value)]);

    /// <summary>A table that is the same in every call.</summary>
    public Numbers Constant(double[,] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Table(values.GetLength(0), values.GetLength(1), [.. values.Cast<double>().Select(value => (Number)value)]);
    }

    /// <summary>A copy of an array.</summary>
    public Numbers Clone(Numbers array) => array.Copy((_conditions.Count, _loops.Count));

    /// <summary>An element.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none, whatever the parameters are.</exception>
    public Number Element(Numbers array, Integer index) => Read(array, index, Bound(array, 0));

    /// <inheritdoc cref="Element(Numbers, Integer)"/>
    public Number Element(Numbers array, Integer row, Integer column) => Read(array, Position(array, row, column), Bound(array, 1));

    /// <summary>An element of an array that holds no numbers.</summary>
    /// <exception cref="NotSupportedException">There is none, under a condition that is not known.</exception>
    public T Element<T>(T[] array, Integer index, string expression)
    {
        ArgumentNullException.ThrowIfNull(array);
        int position = index.Known(expression);
        return (uint)position < (uint)array.Length || IsCertain ? array[position] : throw Unknown.Choice($"'{expression}', which is not there, is taken");
    }

    /// <summary>Writes an element.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none, whatever the parameters are.</exception>
    public void Assign(Numbers array, Integer index, Number value) => Write(array, index, value);

    /// <inheritdoc cref="Assign(Numbers, Integer, Number)"/>
    public void Assign(Numbers array, Integer row, Integer column, Number value) => Write(array, Position(array, row, column), value);

    /// <summary>The quotient of integers; not a number where it divides by 0 under a condition.</summary>
    public Integer Divide(Integer left, Integer right) => IsSafe(left, right) ? left / right : Integer.NotANumber;

    /// <summary>The remainder of integers; not a number where it divides by 0 under a condition.</summary>
    public Integer Remainder(Integer left, Integer right) => IsSafe(left, right) ? left % right : Integer.NotANumber;

    /// <summary>The exception of a <c>throw</c>, where it is certain.</summary>
    /// <exception cref="NotSupportedException">It would be thrown under a condition that is not known.</exception>
    public Exception Thrown(Exception exception) => IsCertain ? exception : throw new NotSupportedException(
        Unknown.Choice($"'throw {exception.GetType().Name}' stands").Message, exception);

    /// <summary>The gradient of a lifted objective.</summary>
    /// <param name="state">The leaves at which it is taken.</param>
    /// <param name="objective">The objective of other leaves, a scalar.</param>
    public static LeafReader Gradient(LeafWriter state, Func<LeafReader, Tensor> objective)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(objective);
        return new LeafReader(Diff.Grad(at => objective(new LeafReader(at)), Leaves(state)));
    }

    /// <summary>The Hessian of a lifted objective times a vector.</summary>
    /// <param name="state">The leaves at which it is taken.</param>
    /// <param name="objective">The objective of other leaves, a scalar.</param>
    /// <param name="vector">The leaves of the vector.</param>
    public static LeafReader HessianProduct(LeafWriter state, Func<LeafReader, Tensor> objective, LeafWriter vector)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(vector);
        return new LeafReader(Diff.Hvp(at => objective(new LeafReader(at)), Leaves(state), Leaves(vector)));
    }

    /// <summary>The transposed Jacobian of a lifted map or condition times a cotangent.</summary>
    /// <param name="state">The leaves at which it is taken.</param>
    /// <param name="map">The map, from leaves to leaves.</param>
    /// <param name="cotangent">The leaves of the cotangent.</param>
    public static LeafReader Pullback(LeafWriter state, Func<LeafReader, LeafWriter> map, LeafWriter cotangent)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(cotangent);
        return new LeafReader(Diff.Vjp(at => Leaves(map(new LeafReader(at))), Leaves(state), Leaves(cotangent)).Cotangent);
    }

    /// <summary>A value that is used more than once.</summary>
    public static TResult Let<T, TResult>(T value, Func<T, TResult> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return body(value);
    }

    /// <summary>The operators <c>++</c> and <c>--</c> behind a variable: its value before.</summary>
    public static T Before<T>(ref T variable, T next)
    {
        T before = variable;
        variable = next;
        return before;
    }

    private static Tensor[] Leaves(LeafWriter written) => [.. written.Leaves.Select(leaf => leaf.Value)];

    private static ArgumentOutOfRangeException Outside(int position, Numbers array) =>
        new(nameof(position), position, $"A lifted method asks for element {position} of an array of {array.Length} elements.");

    private static int Bound(Numbers array, int axis) => array.Rank == axis + 1
        ? array.Length : throw new RankException($"An array of {array.Rank} axes is indexed by {axis + 1}.");

    private bool IsSafe(Integer left, Integer right) => IsCertain || !left.IsKnown || !right.IsKnown || right.Known(string.Empty) != 0;

    // one that C# would refuse is outside
    private static Integer Position(Numbers array, Integer row, Integer column)
    {
        (int rows, int columns) = (array.GetLength(0), array.GetLength(1));
        Truth inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns);
        return Choose(inside, (row * columns) + column, -1);
    }

    private Number Read(Numbers array, Integer position, int count)
    {
        if (!position.IsKnown)
        {
            return array.Get(position.AsTensor());
        }

        int known = position.Known(string.Empty);
        return (uint)known < (uint)count ? array.Get(known) : IsCertain ? throw Outside(known, array) : double.NaN;
    }

    private void Write(Numbers array, Integer position, Number value)
    {
        if (array.IsChoice)
        {
            throw Unknown.Choice("An array is written to that was chosen");
        }

        Log(array);
        Truth condition = Since(array.Depth.Conditions);
        if (!position.IsKnown)
        {
            array.Set(position.AsTensor(), value, condition.IsKnown ? null : condition.AsTensor());
            return;
        }

        int known = position.Known(string.Empty);
        if (array.Holds(known))
        {
            array.Set(known, condition.IsKnown ? value : Choose(condition, value, array.Get(known)));
        }
        else if (IsCertain)
        {
            throw Outside(known, array);
        }
        else
        {
            array.Set(Tensor.Scalar(known), value, condition.AsTensor());
        }
    }

    // what branches around the creation of an array decide is decided for all that happens to it
    private Truth Since(int depth)
    {
        Truth all = true;
        for (int i = depth; i < _conditions.Count; i++)
        {
            all &= _conditions[i];
        }

        return all;
    }

    private T Under<T>(Truth condition, Func<T> side)
    {
        Enter(condition);
        T value = side();
        Leave();
        return value;
    }

    /// <inheritdoc/>
    public override string ToString() => "the call of a lifted method";
}
