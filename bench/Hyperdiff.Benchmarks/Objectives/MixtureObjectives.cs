using Hyperdiff;
using Hyperdiff.Fixtures.ReferenceProblems;
using static Hyperdiff.Benchmarks.Objectives.ObjectiveNumbers;

[assembly: AssumePure(typeof(GaussianMixture), nameof(GaussianMixture.LogLikelihood))]

namespace Hyperdiff.Benchmarks.Objectives;

/// <summary>The parameters of a Gaussian mixture.</summary>
[Tree]
public sealed partial record Mixture(Tensor Alphas, Tensor Means, Tensor Factors);

/// <summary>Points that are not differentiated by.</summary>
[Tree]
public sealed partial record Points([property: Frozen] Tensor X);

/// <summary>ADBench's Gaussian mixture, by a generated form and by a lambda.</summary>
public static partial class MixtureObjectives
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<ObjectiveCase> All { get; } = [Of(1000, 2, 200), Of(1000, 10, 25), Of(1000, 64, 10)];

    [Differentiable]
    public static Tensor LogLikelihood(Mixture at, Points points) => GaussianMixture.LogLikelihood(at.Alphas, at.Means, at.Factors, points.X);

    private static ObjectiveCase Of(int count, int width, int components) => new(
        "gmm",
        $"n = {count}, d = {width}, K = {components}",
        "gmm",
        dtype =>
        [
            Normal(dtype, 5, components), Uniform(dtype, 6, components, width), Normal(dtype, 7, components, width * (width + 1) / 2) * 0.3,
            Normal(dtype, 8, count, width),
        ],
        new ObjectiveMode(ObjectiveCase.Gradient, data => () => Parts(LogLikelihoodFunction.ValueAndGrad((Given(data), new Points(data[3]))))),
        new ObjectiveMode("gradient of a lambda", data => () =>
        {
            ValueAndGradient<Mixture> result = Diff.ValueAndGrad(
                (Mixture at) => GaussianMixture.LogLikelihood(at.Alphas, at.Means, at.Factors, data[3]), Given(data));
            return [result.Value, result.Gradient.Alphas, result.Gradient.Means, result.Gradient.Factors];
        }));

    private static Mixture Given(Tensor[] data) => new(data[0], data[1], data[2]);

    private static Tensor[] Parts(ValueAndGradient<(Mixture At, Points Points)> result) =>
        [result.Value, result.Gradient.At.Alphas, result.Gradient.At.Means, result.Gradient.At.Factors];
}
