namespace Hyperdiff;

/// <summary>A published formula instead of the derivative of a step of Adam; the identity for SGD. Other optimizers have none.</summary>
internal abstract record AdamFormulaStep : StepDerivative
{
    private protected AdamFormulaStep()
    {
    }

    private protected abstract string Operation { get; }

    internal sealed override (LeafVector Adjoint, LeafVector? Hyper) Apply(LastStep? step, LeafVector adjoint)
    {
        ArgumentNullException.ThrowIfNull(step);
        return step.Rule switch
        {
            SgdOptimizer => (adjoint, null),
            AdamOptimizer adam => (Scaled(step, adam, adjoint), null),
            AdamWOptimizer decoupled => (Scaled(step, decoupled.Inner, adjoint), null),
            _ => throw Refused(Operation, step.Rule),
        };
    }

    private protected abstract LeafVector Scaled(LastStep step, AdamOptimizer adam, LeafVector adjoint);
}
