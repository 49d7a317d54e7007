namespace Hyperdiff;

/// <content>Rules whose numbers are functions of hyperparameters.</content>
public abstract partial record Optimizer
{
    /// <summary>A rule that is made of hyperparameters in any way.</summary>
    /// <param name="by">λ to the rule: a pure function; it is traced, and does not read values.</param>
    public static Optimizer<THyper> From<THyper>(Func<THyper, Optimizer> by)
    {
        ArgumentNullException.ThrowIfNull(by);
        return new Optimizer<THyper>(by);
    }

    /// <inheritdoc cref="Sgd(Schedule, Schedule?, Schedule?, Schedule?)" path="/*[not(self::param)]"/>
    /// <param name="rate">λ to η, in the unit parameter² per loss.</param>
    /// <param name="momentum">λ to μ, in [0, 1); none if absent.</param>
    public static Optimizer<THyper> Sgd<THyper>(Func<THyper, Schedule> rate, Func<THyper, Schedule>? momentum = null)
    {
        ArgumentNullException.ThrowIfNull(rate);
        return From<THyper>(hyper => Sgd(rate(hyper), momentum?.Invoke(hyper)));
    }

    /// <inheritdoc cref="HeavyBall(Schedule, Schedule)" path="/*[not(self::param)]"/>
    /// <param name="rate">λ to η, in the unit parameter² per loss.</param>
    /// <param name="momentum">λ to μ, in [0, 1).</param>
    public static Optimizer<THyper> HeavyBall<THyper>(Func<THyper, Schedule> rate, Func<THyper, Schedule> momentum)
    {
        ArgumentNullException.ThrowIfNull(rate);
        ArgumentNullException.ThrowIfNull(momentum);
        return From<THyper>(hyper => HeavyBall(rate(hyper), momentum(hyper)));
    }

    /// <inheritdoc cref="Nesterov(Schedule, Schedule, Schedule?)" path="/*[not(self::param)]"/>
    /// <param name="rate">λ to η, in the unit parameter² per loss.</param>
    /// <param name="momentum">λ to μ, in [0, 1).</param>
    public static Optimizer<THyper> Nesterov<THyper>(Func<THyper, Schedule> rate, Func<THyper, Schedule> momentum)
    {
        ArgumentNullException.ThrowIfNull(rate);
        ArgumentNullException.ThrowIfNull(momentum);
        return From<THyper>(hyper => Nesterov(rate(hyper), momentum(hyper)));
    }

    /// <inheritdoc cref="Adam(Schedule?, Schedule?, Schedule?, Schedule?, Schedule?)" path="/*[not(self::param)]"/>
    /// <param name="rate">λ to η, in the unit of the parameters: the size of the first steps.</param>
    /// <param name="beta1">λ to the decay of the mean of the gradients, in [0, 1); 0.9 if absent.</param>
    /// <param name="beta2">λ to the decay of the mean of their squares, in [0, 1); 0.999 if absent.</param>
    public static Optimizer<THyper> Adam<THyper>(Func<THyper, Schedule> rate, Func<THyper, Schedule>? beta1 = null, Func<THyper, Schedule>? beta2 = null)
    {
        ArgumentNullException.ThrowIfNull(rate);
        return From<THyper>(hyper => Adam(rate(hyper), beta1?.Invoke(hyper), beta2?.Invoke(hyper)));
    }
}
