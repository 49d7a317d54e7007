namespace QuadraticBenchmark;

/// <summary>What is claimed of where a method ends.</summary>
internal enum Claim
{
    /// <summary>‖∇ℓ‖² falls below a millionth of its first value.</summary>
    Unbiased,

    /// <summary>‖∇ℓ‖² ends at the level that the bias predicts.</summary>
    Biased,

    /// <summary>The same, up to what its steps, which cannot settle, add to it.</summary>
    BiasedAndUnsettled,

    /// <summary>Nothing: there is no bound of its bias.</summary>
    None,
}
