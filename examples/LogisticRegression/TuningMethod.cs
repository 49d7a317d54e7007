namespace LogisticRegression;

/// <summary>How the hypergradient is computed.</summary>
internal enum TuningMethod
{
    /// <summary>Implicit differentiation at the minimum that Newton-CG finds; conjugate gradients for the adjoint.</summary>
    Implicit,

    /// <summary>Backwards through a fixed number of gradient-descent steps.</summary>
    Reverse,
}
