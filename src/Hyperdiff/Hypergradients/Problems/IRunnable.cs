namespace Hyperdiff;

/// <summary>A problem that is known by running it at a key and hyperparameters.</summary>
internal interface IRunnable
{
    /// <summary>Whether a run depends on the key.</summary>
    bool IsRandom { get; }

    /// <summary>ℓ of one run.</summary>
    double ValueAt(FlatTree hyper, RandomKey key);
}
