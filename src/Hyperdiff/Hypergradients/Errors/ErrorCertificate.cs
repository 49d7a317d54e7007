using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Graphs;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>A bound of the error of a hypergradient, ‖ĝ − ∇ℓ‖, that follows from bounds which the caller vouches for; or the reason why there is
/// none.</summary>
/// <remarks>
/// With δ ≥ ‖w − w*‖, r = g − (I − Jᵀ) v, σ = 1 − q for a fixed point and μ for a minimum or a root:
/// <code>
/// δ = ‖R(w)‖ / σ,   ‖ĝ − ∇ℓ‖ ≤ L_h δ + L_P ‖v‖ δ + ‖P‖ · [‖r‖ + (L_g + L_J ‖v‖) δ] / σ
/// </code>
/// from <c>(I − J*ᵀ)(v − v*) = −r + (J − J*)ᵀ v + (g − g*)</c>, up to signs, and <c>ĝ − ∇ℓ = (h − h*) + (P − P*)ᵀ v + P*ᵀ(v − v*)</c>. All bounds have to hold
/// on the ball of radius δ around w. Rounding is added: of every evaluation of R, r and ĝ by an analysis that runs through its graph
/// (<see cref="RoundingAnalysis"/>), which knows what cancels, and what is computed in a coarser element type inside; and of w, λ and the constants as many
/// units in the last place as w and λ have elements, and eight. A problem with a loop, a solve or a factorization inside has no such analysis, and no
/// certificate; what a function computes from constants alone, before w or λ enters, is data, exact as it is. Bounds that one product with the operators
/// contradicts are refused. For what is likely rather than certain, see
/// <see cref="ErrorEstimate{THyper}"/>; a certificate is never multiplied by anything measured.
/// </remarks>
[JsonConverter(typeof(JsonValueConverter<ErrorCertificate>))]
public sealed class ErrorCertificate : IJsonValue<ErrorCertificate>
{
    // the sums and products of the bound itself round, too
    private const double Allowance = 1e-6;
    private const double Upwards = 1 + 1e-13;

    private ErrorCertificate(bool certified, string reason) => (IsCertified, Reason) = (certified, reason);

    /// <summary>Whether there is a bound.</summary>
    public bool IsCertified { get; }

    /// <summary>What it rests on, or why there is none.</summary>
    public string Reason { get; }

    /// <summary>The bound, in the unit of the hypergradient; NaN unless <see cref="IsCertified"/>.</summary>
    public double Bound { get; private init; } = double.NaN;

    /// <summary>δ, a bound of ‖w − w*‖; NaN unless <see cref="IsCertified"/>.</summary>
    public double StateBound { get; private init; } = double.NaN;

    /// <summary>The bound, or the reason why there is none.</summary>
    public override string ToString() => IsCertified ? string.Create(CultureInfo.InvariantCulture, $"at most {Bound:G3}") : $"Uncertified: {Reason}";

    internal static ErrorCertificate Of(ImplicitPoint point, LeafVector gradient, ErrorBounds bounds)
    {
        (string inner, Type takes, string remedy) = point.InnerSolver switch
        {
            Minimizer => ("minimum", typeof(StrongConvexityBounds), string.Empty),
            RootSolver => ("root", typeof(MonotonicityBounds), string.Empty),
            _ => ("fixed point", typeof(ContractionBounds),
                $"; for a gradient-descent map they are {nameof(StrongConvexityBounds)}.{nameof(StrongConvexityBounds.OfGradientDescent)}"),
        };
        if (bounds.GetType() != takes)
        {
            throw new ArgumentException($"The inner problem is a {inner}: it takes {takes.Name}, and {bounds.GetType().Name} were given{remedy}.",
                nameof(bounds));
        }

        return Missing(bounds) is { } missing ? new ErrorCertificate(false, missing) : Measure(point, gradient, bounds);
    }

    private static string? Missing(ErrorBounds bounds)
    {
        if (!(bounds.Monotonicity > 0))
        {
            return bounds.WhyNot;
        }

        (string Name, double Value)[] needed =
        [
            ("the slope of the condition (q, or the smoothness L)", bounds.Slope),
            (nameof(ErrorBounds.HyperJacobian), bounds.HyperJacobian),
            (nameof(ErrorBounds.JacobianLipschitz), bounds.JacobianLipschitz),
            (nameof(ErrorBounds.HyperJacobianLipschitz), bounds.HyperJacobianLipschitz),
            (nameof(ErrorBounds.StateGradientLipschitz), bounds.StateGradientLipschitz),
            (nameof(ErrorBounds.HyperGradientLipschitz), bounds.HyperGradientLipschitz),
        ];
        string[] missing = [.. needed.Where(bound => !(bound.Value >= 0 && double.IsFinite(bound.Value))).Select(bound => bound.Name)];
        return missing.Length == 0 ? null : $"no bound is given of {string.Join(", ", missing)}";
    }

