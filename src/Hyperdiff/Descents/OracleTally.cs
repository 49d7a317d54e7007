namespace Hyperdiff;

/// <summary>Counts the calls of a step while it is traced: each stands in the graph once, and runs as often as the graph does.</summary>
internal sealed class OracleTally
{
    /// <summary>What every step does.</summary>
    public OracleCounts Counts { get; private set; }

    /// <summary>The Hessian products whose number is drawn with the step, an <c>int32</c> scalar.</summary>
    public Tensor Drawn { get; private set; } = Tensor.Full(Shape.Scalar, 0, DType.Int32);

    public void Add(OracleCounts counts) => Counts += counts;

    /// <summary>Whether any are drawn.</summary>
    public bool Draws { get; private set; }

    public void AddDrawn(Tensor products) => (Drawn, Draws) = (Drawn + products, true);

    /// <summary>Traces the body of a loop, whose calls run so many times.</summary>
    public T Repeated<T>(int times, Func<T> body)
    {
        OracleCounts before = Counts;
        Counts = default;
        T result = body();
        Counts = before + (times * Counts);
        return result;
    }
}

/// <summary>What one evaluation of an objective gives.</summary>
/// <param name="Value">The objective, a scalar.</param>
/// <param name="State">∇_w.</param>
/// <param name="Hyper">∇_λ.</param>
internal readonly record struct OracleGradient(Tensor Value, LeafVector State, LeafVector Hyper);
