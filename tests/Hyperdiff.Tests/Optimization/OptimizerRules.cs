namespace Hyperdiff.Tests.Optimization;

/// <summary>Every rule of the family with hyperparameters of its own, for laws that hold for all; four numbers make one of them.</summary>
internal static class OptimizerRules
{
    /// <summary>From four unconstrained numbers to a rule; a new rule gets a line here.</summary>
    public static IReadOnlyDictionary<string, Func<Tensor, Optimizer>> All { get; } = new Dictionary<string, Func<Tensor, Optimizer>>
    {
        ["gradient descent"] = h => Optimizer.Sgd(Rate(h)),
        ["SGD"] = h => Optimizer.Sgd(Rate(h), h[1].Sigmoid(), h[2].Sigmoid(), h[3].Exp()),
        ["heavy ball"] = h => Optimizer.HeavyBall(Rate(h), h[1].Sigmoid()),
        ["Nesterov"] = h => Optimizer.Nesterov(Rate(h), h[1].Sigmoid(), h[3].Exp()),
        ["Adam"] = h => Optimizer.Adam(Rate(h), h[1].Sigmoid(), h[2].Sigmoid(), h[3].Exp()),
        ["Adam with decay"] = h => Optimizer.Adam(Rate(h), h[1].Sigmoid(), weightDecay: h[3].Exp()),
        ["AdamW"] = h => Optimizer.AdamW(Rate(h), h[1].Sigmoid(), h[2].Sigmoid(), weightDecay: h[3].Exp()),
        ["RMSProp"] = h => Optimizer.RmsProp(Rate(h), h[1].Sigmoid(), h[3].Exp()),
        ["RMSProp with momentum"] = h => Optimizer.RmsProp(Rate(h), h[1].Sigmoid(), h[3].Exp(), h[2].Sigmoid(), h[3].Exp()),
        ["Adagrad"] = h => Optimizer.Adagrad(Rate(h), h[3].Exp(), initialSum: 0.1),
        ["SGD, warm-up and cosine"] = h => Optimizer.Sgd(Schedule.Warmup(3, Schedule.Cosine(Rate(h), 5, h[1].Exp())), h[2].Sigmoid()),
        ["SGD, steps"] = h => Optimizer.Sgd(Schedule.Step(Rate(h), 3, h[1].Sigmoid())),
        ["Adam, exponential decay"] = h => Optimizer.Adam(Schedule.Exponential(Rate(h), h[1].Sigmoid()), h[2].Sigmoid()),
        ["Adagrad, inverse time"] = h => Optimizer.Adagrad(Schedule.InverseTime(Rate(h), h[1].Exp()), 0.1),
        ["heavy ball, own schedule"] = h =>
            Optimizer.HeavyBall(Schedule.From(t => Rate(h) / (1 + t).Sqrt()), Schedule.From(t => h[1].Sigmoid() * (t / (t + 3)))),
    };

    public static TheoryData<string> Names => new(All.Keys);

    // about 0.2 for numbers around 0
    private static Tensor Rate(Tensor h) => 0.2 * h[0].Exp();
}