    private static ErrorCertificate Measure(ImplicitPoint point, LeafVector given, ErrorBounds bounds)
    {
        Tensor[] state = point.State.Tensors;
        InnerProblem problem = point.Problem();
        LeafVector active = problem.ActiveOf(state);
        double epsilon = Math.Max(active.Leaves.CoarsestEpsilon(), point.Hyper.Epsilon);
        double rounding = epsilon * (8 + active.Leaves.Concat(point.Hyper.Tensors).Sum(leaf => (double)leaf.Shape.ElementCount));

        var lagrangian = LagrangianGradient.Of(point, point.Point);
        (LeafVector r, LeafVector gradient) = lagrangian.At(state, point.Adjoint);
        Graph conditionGraph = point.InnerSolver.Condition(problem);
        double? ofCondition = RoundingAnalysis.Norm(conditionGraph, [.. state, .. problem.Parameters], .., out string? unknown);
        (double ofAdjoint, double ofGradient, string? unknownToo) = lagrangian.RoundingAt(state, point.Adjoint);
        if ((unknown ?? unknownToo) is { } name)
        {
            return new ErrorCertificate(false, $"the problem contains {name}, of which it is not known what rounding does to it");
        }

        if (!double.IsFinite(ofCondition!.Value + ofAdjoint + ofGradient) && r.IsFinite() && gradient.IsFinite())
        {
            return new ErrorCertificate(false, "rounding may have made a choice the other way, or moved a function past its border; of that there is no bound");
        }

        OuterDerivative outer = OuterDerivative.At(point.Outer, point.Point);
        (double v, double w) = (Norm(point.Adjoint), Norm(active));
        if (Contradiction(point, bounds, (rounding, ofAdjoint, ofGradient)) is { } contradiction)
        {
            return new ErrorCertificate(false, contradiction);
        }

        double residual = Norm(problem.Call(conditionGraph, state)) + ofCondition.Value + (rounding * bounds.Slope * w);
        double adjointResidual = Norm(r) + ofAdjoint + (rounding * (Norm(outer.StateGradient) + (bounds.Slope * v)));
        double shift = residual / bounds.Monotonicity;
        if (shift > bounds.Radius)
        {
            return new ErrorCertificate(
                false, string.Create(CultureInfo.InvariantCulture,
                    $"the bounds hold within {bounds.Radius:G3} of the state, and the solution may be {shift:G3} away; solve the inner problem further"));
        }

        double adjointShift = (adjointResidual + ((bounds.StateGradientLipschitz + (bounds.JacobianLipschitz * v)) * shift)) / bounds.Monotonicity;
        double bound = ((bounds.HyperGradientLipschitz + (bounds.HyperJacobianLipschitz * v)) * shift)
            + (bounds.HyperJacobian * adjointShift)
            + (rounding * (Norm(outer.HyperGradient) + (bounds.HyperJacobian * v) + Norm(gradient)))
            + ofGradient
            + Norm(gradient - given);
        (shift, bound) = (shift * Upwards, bound * Upwards);
        return double.IsFinite(bound) && double.IsFinite(shift)
            ? new ErrorCertificate(true, "the bounds that were given, the measured residuals, and a model of rounding") { Bound = bound, StateBound = shift }
            : new ErrorCertificate(false, "a residual, the adjoint or the gradient is not finite");
    }

    /// <summary>What a product with each operator, along the adjoint, shows to be wrong, beyond what rounding may have done to the product.</summary>
    private static string? Contradiction(ImplicitPoint point, ErrorBounds bounds, (double Relative, double OfAdjoint, double OfGradient) rounding)
    {
        ConditionDerivative condition = point.Condition();
        LeafVector v = point.Adjoint;
        LeafVector product = condition.Adjoint.Apply(point.Adjoint);
        (double size, double slope, double curvature, double toHyper) = (Norm(v), Norm(product), LeafVector.Dot(v, product).ToScalar(),
            Norm(condition.ToHyper(point.Adjoint)));
        double allowance = Allowance + rounding.Relative;
        return size == 0 || !double.IsFinite(slope) ? null
            : slope > (bounds.Slope * size * (1 + allowance)) + rounding.OfAdjoint
                ? Text($"the bound {bounds.Slope:G4} of the slope of the condition is wrong: along the adjoint it is {slope / size:G4}")
            : curvature < ((bounds.Monotonicity - (allowance * bounds.Slope)) * size * size) - (rounding.OfAdjoint * size)
                ? Text($"the modulus {bounds.Monotonicity:G4} is wrong: along the adjoint it is {curvature / (size * size):G4}")
            : toHyper > (bounds.HyperJacobian * size * (1 + allowance)) + rounding.OfGradient
                ? Text($"the bound {bounds.HyperJacobian:G4} of {nameof(ErrorBounds.HyperJacobian)} is wrong: along the adjoint it is {toHyper / size:G4}")
            : null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Norm(LeafVector vector) => vector.Magnitude();

    void IJsonValue<ErrorCertificate>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("isCertified", IsCertified);
        writer.WriteDouble("bound", Bound);
        writer.WriteDouble("stateBound", StateBound);
        writer.WriteString("reason", Reason);
        writer.WriteEndObject();
    }

    static ErrorCertificate IJsonValue<ErrorCertificate>.ReadJson(JsonPart json)
    {
        _ = json.Object("isCertified", "bound", "stateBound", "reason");
        return new ErrorCertificate(json["isCertified"].Truth(), json["reason"].Text())
        {
            Bound = json["bound"].Double(),
            StateBound = json["stateBound"].Double(),
        };
    }
}
