namespace Hyperdiff.Benchmarks.Peers;

/// <summary>A problem written by hand over arrays of double, derivatives included: what the timed results are compared with. It shares no code with the
/// library.</summary>
internal interface IPlainProblem
{
    /// <summary>Φ(w).</summary>
    double[] Step(double[] w);

    /// <summary>J v at w.</summary>
    double[] Product(double[] w, double[] v);

    /// <summary>Jᵀ v at w.</summary>
    double[] TransposedProduct(double[] w, double[] v);

    /// <summary>Pᵀ v at w.</summary>
    double[] TransposedHyperProduct(double[] w, double[] v);

    /// <summary>∇_w F and ∇_λ F at w.</summary>
    (double[] State, double[] Hyper) OuterGradient(double[] w);
}
