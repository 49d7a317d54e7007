using System.Diagnostics;

namespace Hyperdiff;

/// <summary>A bound function with the structures of its arguments, as maps and objectives see it.</summary>
internal interface IBoundFunction<TState, THyper> : IBoundFunction
{
    /// <summary>How the state is made of tensors.</summary>
    Tree<TState> StateTree { get; }

    /// <summary>How the hyperparameters are made of tensors.</summary>
    Tree<THyper> HyperTree { get; }

    /// <summary>The same function, traced anew each time.</summary>
    IBoundFunction<TState, THyper> Uncached() => this;

    FlatTree<TState> FlattenState(TState state);

    FlatTree<THyper> FlattenHyper(THyper hyper);

    /// <inheritdoc cref="IBoundFunction.AtSamples"/>
    new IBoundFunction<TState, THyper> AtSamples(Tensor samples) => throw new UnreachableException($"{Name} is not a mean over samples.");

    /// <summary>The function on what is made of its samples, leaf by leaf.</summary>
    IBoundFunction<TState, THyper> WithSamples(Func<Tensor, Tensor> of) => throw new UnreachableException($"{Name} is not a mean over samples.");

    /// <summary>The function on the samples of one rank, so that its result is another on each.</summary>
    IBoundFunction<TState, THyper> OfOneRank(Ranks ranks) => throw new UnreachableException($"{Name} is not a mean over samples.");

    IBoundFunction IBoundFunction.AtSamples(Tensor samples) => AtSamples(samples);
}
