namespace Hyperdiff;

/// <summary>An optimizer at work, as methods see it: a map of its whole state, and what a step is made of.</summary>
internal abstract class UnrolledSteps
{
    /// <summary>What the steps are called in messages.</summary>
    public abstract string Name { get; }

    /// <summary>The step, of parameters, memory and counter.</summary>
    public abstract IBoundFunction Map { get; }

    /// <summary>F, of the parameters.</summary>
    public abstract IBoundFunction OuterAtParameters { get; }

    /// <summary>The parameters of a state.</summary>
    public abstract FlatTree ParametersOf(FlatTree state);

    /// <summary>f_t, the objective whose gradient the step from a state takes.</summary>
    public abstract IBoundFunction ObjectiveAt(FlatTree state);

    /// <summary>The step from one state to another.</summary>
    public abstract LastStep Step(FlatTree before, FlatTree after, FlatTree hyper);

    /// <summary>Makes a step whose derivative is asked for: its gradient is computed once for both.</summary>
    public abstract (FlatTree After, LastStep Step) Take(FlatTree before, FlatTree hyper);
}
